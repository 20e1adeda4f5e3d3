/** Changes of a HyperConverged, good and bad: what every schema of it decides, the embedded cluster's and a real server's. */
import { createPatch } from 'rfc6902';
import { applyMergePatch, type JsonObject } from '../../shared/golden-images/json.ts';
import type { JsonPatchOperation } from '../../shared/kubernetes/apply-json-patch.ts';

export type Version = 'v1' | 'v1beta1';

export interface PlannedRow {
  readonly when: string;
  /** The CR before. */
  readonly spec: JsonObject;
  readonly patch: JsonObject;
  /** Derived from the merge patch unless given. */
  readonly jsonPatch?: readonly JsonPatchOperation[];
  /** What the reason says; undefined where it is accepted. */
  readonly refusal?: RegExp;
  /** The API server takes it all the same, against RFC 6902. */
  readonly isForgiven?: true;
}

/** The same change as a JSON Patch. */
export function jsonPatchOf(object: JsonObject, { patch, jsonPatch }: PlannedRow): readonly JsonPatchOperation[] {
  return jsonPatch ?? JSON.parse(JSON.stringify(createPatch(object, applyMergePatch(object, patch))));
}

const GATE = 'enableMultiArchBootImageImport';
const filled = (changes: object = {}) => ({
  managedDataSource: 'fedora',
  schedule: '0 */12 * * *',
  template: { spec: { source: { registry: { url: 'docker://quay.io/a/b' } }, storage: { resources: { requests: { storage: '30Gi' } } } } },
  ...changes,
});
const required = (value: object) => ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: value } } });

const template = (name: string, rest: object = { spec: filled() }) => ({ metadata: { name }, ...rest });

interface Paths {
  readonly templates: readonly string[];
  readonly placement: readonly string[];
}

const PATHS: Readonly<Record<Version, Paths>> = {
  v1: { templates: ['workloadSources', 'dataImportCronTemplates'], placement: ['deployment', 'nodePlacements', 'workload'] },
  v1beta1: { templates: ['dataImportCronTemplates'], placement: ['workloads', 'nodePlacement'] },
};

function spec(path: readonly string[], value: unknown): JsonObject {
  return JSON.parse(path.reduceRight((inner, name) => `{${JSON.stringify(name)}:${inner}}`, JSON.stringify(value)));
}

/** Rows that hold for both versions, in the version's own paths. */
export function plannedChanges(version: Version): readonly PlannedRow[] {
  const { templates, placement } = PATHS[version];
  const templatesAt = `/spec/${templates.join('/')}`;
  const placementAt = `/spec/${placement.join('/')}`;
  const withTemplates = (...list: readonly object[]) => spec(templates, list);
  const change = (path: readonly string[], value: unknown) => ({ spec: spec(path, value) });
  return [
    {
      when: 'it narrows a placement that is not there',
      spec: {},
      patch: change(placement, { nodeSelector: { 'kubernetes.io/arch': 'amd64' } }),
    },
    {
      when: 'it narrows a placement beside another label',
      spec: spec(placement, { nodeSelector: { zone: 'a' } }),
      patch: change(placement, { nodeSelector: { 'kubernetes.io/arch': 'amd64' } }),
      jsonPatch: [
        { op: 'test', path: '/metadata/generation', value: 1 },
        { op: 'test', path: `${placementAt}/nodeSelector/zone`, value: 'a' },
        { op: 'add', path: `${placementAt}/nodeSelector/kubernetes.io~1arch`, value: 'amd64' },
      ],
    },
    {
      when: 'it needs terms of an affinity',
      spec: {},
      patch: change(placement, required({ nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }] })),
    },
    {
      when: 'its affinity has no terms',
      spec: {},
      patch: change(placement, required({})),
      refusal: /nodeSelectorTerms is missing, and is required$/,
    },
    {
      when: 'its affinity has a list where text belongs',
      spec: {},
      patch: change(placement, required({ nodeSelectorTerms: [{ matchExpressions: [{ key: ['a'], operator: 'In' }] }] })),
      refusal: /nodeSelectorTerms\[0\]\.matchExpressions\[0\]\.key is a list, and must be text$/,
    },
    {
      when: 'its expression has no operator',
      spec: {},
      patch: change(placement, required({ nodeSelectorTerms: [{ matchExpressions: [{ key: 'a' }] }] })),
      refusal: /matchExpressions\[0\]\.operator is missing, and is required$/,
    },
    {
      when: 'a label of its placement is a number',
      spec: {},
      patch: change(placement, { nodeSelector: { a: 1 } }),
      refusal: /nodeSelector\.a is a whole number, and must be text$/,
    },
    { when: 'it adds a template', spec: {}, patch: change(templates, [template('a', { spec: filled() })]) },
    {
      when: 'it annotates a template among others',
      spec: withTemplates(template('a', { spec: filled() }), template('b', { spec: filled() })),
      patch: change(templates, [
        template('a', { spec: filled() }),
        { ...template('b', { spec: filled() }), metadata: { name: 'b', annotations: { 'ssp.kubevirt.io/dict.architectures': 'amd64' } } },
      ]),
      jsonPatch: [
        { op: 'test', path: `${templatesAt}/1/metadata/name`, value: 'b' },
        { op: 'add', path: `${templatesAt}/1/metadata/annotations`, value: {} },
        { op: 'add', path: `${templatesAt}/1/metadata/annotations/ssp.kubevirt.io~1dict.architectures`, value: 'amd64' },
      ],
    },
    {
      when: 'it disables a common template at the end of the list',
      spec: withTemplates(template('a')),
      patch: change(templates, [
        template('a'),
        template('b', { metadata: { name: 'b', annotations: { 'dataimportcrontemplate.kubevirt.io/enable': 'false' } } }),
      ]),
      jsonPatch: [
        {
          op: 'add',
          path: `${templatesAt}/-`,
          value: { metadata: { name: 'b', annotations: { 'dataimportcrontemplate.kubevirt.io/enable': 'false' } } },
        },
      ],
    },
    {
      when: 'an annotation of its template is no text',
      spec: {},
      patch: change(templates, [{ metadata: { name: 'a', annotations: { 'dataimportcrontemplate.kubevirt.io/enable': false } } }]),
      refusal: /annotations\[dataimportcrontemplate\.kubevirt\.io\/enable\] is true or false, and must be text$/,
    },
    {
      when: 'its template has no schedule',
      spec: {},
      patch: change(templates, [template('a', { spec: { managedDataSource: 'a', template: { spec: {} } } })]),
      refusal: /dataImportCronTemplates\[0\]\.spec\.schedule is missing, and is required$/,
    },
    {
      when: 'it copies the status of a template',
      spec: {},
      patch: change(templates, [template('a', { spec: filled(), status: { commonTemplate: true } })]),
      refusal: /does not know spec\.(workloadSources\.)?dataImportCronTemplates\[0\]\.status$/,
    },
    {
      when: 'its template’s metadata have a member that HCO does not keep',
      spec: {},
      patch: change(templates, [{ metadata: { name: 'a', generation: 1 } }]),
      refusal: /does not know .*dataImportCronTemplates\[0\]\.metadata\.generation$/,
    },
    {
      when: 'it counts in halves',
      spec: {},
      patch: change(templates, [template('a', { spec: filled({ importsToKeep: 1.5 }) })]),
      refusal: /importsToKeep is a number, and must be a whole number$/,
    },
    {
      when: 'its templates are an object',
      spec: {},
      patch: change(templates, { metadata: {} }),
      refusal: /dataImportCronTemplates(\.metadata| is an object, and must be a list)$/,
    },
    { when: 'it names a member that no version has', spec: {}, patch: change(['nope'], true), refusal: /does not know spec\.nope$/ },
    { when: 'it names a member outside the spec', spec: {}, patch: { nope: true }, refusal: /does not know nope$/ },
    {
      when: 'it annotates the CR with a number',
      spec: {},
      patch: { metadata: { annotations: { a: 1 } } },
      refusal: /metadata\.annotations\.a is a whole number, and must be text$/,
    },
    { when: 'it labels the CR', spec: {}, patch: { metadata: { labels: { a: 'b' } } } },
    {
      when: 'its JSON Patch counts on a parent that is not there',
      spec: {},
      patch: change(placement, { nodeSelector: { a: 'b' } }),
      jsonPatch: [{ op: 'add', path: `${placementAt}/nodeSelector/a`, value: 'b' }],
      refusal: / is not there, so nothing below it can be changed$/,
    },
    {
      when: 'a test of its JSON Patch does not hold',
      spec: {},
      patch: { metadata: { labels: { a: 'b' } } },
      jsonPatch: [
        { op: 'test', path: '/metadata/generation', value: 7 },
        { op: 'add', path: '/metadata/labels', value: { a: 'b' } },
      ],
      refusal: /^\/metadata\/generation is not what the patch expects$/,
    },
    {
      when: 'its JSON Patch removes a template that is not there',
      spec: withTemplates(template('a')),
      patch: change(templates, []),
      jsonPatch: [{ op: 'remove', path: `${templatesAt}/1` }],
      refusal: /dataImportCronTemplates\/1 is not there, so it cannot be removed$/,
    },
    {
      when: 'its JSON Patch replaces a label that is not there',
      spec: spec(placement, { nodeSelector: { zone: 'a' } }),
      patch: change(placement, { nodeSelector: { arch: 'a' } }),
      jsonPatch: [{ op: 'replace', path: `${placementAt}/nodeSelector/arch`, value: 'a' }],
      refusal: /nodeSelector\/arch is not there, so it cannot be replaced$/,
      isForgiven: true,
    },
    {
      when: 'its JSON Patch adds behind the end of the list',
      spec: withTemplates(template('a')),
      patch: change(templates, [template('a'), template('b')]),
      jsonPatch: [{ op: 'add', path: `${templatesAt}/2`, value: template('b') }],
      refusal: /dataImportCronTemplates\/2 is beyond the end of its list$/,
    },
    {
      when: 'its JSON Patch sets null where an object belongs',
      spec: withTemplates(template('a')),
      patch: change(templates, [null]),
      jsonPatch: [{ op: 'replace', path: `${templatesAt}/0`, value: null }],
      refusal: /dataImportCronTemplates\[0\] must not be null$/,
    },
    ...ONLY[version],
  ];
}

/** What *Observed* in the design tells, as far as a schema can know it, and what belongs to one version. */
const ONLY: Readonly<Record<Version, readonly PlannedRow[]>> = {
  v1: [
    {
      when: 'it is the runbook’s v1beta1 gate',
      spec: {},
      patch: { spec: { featureGates: { [GATE]: true } } },
      refusal: /does not know spec\.featureGates\.enableMultiArchBootImageImport$/,
    },
    {
      when: 'it is the runbook’s v1beta1 placement',
      spec: {},
      patch: { spec: { workloads: { nodePlacement: { nodeSelector: { a: 'b' } } } } },
      refusal: /does not know spec\.workloads$/,
    },
    { when: 'it enters a gate in the list', spec: {}, patch: { spec: { featureGates: [{ name: GATE, state: 'Enabled' }] } } },
    {
      when: 'a gate has a state of its own',
      spec: {},
      patch: { spec: { featureGates: [{ name: GATE, state: 'enabled' }] } },
      refusal: /^spec\.featureGates\[0\]\.state is "enabled", and must be one of "Enabled", "Disabled"$/,
    },
    {
      when: 'a gate has no name',
      spec: { featureGates: [{ name: 'alignCPUs' }] },
      patch: { spec: { featureGates: [{ name: 'alignCPUs' }, { state: 'Enabled' }] } },
      refusal: /^spec\.featureGates\[1\]\.name is missing, and is required$/,
    },
  ],
  v1beta1: [
    {
      when: 'it sets the gate',
      spec: {},
      patch: { spec: { featureGates: { [GATE]: true } } },
      jsonPatch: [{ op: 'add', path: `/spec/featureGates/${GATE}`, value: true }],
    },
    {
      when: 'the gate is no boolean',
      spec: {},
      patch: { spec: { featureGates: { [GATE]: 'true' } } },
      refusal: /^spec\.featureGates\.enableMultiArchBootImageImport is text, and must be true or false$/,
    },
    { when: 'it puts the gate back', spec: { featureGates: { [GATE]: true } }, patch: { spec: { featureGates: { [GATE]: false } } } },
    {
      when: 'it is the v1 field',
      spec: {},
      patch: { spec: { workloadSources: { [GATE]: true } } },
      refusal: /does not know spec\.workloadSources$/,
    },
  ],
};

/** Only where v1 has the import as a field. */
export const IMPORT_FIELD: readonly PlannedRow[] = [
  { when: 'it switches the import on', spec: {}, patch: { spec: { workloadSources: { [GATE]: true } } } },
  {
    when: 'it switches the import on, and its JSON Patch makes the parent',
    spec: {},
    patch: { spec: { workloadSources: { [GATE]: true } } },
    jsonPatch: [
      { op: 'test', path: '/metadata/generation', value: 1 },
      { op: 'add', path: '/spec/workloadSources', value: { [GATE]: true } },
    ],
  },
  {
    when: 'its JSON Patch counts on workloadSources where they are not',
    spec: {},
    patch: { spec: { workloadSources: { [GATE]: true } } },
    jsonPatch: [{ op: 'add', path: `/spec/workloadSources/${GATE}`, value: true }],
    refusal: /^\/spec\/workloadSources is not there, so nothing below it can be changed$/,
  },
  {
    when: 'the import is no boolean',
    spec: {},
    patch: { spec: { workloadSources: { [GATE]: 'on' } } },
    refusal: /^spec\.workloadSources\.enableMultiArchBootImageImport is text, and must be true or false$/,
  },
];
