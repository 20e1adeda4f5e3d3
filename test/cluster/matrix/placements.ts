/** Placements of each shape, on nodes that each of them divides in another way. */
import type { JsonObject } from '../../../local/embedded-cluster/json.ts';
import type { NodeSettings } from '../servers/objects.ts';

const [ARCH, LEGACY] = ['kubernetes.io/arch', 'beta.kubernetes.io/arch'];

/** Workers of two architectures, and others that count only where a placement selects them. */
export const nodes: readonly NodeSettings[] = [
  node('control-1', 'amd64', { zone: 'a' }, ['control-plane']),
  node('worker-amd-1', 'amd64', { pool: 'virt', zone: 'a', cores: '64' }),
  node('worker-amd-2', 'amd64', { pool: 'virt', zone: 'b', cores: '8' }),
  node('worker-arm-1', 'arm64', { pool: 'virt', zone: 'a', cores: '8' }),
  node('worker-arm-2', 'arm64', { pool: 'batch', zone: 'b', cores: '64' }),
  node('bare-amd-1', 'amd64', { pool: 'bare' }, ['bare']),
  { name: 'bare-arm-1', architecture: 'arm64', roles: ['bare'], labels: { pool: 'bare', [ARCH]: 'unknown', [LEGACY]: 'unknown' } },
];

function node(name: string, architecture: string, labels: Readonly<Record<string, string>>, roles?: readonly string[]): NodeSettings {
  return { name, architecture, labels: { ...labels, [LEGACY]: architecture }, ...(roles && { roles }) };
}

const ENABLE = 'enable-multi-arch-import';
const restrict = (...architectures: readonly string[]) =>
  architectures.map((architecture) => `restrict-workload-placement-${architecture}`);
const ALL = [ENABLE, ...restrict('amd64', 'arm64')];

export interface PlacementRow {
  readonly shape: string;
  readonly placement: JsonObject | undefined;
  /** The remedies that work, in any order; none where the condition is absent. */
  readonly offers: readonly string[];
}

const inZone = (...values: readonly string[]) => expression('zone', 'In', values);
const both = (key: string) => expression(key, 'In', ['amd64', 'arm64', 's390x']);

export const placements: readonly PlacementRow[] = [
  { shape: 'none', placement: undefined, offers: ALL },
  { shape: 'an empty one', placement: {}, offers: ALL },
  { shape: 'an empty nodeSelector', placement: { nodeSelector: {} }, offers: ALL },
  { shape: 'an empty node affinity', placement: { affinity: { nodeAffinity: {} } }, offers: ALL },
  { shape: 'a nodeSelector', placement: { nodeSelector: { pool: 'virt' } }, offers: ALL },
  { shape: 'a nodeSelector with the architecture', placement: { nodeSelector: { pool: 'virt', [ARCH]: 'amd64' } }, offers: [] },
  {
    shape: 'a nodeSelector whose arm64 node is labelled otherwise',
    placement: { nodeSelector: { pool: 'bare' } },
    offers: [ENABLE, ...restrict('amd64')],
  },
  {
    shape: 'tolerations',
    placement: { tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 30 }] },
    offers: ALL,
  },
  { shape: 'preferred terms', placement: nodeAffinity({ preferredDuringSchedulingIgnoredDuringExecution: [preferred()] }), offers: ALL },
  {
    shape: 'a nodeSelector and preferred terms',
    placement: { nodeSelector: { pool: 'virt' }, ...nodeAffinity({ preferredDuringSchedulingIgnoredDuringExecution: [preferred()] }) },
    offers: ALL,
  },
  { shape: 'pod affinity', placement: { affinity: { podAntiAffinity: podTerms() } }, offers: ALL },
  { shape: 'In', placement: required(all(inZone('a', 'b'))), offers: ALL },
  { shape: 'NotIn', placement: required(all(expression('zone', 'NotIn', ['c']))), offers: ALL },
  { shape: 'Exists', placement: required(all(expression('zone', 'Exists'))), offers: ALL },
  {
    shape: 'DoesNotExist',
    placement: required(all(expression('node-role.kubernetes.io/control-plane', 'DoesNotExist'), expression('zone', 'Exists'))),
    offers: ALL,
  },
  { shape: 'Gt', placement: required(all(expression('cores', 'Gt', ['16']))), offers: ALL },
  { shape: 'In on the architecture', placement: required(all(both(ARCH), inZone('a'))), offers: ALL },
  { shape: 'NotIn on the architecture', placement: required(all(expression(ARCH, 'NotIn', ['s390x']), inZone('b'))), offers: ALL },
  { shape: 'Exists on the architecture', placement: required(all(expression(ARCH, 'Exists'), inZone('a'))), offers: ALL },
  { shape: 'the legacy label of the architecture', placement: required(all(both(LEGACY))), offers: ALL },
  {
    shape: 'the legacy label in a nodeSelector, and terms',
    placement: { nodeSelector: { [LEGACY]: 'amd64' }, ...required(all(inZone('a', 'b'))) },
    offers: [],
  },
  {
    shape: 'several terms, each for others',
    placement: required(all(inZone('a')), all(expression('cores', 'In', ['64']), inZone('b')), all(expression('pool', 'In', ['none']))),
    offers: ALL,
  },
  {
    shape: 'a term for each architecture',
    placement: required(all(expression(ARCH, 'In', ['amd64'])), all(expression(ARCH, 'In', ['arm64']), inZone('b')), all(inZone('a'))),
    offers: ALL,
  },
  {
    shape: 'a term for each architecture and no other',
    placement: required(all(expression(ARCH, 'NotIn', ['arm64']), inZone('a')), all(expression(LEGACY, 'In', ['arm64']))),
    offers: ALL,
  },
  { shape: 'an empty term among others', placement: required({}, all(inZone('a')), {}), offers: ALL },
  { shape: 'matchFields', placement: required(named('worker-amd-1'), named('worker-arm-1')), offers: ALL },
  {
    shape: 'matchFields beside expressions',
    placement: required({ ...named('worker-amd-1'), ...all(inZone('a')) }, { ...named('worker-arm-2'), ...all(inZone('b')) }),
    offers: ALL,
  },
  {
    shape: 'all of it',
    placement: {
      nodeSelector: { pool: 'virt' },
      tolerations: [{ operator: 'Exists' }],
      affinity: {
        podAffinity: podTerms(),
        nodeAffinity: { ...requiredTerms(all(inZone('a')), {}), preferredDuringSchedulingIgnoredDuringExecution: [preferred()] },
      },
    },
    offers: ALL,
  },
];

function expression(key: string, operator: string, values?: readonly string[]): JsonObject {
  return { key, operator, ...(values && { values }) };
}

function all(...matchExpressions: readonly JsonObject[]): JsonObject {
  return { matchExpressions };
}

function named(name: string): JsonObject {
  return { matchFields: [expression('metadata.name', 'In', [name])] };
}

function required(...terms: readonly JsonObject[]): JsonObject {
  return nodeAffinity(requiredTerms(...terms));
}

function requiredTerms(...nodeSelectorTerms: readonly JsonObject[]): JsonObject {
  return { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
}

function nodeAffinity(nodeAffinity: JsonObject): JsonObject {
  return { affinity: { nodeAffinity } };
}

function preferred(): JsonObject {
  return { weight: 1, preference: all(inZone('a')) };
}

function podTerms(): JsonObject {
  const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'a' } } };
  return { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] };
}
