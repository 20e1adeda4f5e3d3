/** An embedded cluster on a real socket, and how tests talk to it. */
import { CoreV1Api, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
import { createEmbeddedCluster, type EmbeddedCluster } from '../../local/embedded-cluster/embedded-cluster.ts';
import type { Release } from '../../local/embedded-cluster/releases.ts';
import { listen } from '../../shared/http/listen.ts';
import { silentLog } from './log.ts';

export interface RunningCluster {
  readonly cluster: EmbeddedCluster;
  /** With the prefix. */
  readonly url: string;
  readonly core: CoreV1Api;
  readonly custom: CustomObjectsApi;
  /** The answer's status and JSON. */
  get(path: string): Promise<Answered>;
  patch(path: string, body: unknown, type?: string): Promise<Answered>;
  close(): Promise<void>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReturnType<typeof JSON.parse>;
}

export const CLOCK = () => new Date('2026-11-22T10:00:00.000Z');
export const GROUP = 'hco.kubevirt.io';
/** The path of the one HyperConverged. */
export const crPath = (version: string) =>
  `/apis/${GROUP}/${version}/namespaces/kubevirt-hyperconverged/hyperconvergeds/kubevirt-hyperconverged`;
export const MERGE_PATCH = 'application/merge-patch+json';

export async function startCluster(release: Release = '1.19'): Promise<RunningCluster> {
  const cluster = createEmbeddedCluster({ prefix: '/kubernetes', release, now: CLOCK });
  const server = await listen(cluster.routes, { port: 0, log: silentLog });
  const url = `http://localhost:${server.port}/kubernetes`;
  const config = new KubeConfig();
  // The client refuses plain HTTP otherwise.
  config.loadFromClusterAndUser({ name: 'embedded', server: url, skipTLSVerify: true }, { name: 'nobody' });
  const ask = async (path: string, init: RequestInit = {}): Promise<Answered> => {
    const answer = await fetch(url + path, init);
    return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) };
  };
  return {
    cluster,
    url,
    core: config.makeApiClient(CoreV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
    get: (path) => ask(path),
    patch: (path, body, type = MERGE_PATCH) =>
      ask(path, { method: 'PATCH', headers: { 'content-type': type }, body: typeof body === 'string' ? body : JSON.stringify(body) }),
    close: () => {
      cluster.setOutage(undefined);
      return server.close();
    },
  };
}
