import assert from 'node:assert/strict';
import { batched } from '../../shared/batch.ts';

/** Runs that end when they are told to. */
function gatedRuns() {
  const started: { readonly items: readonly string[]; readonly end: PromiseWithResolvers<string> }[] = [];
  const run = (items: readonly string[]): Promise<string> => {
    const end = Promise.withResolvers<string>();
    started.push({ items, end });
    return end.promise;
  };
  return {
    add: batched(run),
    items: () => started.map(({ items }) => items),
    end: (index: number, result: string) => started[index]?.end.resolve(result),
    fail: (index: number) => started[index]?.end.reject(new Error(`run ${index} failed`)),
  };
}

/** All that is ready to run has run. */
const settled = () => new Promise(setImmediate);

describe('a batch', () => {
  it('starts at once when nothing runs', async () => {
    const { add, items, end } = gatedRuns();
    const done = add('a');
    await settled();
    assert.deepEqual(items(), [['a']]);
    end(0, 'result');
    assert.equal(await done, 'result');
  });

  it('runs one at a time, and takes all that waits together, in order', async () => {
    const { add, items, end } = gatedRuns();
    const first = add('a');
    await settled();
    const waiting = [add('b'), add('c'), add('d')];
    await settled();
    assert.deepEqual(items(), [['a']]);
    end(0, 'first');
    assert.equal(await first, 'first');
    await settled();
    assert.deepEqual(items(), [['a'], ['b', 'c', 'd']]);
    end(1, 'second');
    assert.deepEqual(await Promise.all(waiting), ['second', 'second', 'second']);
  });

  it('does not take what comes while the waiting ones run', async () => {
    const { add, items, end } = gatedRuns();
    void add('a');
    await settled();
    void add('b');
    end(0, '');
    await settled();
    void add('c');
    await settled();
    assert.deepEqual(items(), [['a'], ['b']]);
    end(1, '');
    await settled();
    assert.deepEqual(items(), [['a'], ['b'], ['c']]);
  });

  it('tells a failure to all of its run, and the next one starts all the same', async () => {
    const { add, items, end, fail } = gatedRuns();
    const failing = [add('a'), add('b')].map((done) => assert.rejects(done, /run 0 failed/));
    await settled();
    const next = add('c');
    fail(0);
    await Promise.all(failing);
    await settled();
    assert.deepEqual(items(), [['a', 'b'], ['c']]);
    end(1, 'done');
    assert.equal(await next, 'done');
  });

  it('takes a run that throws at once for one that fails', async () => {
    const add = batched((): Promise<never> => {
      throw new Error('no run at all');
    });
    await assert.rejects(add('a'), /no run at all/);
    await assert.rejects(add('b'), /no run at all/);
  });
});
