import assert from 'node:assert/strict';
import type { Request, RequestHandler, Response } from 'express';
import { createBodies } from '../../../shared/http/bodies.ts';
import { BadRequestError } from '../../../shared/http/route.ts';

describe('a body', () => {
  /** As body-parser does with a request that has ended: it reads nothing, and says nothing of it. */
  const read: RequestHandler = (_request, _response, next) => next();
  const bodyOf = (request: { readonly destroyed: boolean; readonly complete: boolean }) =>
    createBodies(100).read(request as Request, {} as Response, { read, timeMs: 1_000 });

  it('that was cut off before anybody looked is none that came empty', () =>
    assert.rejects(bodyOf({ destroyed: true, complete: false }), BadRequestError));

  for (const request of [
    { destroyed: false, complete: true },
    { destroyed: true, complete: true },
  ])
    it(`may be empty: ${JSON.stringify(request)}`, async () => assert.equal((await bodyOf(request)).length, 0));
});
