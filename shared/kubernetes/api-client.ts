/** Requests to the API server with the credentials of a kubeconfig. The only file that knows the Kubernetes client. */
import type { HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
import type { Variable } from '../config.ts';
import { stringAt } from '../golden-images/json.ts';
import { ApiStatusError } from './api-status-error.ts';
import { type Access, findAccess } from './kubeconfig.ts';
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

/** As every Kubernetes client: `KUBECONFIG`, `~/.kube/config`, in-cluster. Throws `ConfigError` where none of them can be used. */
export const kubernetes: Variable<KubernetesContext> = (environment) => {
  const access = findAccess(environment);
  let loaded: Promise<Client> | undefined;
  const load = () => {
    loaded ??= loadClient(access);
    return loaded;
  };
  return { connect: async () => connect(await load()), name: access.kind === 'kubeconfig' ? access.context : undefined };
};

type Sdk = typeof import('./sdk.ts');

interface Client {
  readonly sdk: Sdk;
  readonly kubeConfig: KubeConfig;
}

/** The SDK is loaded with the first request: a function that wakes must not wait for it before it listens. */
async function loadClient(access: Access): Promise<Client> {
  const sdk = await import('./sdk.ts');
  return { sdk, kubeConfig: kubeConfigOf(access, sdk) };
}

function kubeConfigOf(access: Access, { KubeConfig }: Sdk): KubeConfig {
  const whole = new KubeConfig();
  if (access.kind === 'in-cluster') whole.loadFromCluster();
  for (const { folder, text } of access.kind === 'kubeconfig' ? access.files : []) {
    const part = new KubeConfig();
    part.loadFromString(text);
    part.makePathsAbsolute(folder);
    whole.mergeConfig(part);
  }
  return whole;
}

async function connect({ sdk, kubeConfig }: Client): Promise<ApiConnection> {
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('the kubeconfig names no cluster');
  const template = new sdk.RequestContext(server, 'GET');
  await kubeConfig.applySecurityAuthentication(template); // once: it makes a new connection pool each time
  const base = server.replace(/\/+$/, '');
  const send = (method: HttpMethod, path: string, signal: AbortSignal, body?: object, warn?: (warning: string) => void) =>
    answerOf(sdk, requestTo(sdk, template, method, `${base}${path}`, signal, body), path, warn);
  return {
    get: (path, signal) => send('GET', path, signal),
    send: (method, path, body, signal, warn) => send(method, path, signal, body, warn),
    close: async () => template.getDispatcher()?.destroy(),
  };
}

/** A JSON Patch is a list (RFC 6902, section 3), and a merge patch of an object is an object (RFC 7396). */
const MEDIA_TYPES: Readonly<Partial<Record<HttpMethod, (body: object) => string>>> = {
  POST: () => 'application/json',
  PATCH: (body) => (Array.isArray(body) ? 'application/json-patch+json' : 'application/merge-patch+json'),
};

function requestTo(
  sdk: Sdk,
  template: RequestContext,
  method: HttpMethod,
  url: string,
  signal: AbortSignal,
  body?: object,
): RequestContext {
  const request = new sdk.RequestContext(url, method);
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

async function answerOf(sdk: Sdk, request: RequestContext, path: string, warn?: (warning: string) => void): Promise<unknown> {
  const response = await new sdk.IsomorphicFetchHttpLibrary().send(request).toPromise();
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
