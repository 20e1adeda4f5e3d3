/** Requests to the API server with the credentials of a kubeconfig. */
import type { Variable } from '../config.ts';
import { findAccess } from './kubeconfig.ts';

/** Authenticated once, its sockets shared by all requests. */
export interface ApiConnection {
  /** The JSON at `path`. Throws `ApiStatusError`, or what the connection, the time limit or the parser threw. */
  get(path: string, signal: AbortSignal): Promise<unknown>;
  /**
   * Creates an object with POST, or changes one with PATCH: a list is a JSON Patch, an object a JSON merge patch. Returns it as it is now.
   * `warn` is told of each warning in the answer, also where it is refused. Throws as `get`.
   */
  send(method: 'POST' | 'PATCH', path: string, body: object, signal: AbortSignal, warn?: (warning: string) => void): Promise<unknown>;
  close(): Promise<void>;
}

export type Connect = () => Promise<ApiConnection>;

export interface KubernetesContext {
  readonly connect: Connect;
  /** The current context's name; undefined in-cluster, where there is none. */
  readonly name: string | undefined;
}

/** As every Kubernetes client: `KUBECONFIG`, `~/.kube/config`, in-cluster. Throws `ConfigError` where none of them can be used. */
export const kubernetes: Variable<KubernetesContext> = (environment) => {
  const access = findAccess(environment);
  let loaded: Promise<Connect> | undefined;
  const load = () => {
    // with the first request: a function that wakes must not wait for it before it listens
    loaded ??= import('./connect.ts').then(({ createConnect }) => createConnect(access));
    return loaded;
  };
  return { connect: async () => (await load())(), name: access.kind === 'kubeconfig' ? access.context : undefined };
};
