/** The cluster before the story begins: three control planes and three workers, all of one architecture. */
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import type { NewNode } from '../embedded-cluster/node.ts';

const NODE_AGE_MS = 41 * 24 * 3_600_000;
const CONTROL_PLANE = {
  labels: { 'node-role.kubernetes.io/control-plane': '', 'node-role.kubernetes.io/master': '' },
  taints: [{ key: 'node-role.kubernetes.io/master', effect: 'NoSchedule' }],
} as const;

/** Adds them, some weeks old. */
export function addFirstNodes(cluster: EmbeddedCluster, now: Date): void {
  const createdAt = new Date(now.getTime() - NODE_AGE_MS);
  const nodes: readonly NewNode[] = [1, 2, 3].flatMap((number) => [
    { name: `control-plane-${number}`, architecture: 'amd64', createdAt, ...CONTROL_PLANE },
    { name: `worker-amd-${number}`, architecture: 'amd64', createdAt },
  ]);
  for (const node of nodes) cluster.addNode(node);
}
