/** The workers that come and go in the story. */
import { setTimeout as wait } from 'node:timers/promises';
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import type { NewNode } from '../embedded-cluster/node.ts';

type Nodes = Pick<EmbeddedCluster, 'nodes' | 'addNode' | 'removeNode'>;

export const ARM_WORKERS: readonly NewNode[] = [1, 2].map((number) => ({ name: `worker-arm-${number}`, architecture: 'arm64' }));
/** Another architecture still: whatever it does is worth a line in the thread. */
export const ODD_WORKER: NewNode = { name: 'worker-ppc-1', architecture: 'ppc64le' };
const BURST_ARCHITECTURES = ['amd64', 'arm64', 's390x'];
export const BURST: readonly NewNode[] = Array.from({ length: 200 }, (_, index) => ({
  name: `worker-burst-${String(index + 1).padStart(3, '0')}`,
  architecture: BURST_ARCHITECTURES[index % BURST_ARCHITECTURES.length] ?? 'amd64',
}));

const AT_ONCE = 10;
const PAUSE_MS = 100;

/** Some at a time, so that the page goes on. Those that are there already stay. */
export async function join(cluster: Nodes, workers: readonly NewNode[]): Promise<void> {
  await some(
    workers.filter(({ name }) => !isThere(cluster, name)),
    (worker) => cluster.addNode(worker),
  );
}

/** Those that are there. */
export async function leave(cluster: Nodes, workers: readonly Pick<NewNode, 'name'>[]): Promise<void> {
  await some(
    workers.filter(({ name }) => isThere(cluster, name)),
    ({ name }) => cluster.removeNode(name),
  );
}

/** Every node that is not amd64. */
export function foreigners(cluster: Pick<Nodes, 'nodes'>): readonly Pick<NewNode, 'name'>[] {
  return cluster.nodes().flatMap(({ metadata, status }) => (status.nodeInfo.architecture === 'amd64' ? [] : [metadata]));
}

export function isThere(cluster: Pick<Nodes, 'nodes'>, wanted: string): boolean {
  return cluster.nodes().some(({ metadata }) => metadata.name === wanted);
}

async function some<T>(items: readonly T[], act: (item: T) => void): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % AT_ONCE === 0) await wait(PAUSE_MS);
    act(item);
  }
}
