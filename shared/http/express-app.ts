/** The routes of a function as an Express app, and its metrics. The only file that knows Express; it is loaded once the server listens. */
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import express, { type NextFunction, type Request, type Response } from 'express';
import { deliveryAnswered, receiveDelivery } from '../delivery.ts';
import type { Logger } from '../log.ts';
import { metricsPage } from '../metrics.ts';
import { type Bodies, createBodies } from './bodies.ts';
import { BadRequestError, type HttpAnswer, type HttpRequest, NotKnownYetError, type Route, TooLargeError } from './route.ts';
import { arrivalOf } from './server.ts';

const DEFAULT_BODY_LIMIT = 1024 * 1024;
/** Together, of all requests that are being answered: whoever comes on top of it comes again. */
const BODIES_LIMIT = 32 * 1024 * 1024;
/** Within which a body must have come: it takes its room from the start. */
const BODY_TIME_MS = 30_000;

export interface AppOptions {
  readonly log: Logger;
  /** Bytes of all bodies together that are being handled; another one is 503. One alone is always let in. */
  readonly bodiesLimit?: number;
  /** In ms. A body that takes longer ends its connection. */
  readonly bodyTimeMs?: number;
  /** Ends streams: they have no end of their own. */
  readonly closing: AbortSignal;
}

/** Answers the routes; 404 for all else. */
export function createApp(routes: readonly Route[], options: AppOptions): RequestListener {
  const { log, bodiesLimit = BODIES_LIMIT, bodyTimeMs = BODY_TIME_MS, closing } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag');
  const streams = new Set<Readable>();
  closing.addEventListener('abort', () => {
    for (const stream of streams) stream.destroy();
  });
  const bodies = createBodies(bodiesLimit);
  for (const route of [METRICS, ...routes]) mount(app, { bodyTimeMs, ...route }, { bodies, streams, log });
  app.use((_request: Request, response: Response) => void response.status(404).type('text/plain').send('not found'));
  app.use(answerError(log));
  return app;
}

/** For who asks the pod itself, as Prometheus does: not for the gateway's callers, of which some are on the Internet. */
const METRICS: Route = {
  method: 'get',
  path: '/metrics',
  handle: async ({ headers }) => {
    if (isForwarded(headers)) return { status: 404, body: 'not found' };
    const { type, body } = await metricsPage();
    return { status: 200, headers: { 'content-type': type }, body };
  },
};

/** Knative's queue-proxy adds the one to each request, as Go's reverse proxy does, and makes the other of it; no caller can prevent that. */
function isForwarded(headers: IncomingHttpHeaders): boolean {
  return headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
}

interface Mounting {
  readonly bodies: Bodies;
  readonly streams: Set<Readable>;
  readonly log: Logger;
}

function mount(app: express.Express, route: Route & { readonly bodyTimeMs: number }, { bodies, streams, log }: Mounting): void {
  const receive = (request: Request, _response: Response, next: NextFunction) => {
    if (!route.isDelivery) return next();
    const received = { method: request.method, path: route.path, headers: request.headers, receivedAt: arrivalOf(request) };
    receiveDelivery(received, log, () => next());
  };
  const authenticate = async (request: Request, _response: Response, next: NextFunction) => {
    await route.authenticate?.(request.headers);
    next();
  };
  const limit = route.bodyLimit ?? DEFAULT_BODY_LIMIT;
  const how = { read: express.raw({ type: () => true, limit }), timeMs: route.bodyTimeMs };
  app[route.method](route.path, receive, authenticate, async (request: Request, response: Response) => {
    const leave = bodies.enter(request, limit);
    try {
      const answer = await handled(() => bodies.read(request, response, how), route, request);
      send(response, answer, streams);
      deliveryAnswered(answer.status);
    } finally {
      leave();
    }
  });
}

/** No async function: one that waits for the answer keeps the body until it has come. */
function handled(readBody: () => Promise<Buffer>, route: Route, request: Request): Promise<HttpAnswer> {
  return readBody()
    .catch(unreadable)
    .then((body) => route.handle(requestOf(request, body)));
}

function requestOf(request: Request, body: Buffer): HttpRequest {
  const params = Object.entries(request.params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]);
  return {
    method: request.method,
    path: request.path,
    params: Object.fromEntries(params),
    query: new URLSearchParams(/\?(.*)$/s.exec(request.url)?.[1]),
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

/** 400, 401, 403, 413 say in one sentence what is wrong; all else is 503, so that the caller comes again. */
function answerError(log: Logger) {
  const said = new WeakSet<NotKnownYetError>();
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    if (response.headersSent) return void response.destroy();
    const refused = error instanceof URIError ? new BadRequestError(UNREADABLE) : error; // Express' own, of a path
    if (refused instanceof BadRequestError) {
      log.warn({ path: request.path, status: refused.status }, refused.message);
      deliveryAnswered(refused.status);
      return void response.status(refused.status).type('text/plain').send(refused.message);
    }
    const why = error instanceof Error ? error.message : String(error);
    const words = `answered 503, so that it comes again: ${why}`;
    if (!(error instanceof NotKnownYetError)) log.error({ path: request.path, err: error }, words);
    else if (!said.has(error)) log.warn({ path: request.path }, words);
    if (error instanceof NotKnownYetError) said.add(error);
    deliveryAnswered(503);
    response.status(503).type('text/plain').send('unavailable');
  };
}

const UNREADABLE = 'the request could not be read';

/** body-parser's own errors: https://github.com/expressjs/body-parser#errors. Those of a handler may look alike: they are whom it asked. */
function unreadable(error: unknown): never {
  const { type, limit, status } = error as { type?: string; limit?: number; status?: number };
  if (type === 'entity.too.large') throw new TooLargeError(`the body is larger than ${limit} bytes`);
  if (status !== undefined && status >= 400 && status < 500) throw new BadRequestError(UNREADABLE);
  throw error;
}
