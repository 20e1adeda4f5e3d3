/**
 * What HyperConverged's operator decides from the nodes and the CR, written down anew from its rules and on purpose without our own domain
 * code, which is what the embedded cluster serves to test. It understands a placement by `nodeSelector` and by required node affinity with
 * `matchExpressions` of operator `In`; any other expression matches no node here (admission refuses them). Not played: customised
 * common templates of another source kind, templates of the same name twice, the sticky gauges per golden image.
 */
import { ARCHITECTURES, commonTemplates, IMPORT_SCHEDULE } from './common-templates.ts';
import { isEnabled } from './conversion.ts';
import { at, type JsonObject, objectAt, objectsAt, textAt, withAt, without } from './json.ts';
import type { EmbeddedNode } from './node.ts';
import { type ApiVersion, GATE, RELEASES, type Release } from './releases.ts';

/** What the operator looks at: the spec is in the version that the release stores. */
export interface Observed {
  readonly release: Release;
  readonly spec: JsonObject;
  readonly generation: number;
  readonly nodes: readonly EmbeddedNode[];
  /** When this state came about. */
  readonly now: string;
}

const PLACES: Readonly<Record<ApiVersion, { placement: string[]; templates: string[]; commonImport: string[] }>> = {
  v1: {
    placement: ['deployment', 'nodePlacements', 'workload'],
    templates: ['workloadSources', 'dataImportCronTemplates'],
    commonImport: ['workloadSources', 'enableCommonBootImageImport'],
  },
  v1beta1: {
    placement: ['workloads', 'nodePlacement'],
    templates: ['dataImportCronTemplates'],
    commonImport: ['enableCommonBootImageImport'],
  },
};

/** The status that the operator writes. */
export function decideStatus(observed: Observed): JsonObject {
  const { release, generation, nodes, now } = observed;
  const workload = workloadArchitectures(observed);
  const templates = goldenImages(observed, workload);
  return {
    conditions: CONDITIONS.map((condition) => ({ lastTransitionTime: now, observedGeneration: generation, ...condition })),
    ...(templates.length === 0 ? {} : { dataImportCronTemplates: templates }),
    dataImportSchedule: IMPORT_SCHEDULE,
    infrastructureHighlyAvailable: nodes.length > 1,
    nodeInfo: nodeInfo(observed, workload),
    observedGeneration: generation,
    systemHealthStatus: 'healthy',
    versions: [{ name: 'operator', version: RELEASES[release].operator }],
  };
}

/** Whether golden images are imported for each architecture. */
export function isImportEnabled(spec: JsonObject, release: Release): boolean {
  if (release !== '1.19') return at(spec, 'featureGates', GATE) === true;
  return at(spec, 'workloadSources', GATE) === true || (at(spec, 'workloadSources', GATE) === undefined && isListed(spec));
}

function isListed(spec: JsonObject): boolean {
  return isEnabled(objectsAt(spec, 'featureGates'), GATE, false);
}

/** `kubevirt_hco_multi_arch_boot_images_enabled`: no series while there is one architecture, or no golden image. */
export function multiArchMetric(observed: Observed): 0 | 1 | undefined {
  const workload = workloadArchitectures(observed);
  if (new Set(workload).size <= 1 || goldenImages(observed, workload).length === 0) return undefined;
  return isImportEnabled(observed.spec, observed.release) ? 1 : 0;
}

function nodeInfo({ release, nodes }: Observed, workload: readonly string[]): JsonObject {
  const controlPlane = architectures(nodes.filter(isControlPlane));
  const preferred = release === '1.19' ? defaultArchitecture(workload, controlPlane) : undefined;
  return {
    ...(controlPlane.length === 0 ? {} : { controlPlaneArchitectures: distinct(controlPlane) }),
    ...(preferred === undefined ? {} : { defaultWorkloadArchitecture: preferred }),
    ...(workload.length === 0 ? {} : { workloadsArchitectures: distinct(workload) }),
  };
}

/** The first control plane architecture if workloads have it, else the one that most workload nodes have. */
function defaultArchitecture(workload: readonly string[], controlPlane: readonly string[]): string | undefined {
  const first = distinct(controlPlane)[0];
  if (first !== undefined && workload.includes(first)) return first;
  const count = (architecture: string) => workload.filter((each) => each === architecture).length;
  return distinct(workload).sort((a, b) => count(b) - count(a))[0];
}

/** One entry per workload node, so that they can be counted. */
function workloadArchitectures({ release, spec, nodes }: Observed): readonly string[] {
  const placement = objectAt(spec, ...PLACES[RELEASES[release].stored].placement);
  return architectures(nodes.filter((node) => runsWorkloads(node, placement)));
}

function architectures(nodes: readonly EmbeddedNode[]): readonly string[] {
  return nodes.map((node) => node.status.nodeInfo.architecture).filter((architecture) => architecture !== '');
}

function distinct(architectures: readonly string[]): string[] {
  return [...new Set(architectures)].sort();
}

function isControlPlane({ metadata: { labels } }: EmbeddedNode): boolean {
  return 'node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels;
}

/** The worker label decides only where the placement asks for nothing. */
function runsWorkloads({ metadata: { labels } }: EmbeddedNode, placement: JsonObject): boolean {
  const selector = objectAt(placement, 'nodeSelector');
  const required = at(placement, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  if (Object.keys(selector).length === 0 && required === undefined) return 'node-role.kubernetes.io/worker' in labels;
  const isSelected = Object.entries(selector).every(([key, value]) => labels[key] === value);
  return isSelected && (required === undefined || objectsAt(required, 'nodeSelectorTerms').some((term) => matches(labels, term)));
}

function matches(labels: Readonly<Record<string, string>>, term: JsonObject): boolean {
  const expressions = objectsAt(term, 'matchExpressions');
  if (expressions.length === 0 || 'matchFields' in term) return false;
  return expressions.every((expression) => {
    const value = labels[textAt(expression, 'key') ?? ''];
    const values = at(expression, 'values');
    return textAt(expression, 'operator') === 'In' && value !== undefined && Array.isArray(values) && values.includes(value);
  });
}

/** `status.dataImportCronTemplates`: the common images, the CR's own, and with the import on what of them fits this cluster. */
function goldenImages(observed: Observed, workload: readonly string[]): readonly JsonObject[] {
  const { release, spec } = observed;
  const places = PLACES[RELEASES[release].stored];
  const isOn = isImportEnabled(spec, release);
  const own = objectsAt(spec, ...places.templates);
  const common = at(spec, ...places.commonImport) === false ? [] : commonTemplates(release);
  const names = common.map(nameOf);
  const all = [
    ...common.map((template) =>
      customised(
        template,
        own.find((each) => nameOf(each) === nameOf(template)),
        isOn,
      ),
    ),
    ...own.filter((template) => !names.includes(nameOf(template))).map((template) => ({ ...asStored(template), status: {} })),
  ];
  const imported = all.filter(isImported).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return isOn ? imported.map((template) => fitted(template, workload, observed.now)) : imported;
}

function nameOf(template: JsonObject): string {
  return textAt(template, 'metadata', 'name') ?? '';
}

/** Absent means yes; anything but "true" means no. */
function isImported(template: JsonObject): boolean {
  const enabled = textAt(template, 'metadata', 'annotations', 'dataimportcrontemplate.kubevirt.io/enable') ?? 'true';
  return enabled.toLowerCase() === 'true';
}

/** Go writes the empty structs of a template out. */
function asStored(template: JsonObject): JsonObject {
  const inner = objectAt(template, 'spec', 'template');
  return 'spec' in template ? withAt(template, ['spec', 'template'], { metadata: {}, status: {}, ...inner }) : template;
}

/** A CR entry with a common image's name replaces its spec; while the registry is the same, the import keeps to the original architectures. */
function customised(common: JsonObject, own: JsonObject | undefined, isOn: boolean): JsonObject {
  if (own === undefined) return { ...common, status: { commonTemplate: true } };
  const annotations = { ...objectAt(common, 'metadata', 'annotations'), ...objectAt(own, 'metadata', 'annotations') };
  const architectures = textAt(isOn && hasSameRegistry(common, own) ? common : own, 'metadata', 'annotations', ARCHITECTURES);
  const decided = architectures === undefined ? without(annotations, ARCHITECTURES) : { ...annotations, [ARCHITECTURES]: architectures };
  const namespace = textAt(own, 'metadata', 'namespace');
  return {
    metadata: { ...objectAt(common, 'metadata'), annotations: isOn ? decided : annotations, ...(namespace ? { namespace } : {}) },
    spec: { schedule: IMPORT_SCHEDULE, ...objectAt(asStored(own), 'spec') },
    status: { commonTemplate: true, modified: true },
  };
}

function hasSameRegistry(common: JsonObject, own: JsonObject): boolean {
  const registry = (template: JsonObject) => objectAt(template, 'spec', 'template', 'spec', 'source', 'registry');
  const theirs = registry(own);
  return Object.keys(theirs).length === 1 && theirs.url === registry(common).url;
}

/** Only architectures that the cluster has are left, verbatim; none left means that the image is not deployed. */
function fitted(template: JsonObject, workload: readonly string[], now: string): JsonObject {
  const original = textAt(template, 'metadata', 'annotations', ARCHITECTURES);
  if (original === undefined) return template;
  const left = original.split(',').filter((architecture) => architecture !== '' && workload.includes(architecture));
  const annotated = withAt(template, ['metadata', 'annotations', ARCHITECTURES], left.join(','));
  const conditions = left.length === 0 ? { conditions: [{ lastTransitionTime: now, ...NOT_DEPLOYED }] } : {};
  // Go's `omitempty`: an empty original is not written.
  const remembered = original === '' ? {} : { originalSupportedArchitectures: original };
  return { ...annotated, status: { ...objectAt(template, 'status'), ...conditions, ...remembered } };
}

const NOT_DEPLOYED = {
  message: 'DataImportCronTemplate has no supported architectures for the current cluster',
  reason: 'UnsupportedArchitectures',
  status: 'False',
  type: 'Deployed',
};

const CONDITIONS = [
  { message: 'Reconcile completed successfully', reason: 'ReconcileCompleted', status: 'True', type: 'ReconcileComplete' },
  { message: 'Reconcile completed successfully', reason: 'ReconcileCompleted', status: 'True', type: 'Available' },
  { message: 'Reconcile completed successfully', reason: 'ReconcileCompleted', status: 'False', type: 'Progressing' },
  { message: 'Reconcile completed successfully', reason: 'ReconcileCompleted', status: 'False', type: 'Degraded' },
  { message: 'Reconcile completed successfully', reason: 'ReconcileCompleted', status: 'True', type: 'Upgradeable' },
];
