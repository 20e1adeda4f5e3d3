import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { createClickLooks } from '../../../functions/slack-actions/click-looks.ts';
import type { Asked } from '../../../shared/look-again/signal.ts';

const asked = (by: string): Asked => ({ alert: 'HCOMultiArchGoldenImagesDisabled', by });

describe('looks for clicks', () => {
  /** Time that passes only by pauses, and looks that take none. */
  const start = (look: () => Promise<void> = async () => undefined) => {
    let time = 0;
    const looks: string[] = [];
    const pauses: { readonly ms: number; readonly end: () => void }[] = [];
    const click = createClickLooks({
      look: async (all) => {
        looks.push(`${time / 1_000} s: ${all.map(({ by }) => by).join(' ')}`);
        await look();
      },
      now: () => new Date(time),
      pause: (ms) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        pauses.push({ ms, end: resolve });
        return promise;
      },
    });
    const pass = async (ms: number) => {
      time += ms;
      for (const { end } of pauses.splice(0)) end();
      await setImmediate();
    };
    return { click, looks, pauses, pass };
  };

  it('begin at once for the first', async () => {
    const { click, looks, pauses } = start();
    await click(asked('a'));
    assert.deepEqual([looks, pauses.length], [['0 s: a'], 0]);
  });

  it('are one for all who click within 5 s of the last', async () => {
    const { click, looks, pauses, pass } = start();
    await click(asked('a'));
    await pass(2_000);
    const others = ['b', 'c', 'd'].map((by) => click(asked(by)));
    await setImmediate();
    assert.deepEqual(
      pauses.map(({ ms }) => ms),
      [3_000],
    );
    others.push(click(asked('e')));
    await pass(3_000);
    await Promise.all(others);
    assert.deepEqual(looks, ['0 s: a', '5 s: b c d e']);
  });

  it('are another for who clicks while one is under way: that one may have read before', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { click, looks, pass } = start(() => promise);
    const first = click(asked('a'));
    await setImmediate();
    const second = click(asked('b'));
    resolve();
    await first;
    await setImmediate();
    await pass(5_000);
    await second;
    assert.deepEqual(looks, ['0 s: a', '5 s: b']);
  });

  it('fail for those who wait for them, and for nobody else', async () => {
    let isBroken = true;
    const { click, pass } = start(async () => {
      if (isBroken) throw new Error('broken');
    });
    await assert.rejects(click(asked('a')), /broken/);
    isBroken = false;
    await pass(5_000);
    await click(asked('b'));
  });

  it('wait no longer than 5 s, whatever is done to the clock', async () => {
    const { click, pauses, pass } = start();
    await click(asked('a'));
    await pass(-3_600_000);
    void click(asked('b'));
    await setImmediate();
    assert.deepEqual(
      pauses.map(({ ms }) => ms),
      [5_000],
    );
    await pass(0);
  });
});
