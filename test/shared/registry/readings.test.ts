import assert from 'node:assert/strict';
import type { ImageReading } from '../../../shared/golden-images/image.ts';
import { createReadings } from '../../../shared/registry/readings.ts';

const AMD: ImageReading = { kind: 'known', architectures: ['amd64'] };

describe('readings', () => {
  let time: number;
  let reads: string[];
  beforeEach(() => {
    [time, reads] = [0, []];
  });
  const start = (size = 10) => {
    const readings = createReadings({ now: () => new Date(time), size });
    return (key: string, lifeMs = 1_000) =>
      readings.get(
        key,
        () => lifeMs,
        async () => {
          reads.push(key);
          return AMD;
        },
      );
  };

  it('hold for their time', async () => {
    const get = start();
    await get('a');
    time = 999;
    assert.deepEqual(await get('a'), AMD);
    assert.deepEqual(reads, ['a']);
    time = 1_000;
    await get('a');
    assert.deepEqual(reads, ['a', 'a']);
  });

  it('hold for ever where they cannot change', async () => {
    const get = start();
    await get('a', Number.POSITIVE_INFINITY);
    time = 1e12;
    await get('a');
    assert.deepEqual(reads, ['a']);
  });

  describe('once known', () => {
    const FAILED: ImageReading = { kind: 'unknown', why: 'no answer' };
    const answering = () => {
      const readings = createReadings({ now: () => new Date(time), size: 1 });
      const ask = (key: string, answer: ImageReading) => {
        const read = async () => {
          reads.push(key);
          return answer;
        };
        return readings.get(key, ({ kind }) => (kind === 'known' ? 1_000 : 100), read);
      };
      return { readings, ask };
    };

    it('stay as they were when a later one fails, and are asked for again as one that failed', async () => {
      const { ask } = answering();
      await ask('a', AMD);
      const seen: (readonly [at: number, reading: ImageReading, reads: number])[] = [];
      for (const at of [1_000, 1_099, 1_100, 1_200]) {
        time = at;
        seen.push([at, await ask('a', FAILED), reads.length]);
      }
      assert.deepEqual(seen, [
        [1_000, AMD, 2],
        [1_099, AMD, 2],
        [1_100, AMD, 3],
        [1_200, AMD, 4],
      ]);
    });

    it('are what the next good one says', async () => {
      const { ask } = answering();
      await ask('a', AMD);
      const arm: ImageReading = { kind: 'known', architectures: ['arm64'] };
      const seen: ImageReading[] = [];
      for (const [at, answer] of [
        [1_000, FAILED],
        [1_100, arm],
        [2_100, FAILED],
      ] as const) {
        time = at;
        seen.push(await ask('a', answer));
      }
      assert.deepEqual(seen, [AMD, arm, arm]);
    });

    it('are told of without a read, also while one is on its way', async () => {
      const { readings, ask } = answering();
      assert.equal(readings.lastKnown('a'), undefined);
      await ask('a', FAILED);
      assert.equal(readings.lastKnown('a'), undefined);
      time = 100;
      await ask('a', AMD);
      time = 1_100;
      const late = ask('a', FAILED);
      assert.deepEqual(readings.lastKnown('a'), AMD);
      await late;
      assert.deepEqual(readings.lastKnown('a'), AMD);
    });

    it('are forgotten with their key', async () => {
      const { readings, ask } = answering();
      await ask('a', AMD);
      await ask('b', AMD);
      assert.equal(readings.lastKnown('a'), undefined);
      assert.deepEqual(await ask('a', FAILED), FAILED);
    });
  });

  it('are shared by all who ask at once, however long they take', async () => {
    const get = start();
    const first = get('a');
    time = 1e9;
    await Promise.all([first, get('a'), get('a'), get('b')]);
    assert.deepEqual(reads, ['a', 'b']);
  });

  it('are so many at most, and the one that nobody asked for longest goes first', async () => {
    const get = start(2);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
    assert.deepEqual(reads, ['a', 'b', 'c', 'b']);
  });
});
