/** Room for the bodies of requests: as many at once as memory bears, and none that never comes. */
import type { Request, RequestHandler, Response } from 'express';

export interface Bodies {
  /** Takes room for the body of a request, before it is read; the returned function gives it back. Throws where there is none. */
  readonly enter: (request: Request, limit: number) => () => void;
  readonly read: (request: Request, response: Response, read: RequestHandler) => Promise<Buffer>;
}

/** `bodiesLimit` in bytes, for all together; one alone is always let in. `bodyTimeMs` is the longest that one may take to come. */
export function createBodies(bodiesLimit: number, bodyTimeMs: number): Bodies {
  let held = 0;
  return {
    enter: (request, limit) => {
      const size = sizeOf(request, limit);
      if (size > 0 && held > 0 && held + size > bodiesLimit) throw new Error(`the bodies that are being handled fill ${bodiesLimit} bytes`);
      held += size;
      return () => {
        held -= size;
      };
    },
    read: async (request, response, read) => {
      const timer = setTimeout(() => request.destroy(), bodyTimeMs);
      try {
        await new Promise<void>((resolve, reject) => read(request, response, (error?: unknown) => (error ? reject(error) : resolve())));
        return takeBody(request);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** How much of a body may be kept. One that is packed, or does not say its length, may be as large as any. */
function sizeOf({ headers }: Request, limit: number): number {
  const length = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : limit;
  const isPacked = length > 0 && (headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity';
  return isPacked ? limit : Math.min(length, limit);
}

/** Express would keep it as long as the request. */
function takeBody(request: Request): Buffer {
  const body: unknown = request.body;
  request.body = undefined;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}
