/**
 * What HyperConverged's operator decides from the nodes and the CR, written down anew from its rules and on purpose without our own domain
 * code, which is what the embedded cluster serves to test.
 */
import { IMPORT_SCHEDULE } from './common-templates.ts';
import { isEnabled } from './conversion.ts';
import { goldenImages } from './golden-images.ts';
import { at, type JsonObject, objectAt, objectsAt } from './json.ts';
import { isPicked, type LabelledNode, picksNodes } from './node-affinity.ts';
import { type ApiVersion, GATE, RELEASES, type Release } from './releases.ts';

/** What the operator looks at: the spec is in the version that the release stores. */
export interface Observed {
  readonly release: Release;
  readonly spec: JsonObject;
  readonly generation: number;
  readonly nodes: readonly ObservedNode[];
  /** When this state came about. */
  readonly now: string;
  /** Whether SSP is there, without which HCO has no golden images; it is unless said otherwise. */
  readonly hasSsp?: boolean;
}

export interface ObservedNode extends LabelledNode {
  readonly status: { readonly nodeInfo: { readonly architecture: string } };
}

const PLACEMENT: Readonly<Record<ApiVersion, readonly string[]>> = {
  v1: ['deployment', 'nodePlacements', 'workload'],
  v1beta1: ['workloads', 'nodePlacement'],
};

/** The status that the operator writes. Throws where it cannot reconcile. */
export function decideStatus(observed: Observed): JsonObject {
  const { release, generation, nodes, now } = observed;
  const workload = workloadArchitectures(observed);
  const templates = decideImages(observed, workload);
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
  if (new Set(workload).size <= 1 || decideImages(observed, workload).length === 0) return undefined;
  return isImportEnabled(observed.spec, observed.release) ? 1 : 0;
}

function decideImages({ release, spec, now, hasSsp = true }: Observed, workload: readonly string[]): readonly JsonObject[] {
  return hasSsp ? goldenImages({ release, spec, isOn: isImportEnabled(spec, release), workload, now }) : [];
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
  const placement = workloadPlacement(spec, release);
  return architectures(nodes.filter((node) => runsWorkloads(node, placement)));
}

/** The placement that the CR asks for, as HCO reads it. */
export function workloadPlacement(spec: JsonObject, release: Release): JsonObject {
  return objectAt(spec, ...PLACEMENT[RELEASES[release].stored]);
}

/** The worker label decides only where the placement asks for nothing. */
export function runsWorkloads(node: LabelledNode, placement: JsonObject): boolean {
  return picksNodes(placement) ? isPicked(node, placement) : 'node-role.kubernetes.io/worker' in node.metadata.labels;
}

function architectures(nodes: readonly ObservedNode[]): readonly string[] {
  return nodes.map((node) => node.status.nodeInfo.architecture).filter((architecture) => architecture !== '');
}

function distinct(architectures: readonly string[]): string[] {
  return [...new Set(architectures)].sort();
}

function isControlPlane({ metadata: { labels } }: LabelledNode): boolean {
  return 'node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels;
}

const CONDITIONS = [
  { message: 'Reconcile completed successfully', reason: 'ReconcileCompleted', status: 'True', type: 'ReconcileComplete' },
  { message: 'Reconcile completed successfully', reason: 'ReconcileCompleted', status: 'True', type: 'Available' },
  { message: 'Reconcile completed successfully', reason: 'ReconcileCompleted', status: 'False', type: 'Progressing' },
  { message: 'Reconcile completed successfully', reason: 'ReconcileCompleted', status: 'False', type: 'Degraded' },
  { message: 'Reconcile completed successfully', reason: 'ReconcileCompleted', status: 'True', type: 'Upgradeable' },
];
