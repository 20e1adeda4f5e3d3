/** A plain HTTP server of the tests' own, on any free port. */
import { createServer, type RequestListener } from 'node:http';
import { remember } from './running.ts';

export interface HttpServer {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Answers with this listener until stopped; open connections end with it. */
export async function startHttpServer(name: string, listener: RequestListener): Promise<HttpServer> {
  const server = createServer(listener);
  const listening = Promise.withResolvers<number>();
  server.on('error', listening.reject).listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') listening.resolve(address.port);
  });
  const port = await listening.promise;
  const stop = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    server.closeAllConnections();
    forget();
    return promise;
  };
  const forget = remember(name, stop);
  return { url: `http://127.0.0.1:${port}`, port, stop };
}
