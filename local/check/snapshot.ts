/** Where a check gets its facts: a dump, or the cluster of the current kubeconfig context. */
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import type { NamespacedName } from '../../shared/kubernetes/read-hyperconverged.ts';
import { readDump } from './dump.ts';

export interface TakenSnapshot {
  readonly snapshot: Snapshot;
  /** The kubeconfig context; undefined for a dump. */
  readonly context: string | undefined;
}

/** Throws `UsageError` for a file, `ConfigError` for a kubeconfig, that cannot be used. */
export async function takeSnapshot(from: string | undefined, wanted: NamespacedName | undefined, now: Date): Promise<TakenSnapshot> {
  if (from !== undefined) return { snapshot: await readDump(from, wanted, now), context: undefined };
  // Imported only here: a dump needs no Kubernetes client, and it is the slowest to load.
  const [{ kubernetes }, { createCluster }] = await Promise.all([
    import('../../shared/kubernetes/api-client.ts'),
    import('../../shared/kubernetes/cluster.ts'),
  ]);
  const { connect, name } = kubernetes(process.env);
  return { snapshot: await createCluster({ connect, hyperConverged: wanted, now: () => now }).look(), context: name };
}
