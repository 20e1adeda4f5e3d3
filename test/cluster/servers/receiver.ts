/** Somebody else's HTTP server, which remembers what it was sent. */
import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { type HttpServer, startHttpServer } from './http-server.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver extends HttpServer {
  /** In the order they came. */
  readonly received: readonly Received[];
}

/** Starts a receiver that answers everything with one status: 204 unless given. */
export async function startReceiver(status = 204): Promise<Receiver> {
  const received: Received[] = [];
  const server = await startHttpServer('receiver', async (request, response) => {
    const { method = '', url: path = '', headers } = request;
    received.push({ method, path, headers, body: await text(request) });
    response.writeHead(status).end();
  });
  return { ...server, received };
}
