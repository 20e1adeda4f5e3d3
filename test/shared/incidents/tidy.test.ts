/** What becomes of open messages that the record does not know. */
import assert from 'node:assert/strict';
import { newIncident, type SeriesClaim } from '../../../shared/incidents/incident.ts';
import { type OpenMessage, tidied } from '../../../shared/incidents/tidy.ts';
import { snapshot } from '../../helpers/cluster-objects.ts';
import { FOUND, minute } from '../../helpers/deliveries.ts';
import { delivers, episodeOf, fires, IMPORT_DISABLED, incidentAfter, resolves } from '../../helpers/incidents.ts';

const FLAP_MS = 3_600_000;
const open = (ts: string): OpenMessage => ({ channel: 'C', ts, episode: `of-${ts}`, verdict: 'confirmed', claim: 'firing', revision: 3 });
const ALL = [open('1.1'), open('2.1'), open('3.1')];

const fired = incidentAfter([{ snapshot: snapshot(FOUND.present), at: minute(0), claims: [fires(minute(0))] }]);
const over = incidentAfter([{ snapshot: snapshot(FOUND.absent), at: minute(1), claims: [resolves(minute(1))] }], { after: fired });
const said = { channel: 'C', ts: '2.1', revision: 1, checkedAt: undefined, announcements: 0, files: {} };
const intent = { id: 'i', step: 'edit', at: minute(0), lastsMs: 1, isInDoubt: false, willSay: said } as const;
const withEpisode = (incident: typeof fired, changes: object) => ({ ...incident, episode: { ...episodeOf(incident), ...changes } });

describe('open messages that the record does not know', () => {
  const cases = [
    { when: 'the episode has its message: all others are strays', incident: withEpisode(fired, { said }), strays: ['1.1', '3.1'] },
    { when: 'one is closed for edits: it stays', incident: withEpisode(fired, { said, closed: ['1.1'] }), strays: ['3.1'] },
    { when: 'somebody is at work on it: none is touched', incident: withEpisode(fired, { said, intent }), strays: [] },
    { when: 'the episode has none yet: none is touched', incident: fired, strays: [] },
    {
      when: 'it is over, and may come back: all others are strays',
      incident: withEpisode(over, { said }),
      at: minute(61),
      strays: ['1.1', '3.1'],
    },
  ];
  for (const { when, incident, at = minute(2), strays } of cases) {
    it(when, () => {
      const result = tidied(incident, ALL, at, FLAP_MS);
      assert.deepEqual([result.incident, result.strays.map(({ ts }) => ts)], [incident, strays]);
    });
  }

  for (const [when, incident, kept, strays, becomes] of [
    ['nothing is on record', newIncident('prod-eu-1', IMPORT_DISABLED), '1.1', ['2.1', '3.1'], 'stale'],
    ['the last episode has ended', withEpisode(over, { said: { ...said, ts: '1.1' } }), '2.1', ['3.1'], 'resolved'],
  ] as const) {
    it(`the oldest becomes the episode, under an id of its own, when ${when}`, () => {
      const result = tidied(incident, ALL, minute(62), FLAP_MS);
      const { id, said: adopted, revision, claim, verdict } = episodeOf(result.incident);
      assert.deepEqual([id, adopted?.ts, revision, claim, verdict], [`of-${kept[0]}.3`, kept, 3, 'firing', 'confirmed']);
      assert.deepEqual(
        result.strays.map(({ ts }) => ts),
        strays,
      );
      const seen = incidentAfter([{ snapshot: snapshot(FOUND.absent), at: minute(63) }], { after: result.incident });
      assert.deepEqual([episodeOf(seen).verdict, episodeOf(seen).revision], [becomes, 4]);
    });
  }

  it('keeps the claim of its message through a delivery that says nothing of it', () => {
    const { incident } = tidied(newIncident('prod-eu-1', IMPORT_DISABLED), ALL, minute(62), FLAP_MS);
    const of = (series: Partial<SeriesClaim>[]) =>
      incidentAfter([{ snapshot: snapshot(FOUND.present), at: minute(63), claims: [delivers(minute(63), series)] }], { after: incident });
    assert.deepEqual(
      [of([]), of([{ status: 'resolved' }])].map((after) => episodeOf(after).verdict),
      ['confirmed', 'contradicted'],
    );
  });

  it('nothing becomes of none', () => assert.deepEqual(tidied(over, [], minute(90), FLAP_MS), { incident: over, strays: [] }));
});
