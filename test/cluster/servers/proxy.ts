/** Stands between a function and the servers that it asks, so that a test sees each request and can break off there. */
import { type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http';
import { Agent, request as secureRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { type HttpServer, startHttpServer } from './http-server.ts';

/** A request on its way. */
export interface ProxiedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: string;
}

/** Somebody who watches what passes. Whoever throws breaks the connection there. */
export interface Watcher {
  /** It has not arrived yet. */
  before(request: ProxiedRequest): Promise<void>;
  /** It is done, and whoever asked does not know yet. */
  after(request: ProxiedRequest): Promise<void>;
}

export interface Backend {
  readonly url: string;
  /** The certificate that it must prove to have, as PEM. */
  readonly authority?: string;
  /** Replaces the credentials of whoever asks. */
  readonly token?: string;
}

export interface ProxySettings {
  /** Where a path leads. */
  readonly backend: (path: string) => Backend;
  readonly watcher: Watcher;
}

/** Starts one in plain HTTP. Answers are passed on whole, not as they come. */
export async function startProxy({ backend, watcher }: ProxySettings): Promise<HttpServer> {
  const secure = new Agent({ keepAlive: true });
  const server = await startHttpServer('proxy', (request, response) => {
    pass(request, response, { backend, watcher, secure }).catch(() => response.destroy());
  });
  const stop = async () => {
    await server.stop();
    secure.destroy();
  };
  return { ...server, stop };
}

async function pass(request: IncomingMessage, response: ServerResponse, settings: ProxySettings & { readonly secure: Agent }) {
  const { method = '', url: path = '' } = request;
  const body = await buffer(request);
  const passing: ProxiedRequest = { method, path, body: body.toString() };
  await settings.watcher.before(passing);
  const answer = await forward(request, body, settings.backend(path), settings.secure);
  const content = await buffer(answer);
  await settings.watcher.after(passing);
  response.writeHead(answer.statusCode ?? 502, withoutFraming(answer.headers)).end(content);
}

function forward(request: IncomingMessage, body: Buffer, { url, authority, token }: Backend, agent: Agent): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { ...withoutFraming(request.headers), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const options = { method: request.method, headers: { ...headers, 'content-length': body.length } };
  const target = new URL(request.url ?? '', url);
  const sent = authority === undefined ? plainRequest(target, options) : secureRequest(target, { ...options, ca: authority, agent });
  sent.on('response', resolve).on('error', reject).end(body);
  return promise;
}

/** Each connection has its own. */
function withoutFraming({ connection: _1, 'transfer-encoding': _2, 'content-length': _3, ...headers }: IncomingMessage['headers']) {
  return headers;
}
