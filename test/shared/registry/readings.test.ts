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
