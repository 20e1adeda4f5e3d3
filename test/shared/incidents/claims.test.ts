import assert from 'node:assert/strict';
import { claimOf, type DeliveredClaims, hasNewFiring, mergeClaims } from '../../../shared/incidents/claims.ts';
import type { SeriesClaim } from '../../../shared/incidents/incident.ts';
import { claims, minute, series } from '../../helpers/deliveries.ts';

const heard = (deliveries: readonly DeliveredClaims[]): readonly SeriesClaim[] =>
  deliveries.reduce<readonly SeriesClaim[]>((known, next) => mergeClaims(known, next), []);
const summary = (known: readonly SeriesClaim[]) => known.map(({ fingerprint, status }) => `${fingerprint} ${status}`).sort();

describe('what Alertmanager has claimed so far', () => {
  const firing = (fingerprint: string, startedAt = 0) => series(fingerprint, 'firing', startedAt);
  const resolved = (fingerprint: string, startedAt = 0) => series(fingerprint, 'resolved', startedAt);
  const cases = [
    { rule: 'a firing series makes the claim firing', said: [claims(1, 'g', [firing('a')])], known: ['a firing'], claim: 'firing' },
    {
      rule: 'the last resolve makes it resolved',
      said: [claims(1, 'g', [firing('a')]), claims(2, 'g', [resolved('a')])],
      known: ['a resolved'],
      claim: 'resolved',
    },
    {
      rule: 'one of two that still fires keeps it firing',
      said: [claims(1, 'g', [firing('a'), firing('b')]), claims(2, 'g', [resolved('a'), firing('b')])],
      known: ['a resolved', 'b firing'],
      claim: 'firing',
    },
    {
      rule: 'a delivery replaces what its group said: who is not in it has gone',
      said: [claims(1, 'g', [firing('a'), firing('b')]), claims(2, 'g', [firing('b')])],
      known: ['a gone', 'b firing'],
      claim: 'firing',
    },
    {
      rule: 'a group that no longer has any of ours resolves the claim',
      said: [claims(1, 'g', [firing('a')]), claims(2, 'g', [])],
      known: ['a gone'],
      claim: 'resolved',
    },
    {
      rule: 'a truncated delivery only adds',
      said: [claims(1, 'g', [firing('a')]), claims(2, 'g', [firing('b')], { truncated: true })],
      known: ['a firing', 'b firing'],
      claim: 'firing',
    },
    {
      rule: 'a truncated delivery still resolves what it holds',
      said: [claims(1, 'g', [firing('a'), firing('b')]), claims(2, 'g', [resolved('a')], { truncated: true })],
      known: ['a resolved', 'b firing'],
      claim: 'firing',
    },
    {
      rule: 'a group says nothing about the series of another',
      said: [claims(1, 'g', [firing('a')]), claims(2, 'h', [firing('b')]), claims(3, 'g', [resolved('a')])],
      known: ['a resolved', 'b firing'],
      claim: 'firing',
    },
    {
      rule: 'a series that moves to another group is the same series',
      said: [claims(1, 'g', [firing('a')]), claims(2, 'h', [resolved('a')])],
      known: ['a resolved'],
      claim: 'resolved',
    },
    {
      rule: 'a series that has moved does not go with its old group',
      said: [claims(1, 'g', [firing('a')]), claims(2, 'h', [firing('a')]), claims(3, 'g', [firing('b')])],
      known: ['a firing', 'b firing'],
      claim: 'firing',
    },
    {
      rule: 'a firing that is not newer than the recorded resolve says nothing',
      said: [claims(1, 'g', [resolved('a', 0)]), claims(2, 'g', [firing('a', 0)])],
      known: ['a resolved'],
      claim: 'resolved',
    },
    {
      rule: 'a newer run of a resolved series fires',
      said: [claims(1, 'g', [resolved('a', 0)]), claims(2, 'g', [firing('a', 1)])],
      known: ['a firing'],
      claim: 'firing',
    },
    {
      rule: 'the late resolve of an older run does not end the newer one',
      said: [claims(1, 'g', [firing('a', 1)]), claims(2, 'g', [resolved('a', 0)])],
      known: ['a firing'],
      claim: 'firing',
    },
    {
      rule: 'what went without a resolve (a silence, an overtaken delivery) fires again unchanged',
      said: [claims(1, 'g', [firing('a'), firing('b')]), claims(2, 'g', [firing('a')]), claims(3, 'g', [firing('a'), firing('b')])],
      known: ['a firing', 'b firing'],
      claim: 'firing',
    },
    {
      rule: 'an operator restart in one delivery, the old pod’s series resolved and the new one’s firing, stays firing',
      said: [claims(1, 'g', [firing('old-pod')]), claims(2, 'g', [resolved('old-pod'), firing('new-pod', 2)])],
      known: ['new-pod firing', 'old-pod resolved'],
      claim: 'firing',
    },
    {
      rule: 'an operator restart in two deliveries is resolved, then firing',
      said: [claims(1, 'g', [firing('old-pod')]), claims(2, 'g', [resolved('old-pod')]), claims(3, 'g', [firing('new-pod', 3)])],
      known: ['new-pod firing', 'old-pod resolved'],
      claim: 'firing',
    },
    {
      rule: 'a delivery that is recorded late takes nothing away that was heard since',
      said: [claims(2, 'g', [resolved('a'), firing('b', 2)]), claims(1, 'g', [firing('a')])],
      known: ['a resolved', 'b firing'],
      claim: 'firing',
    },
  ];
  for (const { rule, said, known, claim } of cases) {
    it(rule, () => {
      const all = heard(said);
      assert.deepEqual(summary(all), known);
      assert.equal(claimOf(all, minute(0)), claim);
    });
  }

  it('is the same after the same delivery again', () => {
    const twice = [1, 2].map((at) => claims(at, 'g', [firing('a'), resolved('b')]));
    assert.deepEqual(summary(heard(twice)), summary(heard(twice.slice(0, 1))));
  });

  it('is none where no alert spoke since the episode opened', () => {
    const known = heard([claims(1, 'g', [firing('a')]), claims(2, 'g', [resolved('a')])]);
    assert.deepEqual([claimOf(known, minute(2)), claimOf(known, minute(3)), claimOf([], minute(0))], ['resolved', 'none', 'none']);
  });

  it('is firing however long ago a series that still fires was heard', () => {
    assert.equal(claimOf(heard([claims(1, 'g', [firing('a')])]), minute(500)), 'firing');
  });

  it('keeps all that fires and the latest hundred that are over', () => {
    const restarts = Array.from({ length: 150 }, (_, index) => claims(index, 'g', [resolved(`pod-${index}`, index)]));
    const known = heard([claims(0, 'other', [firing('a')]), ...restarts]);
    const over = known.filter(({ status }) => status !== 'firing').map(({ fingerprint }) => fingerprint);
    assert.deepEqual([known.length, over.length, over.includes('pod-149'), over.includes('pod-49')], [101, 100, true, false]);
  });

  const news = [
    { rule: 'a series that was not known', before: [], after: claims(1, 'g', [firing('a')]), isNew: true },
    { rule: 'a newer run', before: [claims(1, 'g', [resolved('a', 0)])], after: claims(2, 'g', [firing('a', 1)]), isNew: true },
    { rule: 'not a repeat', before: [claims(1, 'g', [firing('a')])], after: claims(2, 'g', [firing('a')]), isNew: false },
    {
      rule: 'not a late repeat of what resolved',
      before: [claims(1, 'g', [resolved('a')])],
      after: claims(2, 'g', [firing('a')]),
      isNew: false,
    },
    {
      rule: 'not the return of what went',
      before: [claims(1, 'g', [firing('a')]), claims(2, 'g', [])],
      after: claims(3, 'g', [firing('a')]),
      isNew: false,
    },
    { rule: 'not a resolve', before: [], after: claims(1, 'g', [resolved('a')]), isNew: false },
  ];
  for (const { rule, before, after, isNew } of news) {
    it(`takes for a new firing: ${rule}`, () => {
      const known = heard(before);
      assert.equal(hasNewFiring(known, mergeClaims(known, after)), isNew);
    });
  }
});
