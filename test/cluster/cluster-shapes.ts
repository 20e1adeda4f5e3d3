/** One cluster in many shapes: its nodes, and per release of HyperConverged how a CR selects among them and says that the import is off. */
import type { NodeSettings } from './servers/objects.ts';
import type { HyperConvergedRelease } from './servers/paths.ts';

const GATE = 'enableMultiArchBootImageImport';

/** Workers of three architectures, and two nodes that count only where a placement selects them. */
export const nodes: readonly NodeSettings[] = [
  { name: 'control-1', architecture: 'amd64', roles: ['control-plane'], labels: {} },
  { name: 'worker-amd-1', architecture: 'amd64', labels: { pool: 'virt', zone: 'a' } },
  { name: 'worker-amd-2', architecture: 'amd64', labels: { pool: 'virt', zone: 'b' } },
  { name: 'worker-arm-1', architecture: 'arm64', labels: { pool: 'virt', zone: 'a' } },
  {
    name: 'worker-arm-2',
    architecture: 'arm64',
    labels: { pool: 'batch', zone: 'b' },
    taints: [{ key: 'dedicated', value: 'arm', effect: 'NoSchedule' }],
  },
  { name: 'worker-z-1', architecture: 's390x', labels: { pool: 'batch', zone: 'c' } },
  { name: 'storage-1', architecture: 'arm64', roles: ['storage'], labels: { pool: 'virt', zone: 'b' } },
];

const byLabel = { amd64: ['worker-amd-1', 'worker-amd-2'], arm64: ['worker-arm-1', 'worker-arm-2'], s390x: ['worker-z-1'] };

const inZone = (zone: string) => ({ key: 'zone', operator: 'In', values: [zone] });

export interface Placement {
  readonly shape: string;
  readonly placement: object | undefined;
  readonly workloadNodes: Readonly<Record<string, readonly string[]>>;
}

export const placements: readonly Placement[] = [
  { shape: 'no placement', placement: undefined, workloadNodes: byLabel },
  {
    shape: 'a nodeSelector',
    placement: { nodeSelector: { pool: 'virt' } },
    workloadNodes: { amd64: ['worker-amd-1', 'worker-amd-2'], arm64: ['storage-1', 'worker-arm-1'] },
  },
  {
    shape: 'a required affinity with two terms',
    placement: required([
      { matchExpressions: [inZone('a'), { key: 'node-role.kubernetes.io/worker', operator: 'Exists' }] },
      { matchExpressions: [inZone('b'), { key: 'pool', operator: 'NotIn', values: ['virt'] }] },
    ]),
    workloadNodes: { amd64: ['worker-amd-1'], arm64: ['worker-arm-1', 'worker-arm-2'] },
  },
  {
    shape: 'a preferred affinity only',
    placement: {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [inZone('a')] } }],
        },
      },
    },
    workloadNodes: byLabel,
  },
  {
    shape: 'tolerations only',
    placement: { tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }] },
    workloadNodes: byLabel,
  },
];

/** One way to say that the import is off. */
export interface Gate {
  readonly spelling: string;
  readonly spec: object;
  /** Where the message must say that it was read. */
  readonly readAt: string;
}

export interface Release {
  readonly release: HyperConvergedRelease;
  /** The API version that its remedies are written in. */
  readonly version: 'v1' | 'v1beta1';
  readonly gates: readonly Gate[];
  /** The part of the spec that holds a placement. */
  readonly placed: (placement: object) => object;
}

const v1beta1: Pick<Release, 'version' | 'gates' | 'placed'> = {
  version: 'v1beta1',
  gates: [{ spelling: 'the feature gate false', spec: { featureGates: { [GATE]: false } }, readAt: `spec.featureGates.${GATE}` }],
  placed: (nodePlacement) => ({ workloads: { nodePlacement } }),
};

export const releases: readonly Release[] = [
  { release: '1.17', ...v1beta1 },
  { release: '1.18', ...v1beta1 },
  {
    release: '1.19',
    version: 'v1',
    gates: [
      { spelling: 'nothing said', spec: {}, readAt: `spec.workloadSources.${GATE}` },
      { spelling: 'the field false', spec: { workloadSources: { [GATE]: false } }, readAt: `spec.workloadSources.${GATE}` },
      {
        spelling: 'the list entry Disabled',
        spec: { featureGates: [{ name: GATE, state: 'Disabled' }] },
        readAt: `spec.featureGates[${GATE}]`,
      },
    ],
    placed: (workload) => ({ deployment: { nodePlacements: { workload } } }),
  },
];

function required(nodeSelectorTerms: readonly object[]): object {
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
}
