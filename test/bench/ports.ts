/** Ports of processes that do not say which one they took. */
import { get } from 'node:http';
import { createServer } from 'node:net';

/** Free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export function isLive(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ port, path: '/health/liveness', agent: false }, (answer) => answer.resume().once('end', () => resolve(true)));
    request.once('error', () => resolve(false));
  });
}
