/** An intent is timed by the clock of who sees it, from first sight. */
import assert from 'node:assert/strict';
import type { Intent } from '../../../shared/incidents/incident.ts';
import { createSightings, type Sightings } from '../../../shared/incidents/sightings.ts';

const intentOf = (id: string, changes: Partial<Intent> = {}): Intent => ({
  ...{ id, step: 'post', at: '2026-11-22T10:00:00Z', lastsMs: 39_000, isInDoubt: false },
  willSay: { revision: 1, checkedAt: undefined, announcements: 0, files: {} },
  ...changes,
});

describe('an intent that is seen', () => {
  let time: number;
  let sightings: Sightings;
  beforeEach(() => {
    time = 0;
    sightings = createSightings(() => new Date(time));
  });

  for (const at of ['1999-01-01T00:00:00Z', '2031-01-01T00:00:00Z', 'nonsense']) {
    it(`runs for as long as it lasts from first sight, whatever it says of itself: ${at}`, () => {
      assert.equal(sightings.isRunning(intentOf('a', { at })), true);
      time = 38_999;
      assert.equal(sightings.isRunning(intentOf('a', { at })), true);
      time = 39_000;
      assert.equal(sightings.isRunning(intentOf('a', { at })), false);
    });
  }

  it('runs no longer for a clock that was set back', () => {
    time = 10_000_000;
    sightings.own(intentOf('a'));
    time = 0;
    assert.equal(sightings.isRunning(intentOf('a')), true);
    time = 39_000;
    assert.equal(sightings.isRunning(intentOf('a')), false);
  });

  it('does not run when its owner is in doubt', () => assert.equal(sightings.isRunning(intentOf('a', { isInDoubt: true })), false));

  it('is ours only if we said so, and is timed from then', () => {
    sightings.own(intentOf('ours'));
    assert.deepEqual([sightings.isOwn(intentOf('ours')), sightings.isOwn(intentOf('theirs'))], [true, false]);
    time = 39_000;
    assert.equal(sightings.isRunning(intentOf('ours')), false);
  });

  it('is forgotten when a thousand others were seen since', () => {
    sightings.own(intentOf('ours'));
    for (let count = 0; count < 1_000; count++) sightings.isRunning(intentOf(`${count}`));
    assert.equal(sightings.isOwn(intentOf('ours')), false);
  });
});
