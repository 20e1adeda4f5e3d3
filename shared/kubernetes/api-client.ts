/** Requests to the API server with the credentials of a kubeconfig. The only file that knows the Kubernetes client. */
import { delimiter } from 'node:path';
import { HttpMethod, IsomorphicFetchHttpLibrary, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { ConfigError, type Variable } from '../config.ts';
import { stringAt } from '../golden-images/json.ts';
import { ApiStatusError } from './api-status-error.ts';
import { parseWarnings } from './warnings.ts';

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
  const send = (method: HttpMethod, path: string, signal: AbortSignal, body?: object, warn?: (warning: string) => void) =>
    answerOf(requestTo(template, method, `${base}${path}`, signal, body), path, warn);
  return {
    get: (path, signal) => send(HttpMethod.GET, path, signal),
    send: (method, path, body, signal, warn) => send(method, path, signal, body, warn),
    close: async () => template.getDispatcher()?.destroy(),
  };
}

/** A JSON Patch is a list (RFC 6902, section 3), and a merge patch of an object is an object (RFC 7396). */
const MEDIA_TYPES: Readonly<Partial<Record<HttpMethod, (body: object) => string>>> = {
  POST: () => 'application/json',
  PATCH: (body) => (Array.isArray(body) ? 'application/json-patch+json' : 'application/merge-patch+json'),
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
    request.setHeaderParam('content-type', type(body));
    request.setBody(JSON.stringify(body));
  }
  return request;
}

async function answerOf(request: RequestContext, path: string, warn?: (warning: string) => void): Promise<unknown> {
  const response = await new IsomorphicFetchHttpLibrary().send(request).toPromise();
  const body = await response.body.text();
  const { httpStatusCode: status } = response;
  if (warn) for (const warning of parseWarnings(response.headers.warning ?? '')) warn(warning);
  if (status !== 200 && status !== 201) throw refusal(path, status, body, request.getHttpMethod());
  return JSON.parse(body);
}

const MAX_MESSAGE = 200;

/** A Kubernetes Status says why in `message`; a proxy in between answers what it likes. */
function refusal(path: string, status: number, body: string, method: string): ApiStatusError {
  try {
    const answer = JSON.parse(body);
    return new ApiStatusError(path, status, stringAt(answer, 'message') ?? body.slice(0, MAX_MESSAGE), method, answer);
  } catch {
    return new ApiStatusError(path, status, body.slice(0, MAX_MESSAGE), method); // not JSON: the text itself is the message
  }
}
