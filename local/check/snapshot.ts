/** Where a check gets its facts: a dump, or the cluster of the current kubeconfig context. */
import type { Environment } from '../../shared/config.ts';
import type { Read } from '../../shared/golden-images/read.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import type { Connect } from '../../shared/kubernetes/api-connection.ts';
import { hyperConverged, registryLocalAddresses } from '../../shared/settings.ts';
import { readDump } from './dump-snapshot.ts';

export interface TakenSnapshot {
  readonly snapshot: Snapshot;
  /** Whether it is OpenShift; undefined where nobody knows: a dump may not say, and a cluster was not asked yet. */
  readonly openShift: Read<boolean> | undefined;
  /** The kubeconfig context; undefined for a dump. */
  readonly context: string | undefined;
  /** To the cluster; undefined for a dump. */
  readonly connect: Connect | undefined;
  /** For standard error. */
  readonly notes: readonly string[];
}

/** Throws `UsageError` for a dump, `ConfigError` for a kubeconfig, that cannot be used. */
export async function takeSnapshot(from: string | undefined, environment: Environment, now: Date): Promise<TakenSnapshot> {
  const wanted = hyperConverged(environment);
  if (from !== undefined) return { ...(await readDump(from, wanted, now)), context: undefined, connect: undefined };
  // Imported only here: a dump needs no Kubernetes client, and it is the slowest to load.
  const [{ kubernetes }, { createCluster }, { createImages }, { addressRule }] = await Promise.all([
    import('../../shared/kubernetes/api-client.ts'),
    import('../../shared/kubernetes/cluster.ts'),
    import('../../shared/registry/images.ts'),
    import('../../shared/registry/addresses.ts'),
  ]);
  const { connect, name } = kubernetes(environment);
  const notes: string[] = [];
  const log = {
    error: ({ err }: { readonly err?: unknown }, message: string) =>
      void notes.push(`${message}: ${err instanceof Error ? err.message : err}`),
  };
  const readImages = createImages({ now: () => now, refuses: addressRule(registryLocalAddresses(environment)) }).read;
  const snapshot = await createCluster({ connect, hyperConverged: wanted, now: () => now, log, readImages }).look();
  return { snapshot, openShift: undefined, context: name, connect, notes };
}
