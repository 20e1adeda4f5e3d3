/** Connections to the API server. The only file that knows the Kubernetes client: that takes long to load, so this is loaded with the first request. */
import { readFile } from 'node:fs/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { stringAt } from '../golden-images/json.ts';
import { inSpan, type SpanAttributes } from '../tracing.ts';
import type { ApiConnection, Connect } from './api-connection.ts';
import { type ApiAnswer, type ApiRequest, type Credentials, openRequests } from './api-request.ts';
import { ApiStatusError } from './api-status-error.ts';
import type { Access } from './kubeconfig.ts';
import { parseWarnings } from './warnings.ts';

/** Throws what is wrong with the kubeconfig. */
export function createConnect(access: Access): Connect {
  const kubeConfig = kubeConfigOf(access);
  return () => connect(renewed(kubeConfig), access.kind === 'kubeconfig' ? access.tokenFile : undefined);
}

function kubeConfigOf(access: Access): KubeConfig {
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

/** For one connection: a KubeConfig keeps the token of a file or a plugin, and its agent, and whoever was refused would come again with the same. */
function renewed(kubeConfig: KubeConfig): KubeConfig {
  const own = new KubeConfig();
  own.loadFromOptions({
    clusters: kubeConfig.getClusters(),
    users: kubeConfig.getUsers(),
    contexts: kubeConfig.getContexts(),
    currentContext: kubeConfig.getCurrentContext(),
  });
  return own;
}

/** The client knows how to get in, by files, plugins and identity providers; it asks with a client of its own, which we do not load. */
async function connect(kubeConfig: KubeConfig, tokenFile: string | undefined): Promise<ApiConnection> {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig names no cluster');
  const credentials: Credentials = {};
  await kubeConfig.applyToHTTPSOptions(credentials);
  if (tokenFile !== undefined)
    credentials.headers = { ...credentials.headers, Authorization: `Bearer ${(await readFile(tokenFile, 'utf8')).trim()}` };
  const server = cluster.server.replace(/\/+$/, '');
  const proxy = cluster.proxyUrl && typeof credentials.agent === 'object' ? credentials.agent : undefined;
  const requests = openRequests({ server, credentials, proxy });
  const send = (request: ApiRequest, warn?: (warning: string) => void) =>
    inSpan({ name: `API server ${request.method}`, kind: 'client', attributes: spanOf(request) }, async () =>
      jsonOf(request, await requests.ask(request), warn),
    );
  return {
    get: (path, signal) => send({ method: 'GET', path, signal }),
    send: (method, path, body, signal, warn) => send({ method, path, signal, body }, warn),
    close: async () => requests.close(),
  };
}

function spanOf({ method, path }: ApiRequest): SpanAttributes {
  return { 'http.request.method': method, 'url.path': path.replace(/\?.*/, '') };
}

function jsonOf({ method, path }: ApiRequest, { status, warnings, text }: ApiAnswer, warn?: (warning: string) => void): unknown {
  if (warn) for (const warning of parseWarnings(warnings)) warn(warning);
  if (status !== 200 && status !== 201) throw refusal(path, status, text, method);
  return JSON.parse(text);
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
