/** The HTTP server: what every function answers, whatever it does. The only file that knows Express. */
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import express, { type NextFunction, type Request, type Response } from 'express';
import { type Bodies, createBodies } from './bodies.ts';
import type { Logger } from './log.ts';
import { metricsPage } from './metrics.ts';

/** A request that will never be right, however often it comes again. Its message is the answer: one sentence. */
export class BadRequestError extends Error {
  override readonly name: string = 'BadRequestError';
  readonly status: number = 400;
}

/** A request that is larger than we take. */
export class TooLargeError extends BadRequestError {
  override readonly name = 'TooLargeError';
  override readonly status = 413;
}

/** A caller that did not prove who it is. */
export class UnauthorizedError extends BadRequestError {
  override readonly name = 'UnauthorizedError';
  override readonly status = 401;
}

export interface HttpRequest {
  readonly method: string;
  /** The path as it was asked for, without the query. */
  readonly path: string;
  /** Path parameters by name; a wildcard (`*rest`) holds its segments joined by `/`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Iterables are streamed; their `return` is called when the caller goes away. */
  readonly body?: string | Uint8Array | AsyncIterable<string>;
}

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete' | 'all';
  /** An Express 5 path: `/alerts`, `/nodes/:name`, `/files/*rest`. */
  readonly path: string;
  /** Bytes; a larger body is 413. */
  readonly bodyLimit?: number;
  /** Throws `UnauthorizedError` for a caller that is not let in; runs before the body is read. */
  readonly authenticate?: (headers: IncomingHttpHeaders) => Promise<void>;
  readonly handle: (request: HttpRequest) => Promise<HttpAnswer>;
}

/** Done, and nothing to say about it. */
export const NO_CONTENT: HttpAnswer = { status: 204 };

const DEFAULT_BODY_LIMIT = 1024 * 1024;
/** Together, of all requests that are being answered: whoever comes on top of it comes again. */
const BODIES_LIMIT = 32 * 1024 * 1024;
/** Within which a body must have come: it takes its room from the start. */
const BODY_TIME_MS = 30_000;
/** Longer than the 90 s for which Go's clients keep idle connections (queue-proxy, brokers, Alertmanager). */
const KEEP_ALIVE_MS = 95_000;

export interface ListenOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Where others may connect from; all interfaces unless it is said. */
  readonly host?: string;
  readonly log: Logger;
  /** Bytes of all bodies together that are being handled; another one is 503. One alone is always let in. */
  readonly bodiesLimit?: number;
  /** In ms. A body that takes longer ends its connection. */
  readonly bodyTimeMs?: number;
}

export interface Listening {
  readonly port: number;
  /** Takes no new requests, finishes those in flight, ends streams. */
  close(): Promise<void>;
}

/** Answers the routes, and what the platform asks of each function: liveness, readiness, metrics. */
export async function listen(routes: readonly Route[], options: ListenOptions): Promise<Listening> {
  const { port, host, log, bodiesLimit = BODIES_LIMIT, bodyTimeMs = BODY_TIME_MS } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag');
  let closing = false;
  const streams = new Set<Readable>();
  const answering = new Set<Socket>();
  app.use((request: Request, response: Response, next: NextFunction) => {
    answering.add(request.socket);
    for (const event of ['finish', 'close'] as const) {
      response.once(event, () => {
        answering.delete(request.socket);
        if (closing) server.closeIdleConnections();
      });
    }
    next();
  });
  const platform: Route[] = [
    { method: 'get', path: '/health/liveness', handle: async () => ({ status: 200, body: 'live' }) },
    {
      method: 'get',
      path: '/health/readiness',
      handle: async () => (closing ? { status: 503, body: 'closing' } : { status: 200, body: 'ready' }),
    },
    { method: 'get', path: '/metrics', handle: answerMetrics },
  ];
  const bodies = createBodies(bodiesLimit, bodyTimeMs);
  for (const route of [...platform, ...routes]) mount(app, route, bodies, streams);
  app.use((_request: Request, response: Response) => void response.status(404).send('not found'));
  app.use(answerError(log));
  const server = await started(app, port, host);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = KEEP_ALIVE_MS + 1_000;
  return {
    port: portOf(server),
    close: () => {
      closing = true;
      for (const stream of streams) stream.destroy(); // they have no end of their own
      const silent = [...sockets].filter((socket) => !answering.has(socket));
      return closed(server, silent);
    },
  };
}

async function answerMetrics(): Promise<HttpAnswer> {
  const { type, body } = await metricsPage();
  return { status: 200, headers: { 'content-type': type }, body };
}

function mount(app: express.Express, route: Route, bodies: Bodies, streams: Set<Readable>): void {
  const authenticate = async (request: Request, _response: Response, next: NextFunction) => {
    await route.authenticate?.(request.headers);
    next();
  };
  const limit = route.bodyLimit ?? DEFAULT_BODY_LIMIT;
  const read = express.raw({ type: () => true, limit });
  app[route.method](route.path, authenticate, async (request: Request, response: Response) => {
    const leave = bodies.enter(request, limit);
    try {
      send(response, await handled(() => bodies.read(request, response, read), route, request), streams);
    } finally {
      leave();
    }
  });
}

/** No async function: one that waits for the answer keeps the body until it has come. */
function handled(readBody: () => Promise<Buffer>, route: Route, request: Request): Promise<HttpAnswer> {
  return readBody().then((body) => route.handle(requestOf(request, body)));
}

function requestOf(request: Request, body: Buffer): HttpRequest {
  const params = Object.entries(request.params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]);
  return {
    method: request.method,
    path: request.path,
    params: Object.fromEntries(params),
    query: new URL(request.url, 'http://localhost').searchParams,
    headers: request.headers,
    body,
  };
}

function send(response: Response, { status, headers, body }: HttpAnswer, streams: Set<Readable>): void {
  response.status(status);
  if (body === undefined) return void response.set({ ...headers }).end();
  response.set({ 'content-type': 'text/plain; charset=utf-8', ...headers });
  if (typeof body === 'string' || body instanceof Uint8Array) response.end(body);
  else stream(response, body, streams);
}

function stream(response: Response, body: AsyncIterable<string>, streams: Set<Readable>): void {
  const source = Readable.from(body);
  streams.add(source);
  response.on('close', () => source.destroy());
  source.on('close', () => {
    streams.delete(source);
    response.end();
  });
  response.flushHeaders();
  source.on('error', (error) => response.destroy(error)).pipe(response);
}

/** 400, 401, 413 say in one sentence what is wrong; all else is 503, so that the caller comes again. */
function answerError(log: Logger) {
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    if (response.headersSent) return void response.destroy();
    const refused = refusal(error);
    if (refused) {
      log.warn({ path: request.path, status: refused.status }, refused.message);
      return void response.status(refused.status).type('text/plain').send(refused.message);
    }
    const why = error instanceof Error ? error.message : String(error);
    log.error({ path: request.path, err: error }, `answered 503, so that it comes again: ${why}`);
    response.status(503).type('text/plain').send('unavailable');
  };
}

function refusal(error: unknown): BadRequestError | undefined {
  if (error instanceof BadRequestError) return error;
  // body-parser's own errors: https://github.com/expressjs/body-parser#errors
  const { type, limit, status } = error as { type?: string; limit?: number; status?: number };
  if (type === 'entity.too.large') return new TooLargeError(`the body is larger than ${limit} bytes`);
  if (status !== undefined && status >= 400 && status < 500) return new BadRequestError('the request could not be read');
  return undefined;
}

function started(app: express.Express, port: number, host: string | undefined): Promise<Server> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error) => (error ? reject(error) : resolve(server));
    const server = host === undefined ? app.listen(port, done) : app.listen(port, host, done);
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server is not listening on a port');
  return address.port;
}

/** Whoever is being answered is waited for, for a while; who only holds a connection is not: it may be a stranger. */
function closed(server: Server, silent: readonly Socket[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  server.close((error) => {
    clearTimeout(timer);
    return error ? reject(error) : resolve();
  });
  for (const socket of silent) socket.destroy();
  return promise;
}

/** A delivery is finished within 10 s, an event within 25 s. */
const GRACE_MS = 26_000;
