import assert from 'node:assert/strict';
import { inTime } from '../../shared/in-time.ts';

describe('inTime', () => {
  it('gives what the work gives, or throws what it throws', async () => {
    assert.equal(await inTime(Promise.resolve(1), 60_000), 1);
    await assert.rejects(inTime(Promise.reject(new Error('broken')), 60_000), /^Error: broken$/);
  });

  it('gives up waiting, not the work', async () => {
    const work = Promise.withResolvers<void>();
    await assert.rejects(inTime(work.promise, 1), /not done within 1 ms/);
    work.reject(new Error('late')); // nobody listens any more, and that is no unhandled rejection
    await new Promise(setImmediate);
  });
});
