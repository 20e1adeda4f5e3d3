/** Requests to the API server with the credentials of a kubeconfig. The only file that knows the Kubernetes client. */
import { delimiter } from 'node:path';
import { HttpMethod, IsomorphicFetchHttpLibrary, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { ConfigError, type Variable } from '../config.ts';
import { stringAt } from '../golden-images/json.ts';
import { ApiStatusError } from './api-status-error.ts';

/** Authenticated once, its sockets shared by all requests. */
export interface ApiConnection {
  /** The JSON at `path`. Throws `ApiStatusError`, or what the connection, the time limit or the parser threw. */
  get(path: string, signal: AbortSignal): Promise<unknown>;
  /** Creates an object with POST, or changes one with PATCH, a JSON merge patch; returns it as it is now. Throws as `get`. */
  send(method: 'POST' | 'PATCH', path: string, body: object, signal: AbortSignal): Promise<unknown>;
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
  const send = (method: HttpMethod, path: string, signal: AbortSignal, body?: object) =>
    answerOf(requestTo(template, method, `${base}${path}`, signal, body), path);
  return {
    get: (path, signal) => send(HttpMethod.GET, path, signal),
    send: (method, path, body, signal) => send(method, path, signal, body),
    close: async () => template.getDispatcher()?.destroy(),
  };
}

const MEDIA_TYPES: Readonly<Partial<Record<HttpMethod, string>>> = {
  POST: 'application/json',
  PATCH: 'application/merge-patch+json',
};

function requestTo(template: RequestContext, method: HttpMethod, url: string, signal: AbortSignal, body?: object): RequestContext {
  const request = new RequestContext(url, method);
  for (const [name, value] of Object.entries(template.getHeaders())) request.setHeaderParam(name, value);
  request.setHeaderParam('accept', 'application/json');
  request.setSignal(signal);
  const dispatcher = template.getDispatcher();
  if (dispatcher) request.setDispatcher(dispatcher);
  const type = MEDIA_TYPES[method];
  if (body && type) {
    request.setHeaderParam('content-type', type);
    request.setBody(JSON.stringify(body));
  }
  return request;
}

async function answerOf(request: RequestContext, path: string): Promise<unknown> {
  const response = await new IsomorphicFetchHttpLibrary().send(request).toPromise();
  const body = await response.body.text();
  const { httpStatusCode: status } = response;
  if (status !== 200 && status !== 201) throw new ApiStatusError(path, status, messageOf(body), request.getHttpMethod());
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
