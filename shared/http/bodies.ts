/** Room for the bodies of requests: as many at once as memory bears, and none that never comes. */
import type { Request, RequestHandler, Response } from 'express';
import { BadRequestError } from './route.ts';

export interface Bodies {
  /** Takes room for the body of a request, before it is read; the returned function gives it back. Throws where there is none. */
  readonly enter: (request: Request, limit: number) => () => void;
  /** `timeMs` is the longest that it may take to come. Throws `BadRequestError` where the caller left before that. */
  readonly read: (request: Request, response: Response, how: { readonly read: RequestHandler; readonly timeMs: number }) => Promise<Buffer>;
}

/** `bodiesLimit` in bytes, for all together; one alone is always let in. */
export function createBodies(bodiesLimit: number): Bodies {
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
    read: async (request, response, { read, timeMs }) => {
      const timer = setTimeout(() => request.destroy(), timeMs);
      try {
        await new Promise<void>((resolve, reject) => read(request, response, (error?: unknown) => (error ? reject(error) : resolve())));
        // body-parser hands on one that was cut off before it looked as if there was none
        if (request.destroyed && !request.complete) throw new BadRequestError('the body did not come whole');
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
