/** The cluster before the story begins: three control planes and three workers of one architecture, and two workers of another. */
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import type { NewNode } from '../embedded-cluster/node.ts';
import { ARM_WORKERS } from './workers.ts';

const NODE_AGE_MS = 41 * 24 * 3_600_000;
const ARM_AGE_MS = 12 * 60_000;
const CONTROL_PLANE = {
  labels: { 'node-role.kubernetes.io/control-plane': '', 'node-role.kubernetes.io/master': '' },
  taints: [{ key: 'node-role.kubernetes.io/master', effect: 'NoSchedule' }],
} as const;

/** Adds them, some weeks old; those of the other architecture joined some minutes ago. */
export function addFirstNodes(cluster: EmbeddedCluster, now: Date): void {
  const createdAt = new Date(now.getTime() - NODE_AGE_MS);
  const nodes: readonly NewNode[] = [1, 2, 3].flatMap((number) => [
    { name: `control-plane-${number}`, architecture: 'amd64', createdAt, ...CONTROL_PLANE },
    { name: `worker-amd-${number}`, architecture: 'amd64', createdAt },
  ]);
  const joinedAt = new Date(now.getTime() - ARM_AGE_MS);
  for (const node of [...nodes, ...ARM_WORKERS.map((worker) => ({ ...worker, createdAt: joinedAt }))]) cluster.addNode(node);
}
