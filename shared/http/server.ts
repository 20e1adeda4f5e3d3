/** The HTTP server itself: live and ready as soon as it listens, while what answers everything else is still being loaded. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Where others may connect from; all interfaces unless it is said. */
  readonly host?: string;
}

export interface Listening {
  readonly port: number;
  /** Takes no new requests, finishes those in flight, ends streams. */
  close(): Promise<void>;
}

/** What is loaded may need to know. */
export interface Opened {
  readonly port: number;
  /** Aborted when the server begins to close. */
  readonly closing: AbortSignal;
}

/** Longer than the 90 s for which Go's clients keep idle connections (queue-proxy, brokers, Alertmanager). */
const KEEP_ALIVE_MS = 95_000;
/** Loading keeps the process busy, so the first to ask comes first: usually whoever waits for it to be ready. */
const LOAD_AFTER_MS = 50;

/** Listens, then calls `load`, once: with the first request, or soon after. Requests wait for the listener that it gives. */
export async function openServer({ port, host }: ServerOptions, load: (opened: Opened) => Promise<RequestListener>): Promise<Listening> {
  const closing = new AbortController();
  let loading: Promise<RequestListener> | undefined;
  const loaded = () => {
    loading ??= load({ port: listeningOn, closing: closing.signal });
    return loading;
  };
  const server = createServer();
  const silent = watchConnections(server, closing.signal);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    arrivals.set(request, performance.now());
    if (answerHealth(request, response, closing.signal.aborted)) response.once('close', loaded);
    else void loaded().then((listener) => listener(request, response));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = KEEP_ALIVE_MS + 1_000;
  const listeningOn = await portOf(server.listen({ port, host }));
  const soon = setTimeout(loaded, LOAD_AFTER_MS).unref();
  return {
    port: listeningOn,
    close: () => {
      clearTimeout(soon);
      closing.abort();
      return closed(server, silent());
    },
  };
}

const arrivals = new WeakMap<IncomingMessage, number>();

/** When it came, in ms of a clock that is never set: the first ones wait for what is loaded. */
export function arrivalOf(request: IncomingMessage): number {
  return arrivals.get(request) ?? performance.now();
}

/** Whether it was a health check: it is answered without anything else, neither Slack nor the API server. */
function answerHealth({ method = '', url = '' }: IncomingMessage, response: ServerResponse, isClosing: boolean): boolean {
  const [, asked] = (['GET', 'HEAD'].includes(method) && HEALTH.exec(url)) || [];
  if (asked === undefined) return false;
  const { status, body } = healthOf(asked, isClosing);
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length }).end(body);
  return true;
}

/** As Express would take it: in any case, with a slash at the end, with a query. */
const HEALTH = /^\/health\/(liveness|readiness)\/?(?:\?|$)/i;

function healthOf(asked: string, isClosing: boolean): { readonly status: number; readonly body: string } {
  if (asked.toLowerCase() === 'liveness') return { status: 200, body: 'live' };
  return isClosing ? { status: 503, body: 'closing' } : { status: 200, body: 'ready' };
}

/** Returns what tells which connections are held by nobody who is being answered. */
function watchConnections(server: Server, closing: AbortSignal): () => readonly Socket[] {
  const sockets = new Set<Socket>();
  const answering = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answering.add(socket);
    for (const event of ['finish', 'close'] as const) {
      response.once(event, () => {
        answering.delete(socket);
        if (closing.aborted) server.closeIdleConnections();
      });
    }
  });
  return () => [...sockets].filter((socket) => !answering.has(socket));
}

/** Throws where it cannot listen. */
async function portOf(server: Server): Promise<number> {
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server is not listening on a port');
  return address.port;
}

/** A delivery is finished within 10 s, an event within 25 s. */
const GRACE_MS = 26_000;

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
