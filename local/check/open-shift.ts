/** Whether a cluster is OpenShift, as HyperConverged decides it: by a ClusterVersion named `version` (`pkg/util/cluster.go`, `queryCluster`). */
import { type JsonObject, listAt, stringAt } from '../../shared/golden-images/json.ts';
import type { Read } from '../../shared/golden-images/read.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import type { ApiConnection, Connect } from '../../shared/kubernetes/api-connection.ts';
import { ApiStatusError } from '../../shared/kubernetes/api-status-error.ts';
import { attempt } from '../../shared/kubernetes/failure.ts';
import { ofKind } from '../../shared/kubernetes/kinds.ts';

/** Named as in a failure to read it. */
export const CLUSTER_VERSIONS = 'clusterversions.config.openshift.io';
const VERSION = '/apis/config.openshift.io/v1';
const NAME = 'version';
/** A person waits. */
const TIME_MS = 3_000;

/** Undefined where the answer would decide nothing, so that nobody is asked: HCO reports golden images, or the server answered nothing else. */
export async function readOpenShift({ hyperConverged, nodes }: Snapshot, connect: Connect): Promise<Read<boolean> | undefined> {
  if (hyperConverged.ok && (hyperConverged.value?.goldenImages.length ?? 0) > 0) return undefined;
  if (!hyperConverged.ok && !nodes.ok) return undefined;
  return attempt(CLUSTER_VERSIONS, async () => {
    const api = await connect();
    try {
      return await isOpenShift(api, AbortSignal.timeout(TIME_MS));
    } finally {
      await api.close();
    }
  });
}

/** Of the ClusterVersions that a dump has. */
export function hasTheVersion(clusterVersions: readonly JsonObject[]): boolean {
  return clusterVersions.some((item) => stringAt(item, 'metadata', 'name') === NAME);
}

/** Discovery first: it is open to everybody, and who may not read a kind is told 403 whether or not the kind is there. */
async function isOpenShift(api: ApiConnection, signal: AbortSignal): Promise<boolean> {
  const found = await ifFound(() => api.get(VERSION, signal));
  const resources = found === undefined ? [] : (listAt(ofKind('APIResourceList', found), 'resources') ?? []);
  if (!resources.some((resource) => stringAt(resource, 'name') === 'clusterversions')) return false;
  return (await ifFound(() => api.get(`${VERSION}/clusterversions/${NAME}`, signal))) !== undefined;
}

async function ifFound(read: () => Promise<unknown>): Promise<unknown> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ApiStatusError && error.status === 404) return undefined;
    throw error;
  }
}
