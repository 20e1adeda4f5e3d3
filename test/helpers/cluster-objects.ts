/** Kubernetes objects as the API server gives them, and snapshots of them, each built from only what a test is about. */
import type { HyperConvergedVersion } from '../../shared/golden-images/api-version.ts';
import { type HyperConverged, PLACEMENT_PATH, readHyperConverged } from '../../shared/golden-images/hyperconverged.ts';
import { applyMergePatch, isObject, type Json, type JsonObject, nest } from '../../shared/golden-images/json.ts';
import { type Node, readNode } from '../../shared/golden-images/node.ts';
import type { OperatorState } from '../../shared/golden-images/operator.ts';
import type { FailedRead, Read } from '../../shared/golden-images/read.ts';
import type { ServedVersions, Snapshot } from '../../shared/golden-images/snapshot.ts';

export interface NodeOptions {
  /** `worker` unless said otherwise; several, or none, as a list. */
  readonly roles?: readonly string[];
  /** Beside those of every node; undefined takes one of those away. */
  readonly labels?: Readonly<Record<string, string | undefined>>;
  /** Of the Ready condition: `True` unless said otherwise. */
  readonly ready?: 'True' | 'False' | 'Unknown';
  readonly cordoned?: boolean;
  readonly taints?: readonly JsonObject[];
  readonly createdAt?: string;
}

/** A Node: a ready worker that takes virtual machines, unless said otherwise. */
export function node(name: string, architecture: string, options: NodeOptions = {}): JsonObject {
  const { roles = ['worker'], ready = 'True', cordoned = false, taints = [], createdAt = '2026-01-01T00:00:00Z' } = options;
  const labels: Record<string, string | undefined> = {
    ...Object.fromEntries(roles.map((role) => [`node-role.kubernetes.io/${role}`, ''])),
    'kubernetes.io/arch': architecture || undefined,
    'kubevirt.io/schedulable': 'true',
    ...options.labels,
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, creationTimestamp: createdAt, labels: withoutUndefined(labels) },
    spec: { unschedulable: cordoned, taints },
    status: { nodeInfo: { architecture }, conditions: [{ type: 'Ready', status: ready }] },
  };
}

/** A placement; `terms` of a required node affinity, which is left out without them. */
export function nodePlacement(nodeSelector: Json, terms?: Json): JsonObject {
  const required = terms === undefined ? {} : { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
  return { nodeSelector, affinity: { nodeAffinity: required } };
}

/** What a golden image's author declares; what HCO leaves of it once it has filtered. */
export type GoldenImageOptions = string | undefined | { readonly annotation: string; readonly original: string };

export interface HyperConvergedOptions {
  /** `v1` unless said otherwise. */
  readonly version?: HyperConvergedVersion;
  /** In the version's own field; undefined leaves it out. */
  readonly gate?: boolean | undefined;
  readonly placement?: JsonObject | undefined;
  /** By name, the value of the architecture annotation; one image for every architecture unless said otherwise. */
  readonly goldenImages?: Readonly<Record<string, GoldenImageOptions>>;
  /** `status.versions[operator]`. */
  readonly operator?: string;
  /** `status.nodeInfo.workloadsArchitectures`. */
  readonly reported?: readonly string[];
  readonly namespace?: string;
  readonly name?: string;
  /** Merged over all the rest (RFC 7396). */
  readonly patch?: JsonObject;
}

/** A HyperConverged of either version. */
export function hyperConverged(options: HyperConvergedOptions = {}): JsonObject {
  const { version = 'v1', gate, placement, goldenImages = { 'fedora-image-cron': 'amd64,arm64,s390x' }, operator, reported } = options;
  const { namespace = 'kubevirt-hyperconverged', name = 'kubevirt-hyperconverged', patch = {} } = options;
  const gatePath = version === 'v1' ? ['spec', 'workloadSources'] : ['spec', 'featureGates'];
  const object = {
    apiVersion: `hco.kubevirt.io/${version}`,
    kind: 'HyperConverged',
    metadata: { namespace, name },
    spec: {},
    status: {
      dataImportCronTemplates: Object.entries(goldenImages).map(([image, declared]) => goldenImage(image, declared)),
      ...(operator === undefined ? {} : { versions: [{ name: 'operator', version: operator }] }),
      ...(reported === undefined ? {} : { nodeInfo: { workloadsArchitectures: reported } }),
    },
  };
  const patches = [
    ...(gate === undefined ? [] : [nest([...gatePath, 'enableMultiArchBootImageImport'], gate)]),
    ...(placement === undefined ? [] : [nest(PLACEMENT_PATH[version], placement)]),
    patch,
  ];
  const built = patches.reduce<Json>(applyMergePatch, object);
  if (!isObject(built)) throw new Error('the patch is not an object');
  return built;
}

function goldenImage(name: string, declared: GoldenImageOptions): JsonObject {
  if (declared === undefined) return { metadata: { name }, status: {} };
  const { annotation, original } = typeof declared === 'string' ? { annotation: declared, original: undefined } : declared;
  return {
    metadata: { name, annotations: { 'ssp.kubevirt.io/dict.architectures': annotation } },
    status: original === undefined ? {} : { originalSupportedArchitectures: original },
  };
}

export interface SnapshotOptions {
  /** Node objects, or why they could not be read. */
  readonly nodes?: readonly JsonObject[] | FailedRead;
  /** The object, or why it could not be read; undefined for a complete list without one. */
  readonly hyperConverged?: JsonObject | FailedRead | undefined;
  readonly served?: ServedVersions;
  readonly operator?: Read<OperatorState>;
}

/** What one look would make of these objects. */
export function snapshot({ nodes = [], hyperConverged, served, operator }: SnapshotOptions): Snapshot {
  return {
    takenAt: '2026-11-22T10:00:00.000Z',
    versions: { nodes: undefined, hyperConverged: undefined },
    nodes: isFailedRead(nodes) ? failed<readonly Node[]>(nodes) : { ok: true, value: readNodes(nodes) },
    hyperConverged: isFailedRead(hyperConverged)
      ? failed<HyperConverged | undefined>(hyperConverged)
      : { ok: true, value: hyperConverged && readHyperConverged(hyperConverged) },
    served,
    operator,
  };
}

/** The domain's view of Node objects. */
export function readNodes(objects: readonly JsonObject[]): readonly Node[] {
  return objects.map((object) => readNode(object));
}

function failed<T>(failure: FailedRead): Read<T> {
  return { ok: false, failure };
}

function isFailedRead(value: object | undefined): value is FailedRead {
  return value !== undefined && 'reason' in value && 'resource' in value;
}

function withoutUndefined(labels: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}
