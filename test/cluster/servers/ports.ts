/** Ports that nobody uses, as far as anyone can know. */
import { createServer } from 'node:net';
import { StartError } from './process.ts';

const ATTEMPTS = 5;

/** Starts a server on a port that was free a moment ago, and on another one if somebody was quicker. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === ATTEMPTS || !lostTheRace(error)) throw error;
    }
  }
}

/** A port that the system has just said to be free. */
export function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer().on('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    server.close(() => resolve(port));
  });
  return promise;
}

function lostTheRace(error: unknown): boolean {
  return error instanceof StartError && /EADDRINUSE|address already in use/i.test(error.output);
}
