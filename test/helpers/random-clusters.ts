/** Random clusters for properties of remedies: nodes, a CR in each spelling that HCO takes, and what the images really are. */
import fc from 'fast-check';
import { commonTemplates } from '../../local/embedded-cluster/common-templates.ts';
import { type ApiVersion, RELEASES, type Release } from '../../local/embedded-cluster/releases.ts';
import type { ImageReading } from '../../shared/golden-images/image.ts';
import type { JsonObject } from '../../shared/golden-images/json.ts';
import { node } from './cluster-objects.ts';
import { known, type ReconciledOptions, specOf, template } from './reconciled.ts';

const ARCH = 'kubernetes.io/arch';
const LEGACY = 'beta.kubernetes.io/arch';
const GATE = 'enableMultiArchBootImageImport';

export interface RandomCluster extends Required<Pick<ReconciledOptions, 'release' | 'nodes' | 'spec' | 'images'>> {
  /** A dump of the CR in this version; undefined for a look through the API server. */
  readonly dumpOf: ApiVersion | undefined;
}

const ARCHITECTURE = fc.constantFrom('amd64', 'amd64', 'amd64', 'arm64', 'arm64', 's390x', 'ppc64le', '');
const ROLES = fc.constantFrom<string[][]>(['worker'], ['worker'], ['worker'], ['control-plane'], ['control-plane', 'worker'], []);

const NODE = fc.record({
  architecture: ARCHITECTURE,
  roles: ROLES,
  zone: fc.constantFrom('a', 'a', 'b', undefined),
  cores: fc.constantFrom('4', '64', 'many', undefined),
  label: fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom('amd64', 'arm64', undefined) }),
  legacy: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom('amd64', undefined) }),
});

const NODES = fc.array(NODE, { minLength: 2, maxLength: 6 }).map((made) =>
  made.map(({ architecture, roles, zone, cores, label, legacy }, index) => {
    const arch = label === null ? architecture || undefined : label;
    return node(`node-${index}`, architecture, { roles, labels: { zone, cores, [ARCH]: arch, [LEGACY]: legacy === null ? arch : legacy } });
  }),
);

const SOME = fc.subarray(['amd64', 'arm64', 's390x'], { minLength: 1 });

function expression(key: string, operator: string, values?: readonly string[]): JsonObject {
  return { key, operator, ...(values && { values }) };
}

const ABOUT_ARCHITECTURE = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom('In', 'In', 'NotIn'), SOME).map(([operator, values]) => ({ operator, values })) },
  { weight: 1, arbitrary: fc.constantFrom('Exists', 'DoesNotExist').map((operator) => ({ operator, values: undefined })) },
  { weight: 1, arbitrary: fc.constantFrom('Gt', 'Lt').map((operator) => ({ operator, values: ['1'] })) },
);

const EXPRESSION: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.tuple(fc.constantFrom(ARCH, ARCH, LEGACY), ABOUT_ARCHITECTURE).map(([key, { operator, values }]) => expression(key, operator, values)),
  fc.constantFrom(
    expression('zone', 'In', ['a', 'b']),
    expression('zone', 'NotIn', ['b']),
    expression('zone', 'Exists'),
    expression('cores', 'Gt', ['8']),
    expression('cores', 'Lt', ['8']),
    expression('node-role.kubernetes.io/control-plane', 'DoesNotExist'),
  ),
);

const FIELD = fc
  .tuple(fc.constantFrom('In', 'NotIn'), fc.constantFrom('node-0', 'node-1'))
  .map(([operator, name]) => expression('metadata.name', operator, [name]));

const TERM: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 5, arbitrary: fc.array(EXPRESSION, { minLength: 1, maxLength: 3 }).map((matchExpressions) => ({ matchExpressions })) },
  { weight: 1, arbitrary: FIELD.map((field) => ({ matchFields: [field] })) },
  { weight: 1, arbitrary: fc.tuple(EXPRESSION, FIELD).map(([one, field]) => ({ matchExpressions: [one], matchFields: [field] })) },
);

const PREFERRED = fc.array(EXPRESSION, { minLength: 1, maxLength: 2 }).map((matchExpressions) => ({
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions } }],
}));
const REQUIRED = fc
  .array(TERM, { minLength: 1, maxLength: 3 })
  .map((nodeSelectorTerms) => ({ requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }));
const NODE_AFFINITY: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 3, arbitrary: REQUIRED },
  { weight: 1, arbitrary: PREFERRED },
  { weight: 1, arbitrary: fc.tuple(REQUIRED, PREFERRED).map(([required, preferred]) => ({ ...required, ...preferred })) },
  { weight: 1, arbitrary: fc.constant({}) },
);
const SELECTOR = fc.constantFrom<JsonObject[]>({}, {}, { zone: 'a' }, { [LEGACY]: 'amd64' }, { [ARCH]: 'arm64' });
const PLACEMENT: fc.Arbitrary<JsonObject | undefined> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: SELECTOR.map((nodeSelector) => ({ nodeSelector, tolerations: [{ operator: 'Exists' }] })) },
  {
    weight: 4,
    arbitrary: fc.tuple(SELECTOR, NODE_AFFINITY).map(([nodeSelector, nodeAffinity]) => ({ nodeSelector, affinity: { nodeAffinity } })),
  },
);

const DECLARED = fc.constantFrom(
  undefined,
  undefined,
  '',
  ',',
  'amd64',
  'arm64,amd64',
  'amd64,arm64,s390x',
  's390x',
  'amd64, arm64',
  'x86_64',
  'AMD64,aarch64',
  'amd64,amd64',
  'linux/arm64/v8',
  'S390X',
  'mips',
);
const OTHERS = fc.constantFrom<(JsonObject | undefined)[]>(
  undefined,
  undefined,
  { 'cdi.kubevirt.io/storage.bind.immediate.requested': 'true' },
  { mine: 'yes' },
);
const DISABLED = { 'dataimportcrontemplate.kubevirt.io/enable': 'false' };

const CUSTOM = (name: string) =>
  fc
    .tuple(DECLARED, OTHERS, fc.constantFrom(false, false, false, true))
    .map(([architectures, others, isDisabled]) =>
      template(name, { architectures, annotations: isDisabled ? { ...others, ...DISABLED } : others }),
    );

const [CENTOS, , FEDORA] = commonTemplates('1.19').map(({ metadata }) => JSON.parse(JSON.stringify(metadata)).name);
const FEDORA_URL = 'docker://quay.io/containerdisks/fedora:latest';
const CUSTOMISED = fc
  .tuple(
    DECLARED,
    fc.constantFrom<{ url: string; registry?: JsonObject }[]>(
      { url: FEDORA_URL },
      { url: 'docker://registry.example/fedora' },
      { url: FEDORA_URL, registry: { pullMethod: 'node' } },
    ),
  )
  .map(([architectures, source]) => template(FEDORA, { architectures, ...source }));
const OWN_COMMON = fc.oneof(CUSTOMISED, fc.constant<JsonObject>({ metadata: { name: CENTOS, annotations: DISABLED } }));

const TEMPLATES = fc
  .tuple(
    fc.option(CUSTOM('mine'), { nil: undefined }),
    fc.option(OWN_COMMON, { nil: undefined }),
    fc.option(CUSTOM('yours'), { nil: undefined }),
    fc.boolean(),
  )
  .map(([mine, common, yours, isTurned]) => {
    const list = [mine, common, yours].filter((entry) => entry !== undefined);
    return isTurned ? list.toReversed() : list;
  });

const READING: fc.Arbitrary<ImageReading> = fc.oneof(
  fc.constant<ImageReading>({ kind: 'unknown', why: 'the registry did not answer' }),
  fc.subarray(['amd64', 'arm64', 's390x', 'windows'], { minLength: 1 }).map((architectures) => known(...architectures)),
);
const READINGS = fc.record({ mine: READING, yours: READING, theirs: READING });

/** The same registry is the same image: as HCO says. */
function imagesOf(
  { mine, yours, theirs }: { mine: ImageReading; yours: ImageReading; theirs: ImageReading },
  templates: readonly JsonObject[],
) {
  const isTheirs = JSON.stringify(templates).includes(FEDORA_URL) && theirs.kind === 'known';
  return { mine, yours, [FEDORA]: isTheirs ? known('amd64', 'arm64', 's390x') : theirs };
}

/** How each release can say whether the import is on, in the version that it stores. */
const GATES: Readonly<Record<Release, readonly JsonObject[]>> = {
  '1.17': [{}, { featureGates: { [GATE]: false } }, { featureGates: { [GATE]: true } }],
  '1.18': [{}, { featureGates: { [GATE]: false } }, { featureGates: { [GATE]: true } }],
  '1.19': [
    {},
    { workloadSources: { [GATE]: false } },
    { workloadSources: { [GATE]: true } },
    { featureGates: [{ name: GATE.toUpperCase(), state: 'Disabled' }] },
    { featureGates: [{ name: 'downwardMetrics' }, { name: GATE, state: 'Disabled' }] },
    { featureGates: [{ name: GATE.toLowerCase() }] },
    { featureGates: [{ name: GATE, state: 'Enabled' }], workloadSources: { [GATE]: false } },
  ],
};

const DUMPS: Readonly<Record<Release, readonly (ApiVersion | undefined)[]>> = {
  '1.17': [undefined, 'v1beta1'],
  '1.18': [undefined, 'v1beta1', 'v1'],
  '1.19': [undefined, undefined, 'v1', 'v1beta1'],
};

export const CLUSTER: fc.Arbitrary<RandomCluster> = fc.constantFrom<Release[]>('1.17', '1.18', '1.19', '1.19').chain((release) =>
  fc
    .record({
      nodes: NODES,
      placement: PLACEMENT,
      templates: fc.option(TEMPLATES, { nil: undefined }),
      readings: READINGS,
      gate: fc.constantFrom(...GATES[release]),
      dumpOf: fc.constantFrom(...DUMPS[release]),
    })
    .map(({ nodes, placement, templates, readings, gate, dumpOf }) => {
      const spec = merged(specOf(release, { templates, placement }), gate);
      return { release, nodes, spec: merged(spec, others(release)), images: imagesOf(readings, templates ?? []), dumpOf };
    }),
);

/** A neighbour of what remedies change. */
function others(release: Release): JsonObject {
  const infra = { nodeSelector: { zone: 'b' } };
  return RELEASES[release].stored === 'v1' ? { deployment: { nodePlacements: { infra } } } : { infra: { nodePlacement: infra } };
}

function merged(one: JsonObject, other: JsonObject): JsonObject {
  const both = Object.entries(other).map(([name, value]) => {
    const there = one[name];
    return [name, isMap(there) && isMap(value) ? merged(there, value) : value] as const;
  });
  return { ...one, ...Object.fromEntries(both) };
}

function isMap(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
