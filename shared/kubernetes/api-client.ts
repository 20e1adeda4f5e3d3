/** GET requests to the API server with the credentials of a kubeconfig. The only file that knows the Kubernetes client. */
import { delimiter } from 'node:path';
import { HttpMethod, IsomorphicFetchHttpLibrary, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { ConfigError, type Variable } from '../config.ts';
import { stringAt } from '../golden-images/json.ts';
import { ApiStatusError } from './api-status-error.ts';

/** One look's connection: authenticated once, its sockets shared by all requests. */
export interface ApiConnection {
  /** The JSON at `path`. Throws `ApiStatusError`, or what the connection, the time limit or the parser threw. */
  get(path: string, signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

export type Connect = () => Promise<ApiConnection>;

export interface KubernetesContext {
  readonly connect: Connect;
  /** The current context's name; undefined in-cluster, where there is none. */
  readonly name: string | undefined;
}

const IN_CLUSTER = 'inClusterContext';

/** What the client takes when it finds nothing at all: nobody means it. */
const NOTHING_FOUND = 'http://localhost:8080';

/** As every Kubernetes client: `KUBECONFIG`, `~/.kube/config`, in-cluster. Throws `ConfigError` where none of them can be used. */
export const kubernetes: Variable<KubernetesContext> = ({ KUBECONFIG }) => {
  const kubeConfig = load(KUBECONFIG);
  const server = kubeConfig.getCurrentCluster()?.server;
  if (!server || server === NOTHING_FOUND) throw new ConfigError('KUBECONFIG names no cluster, and this is not running in one');
  const name = kubeConfig.getCurrentContext();
  return { connect: () => connect(kubeConfig, server), name: name === IN_CLUSTER ? undefined : name };
};

/** `files` is a list as kubectl takes it; without one the client looks where every client looks. */
function load(files: string | undefined): KubeConfig {
  try {
    const [first, ...rest] = (files ?? '').split(delimiter).filter((file) => file !== '');
    const kubeConfig = new KubeConfig();
    if (first === undefined) kubeConfig.loadFromDefault();
    else kubeConfig.loadFromFile(first);
    for (const file of rest) kubeConfig.mergeConfig(load(file));
    return kubeConfig;
  } catch (error) {
    throw new ConfigError(`KUBECONFIG cannot be used: ${error instanceof Error ? error.message : error}`);
  }
}

async function connect(kubeConfig: KubeConfig, server: string): Promise<ApiConnection> {
  const template = new RequestContext(server, HttpMethod.GET);
  await kubeConfig.applySecurityAuthentication(template); // once: it makes a new connection pool each time
  const base = server.replace(/\/+$/, '');
  return {
    get: (path, signal) => get(template, base, path, signal),
    close: async () => template.getDispatcher()?.destroy(),
  };
}

async function get(template: RequestContext, base: string, path: string, signal: AbortSignal): Promise<unknown> {
  const request = new RequestContext(`${base}${path}`, HttpMethod.GET);
  for (const [name, value] of Object.entries(template.getHeaders())) request.setHeaderParam(name, value);
  request.setHeaderParam('accept', 'application/json');
  request.setSignal(signal);
  const dispatcher = template.getDispatcher();
  if (dispatcher) request.setDispatcher(dispatcher);
  const response = await new IsomorphicFetchHttpLibrary().send(request).toPromise();
  const body = await response.body.text();
  if (response.httpStatusCode !== 200) throw new ApiStatusError(path, response.httpStatusCode, messageOf(body));
  return JSON.parse(body);
}

const MAX_MESSAGE = 200;

/** A Kubernetes Status says it in `message`; a proxy in between answers what it likes. */
function messageOf(body: string): string {
  try {
    return stringAt(JSON.parse(body), 'message') ?? body.slice(0, MAX_MESSAGE);
  } catch {
    return body.slice(0, MAX_MESSAGE); // not JSON: the text itself is the message
  }
}
