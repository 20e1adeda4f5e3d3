/** Requests to the API server with the credentials of a kubeconfig. */
import type { Variable } from '../config.ts';
import type { Connect } from './api-connection.ts';
import { findAccess } from './kubeconfig.ts';

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
