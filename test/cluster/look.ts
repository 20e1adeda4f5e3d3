/** One look at a real API server, by the reader that the functions use. */
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { kubernetes } from '../../shared/kubernetes/api-client.ts';
import { createCluster } from '../../shared/kubernetes/cluster.ts';
import type { NamespacedName } from '../../shared/kubernetes/read-hyperconverged.ts';
import { silentLog } from '../helpers/log.ts';

export interface Look {
  readonly snapshot: Snapshot;
  /** The paths that it read, in order. */
  readonly asked: readonly string[];
}

/** Looks as who the kubeconfig says; `hyperConverged` is what `HYPERCONVERGED` would name. */
export async function lookWith(kubeconfig: string, hyperConverged?: NamespacedName): Promise<Look> {
  const { connect } = kubernetes({ KUBECONFIG: kubeconfig });
  const asked: string[] = [];
  const noting = async () => {
    const api = await connect();
    const get: typeof api.get = (path, signal) => {
      asked.push(path);
      return api.get(path, signal);
    };
    return { ...api, get };
  };
  const snapshot = await createCluster({ connect: noting, hyperConverged, now: () => new Date(), log: silentLog }).look();
  return { snapshot, asked };
}
