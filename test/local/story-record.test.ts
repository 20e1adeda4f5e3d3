import assert from 'node:assert/strict';
import { describeRecord } from '../../local/story/record.ts';
import type { Incident } from '../../shared/incidents/incident.ts';
import { entryName } from '../../shared/incidents/store/entry-name.ts';
import { encodeIncident } from '../../shared/incidents/store/incident-json.ts';
import { hyperConverged, node, snapshot } from '../helpers/cluster-objects.ts';
import { episodeOf, fires, IMPORT_DISABLED, incidentAfter } from '../helpers/incidents.ts';

const AT = '2026-11-22T10:00:00Z';
const MIXED = snapshot({ nodes: [node('amd-1', 'amd64'), node('arm-1', 'arm64')], hyperConverged: hyperConverged() });

describe('the record of the story, in plain words', () => {
  const confirmed = incidentAfter([{ snapshot: MIXED, at: AT, claims: [fires(AT)] }]);
  const episode = episodeOf(confirmed);
  const said = { channel: 'C1', ts: '1', revision: 1, checkedAt: AT, announcements: 0, files: {} };
  const intent = { id: 'i', step: 'post', at: AT, lastsMs: 39_000, isInDoubt: false, willSay: said };
  const announcements = [{ at: AT, kind: 'opened' }];
  const read = (data: Readonly<Record<string, string>>) => describeRecord([{ data }]).map(({ label, value }) => `${label}: ${value}`);
  const readOf = (incident: Incident) => read({ [entryName(incident.key)]: encodeIncident(incident) });

  const episodes = [
    { what: 'nothing is said yet', change: {}, says: ['Said: nothing yet of revision 1'] },
    { what: 'all is said', change: { said }, says: ['Said: revision 1 of 1'] },
    { what: 'a reply is due', change: { said, announcements }, says: ['Said: revision 1 of 1, announcement 0 of 1'] },
    {
      what: 'another reply is due',
      change: { said: { ...said, announcements: 4 }, announced: 3, announcements: [...announcements, ...announcements] },
      says: ['Said: revision 1 of 1, announcement 4 of 5'],
    },
    {
      what: 'it is being said',
      change: { intent },
      says: ['Said: nothing yet of revision 1', 'Being said: post since 10:00:00 UTC; others wait 39 s'],
    },
    {
      what: 'an answer was lost',
      change: { said, intent: { ...intent, isInDoubt: true } },
      says: ['Said: revision 1 of 1', 'Being said: post since 10:00:00 UTC; its answer was lost'],
    },
    { what: 'it came back', change: { said, returns: 2 }, says: ['Came back: 2 times', 'Said: revision 1 of 1'] },
  ];
  for (const { what, change, says } of episodes) {
    it(`says of an incident that ${what}`, () => {
      const first = [`${IMPORT_DISABLED}: open, confirmed`, 'Since: 10:00:00 UTC'];
      assert.deepEqual(readOf({ ...confirmed, episode: { ...episode, ...change } } as Incident), [...first, ...says]);
    });
  }

  it('says from when to when an incident was open', () => {
    const over = { ...confirmed, episode: { ...episode, said, overAt: '2026-11-22T10:09:00Z', verdict: 'resolved' as const } };
    assert.deepEqual(readOf(over).slice(0, 2), [`${IMPORT_DISABLED}: over, resolved`, 'Since: 10:00:00 UTC, over at 10:09:00 UTC']);
  });

  it('says of an alert nothing where it has no episode, and of an entry what is wrong with it', () => {
    assert.deepEqual(readOf({ ...confirmed, episode: undefined }), ['Incidents: none']);
    assert.match(read({ [entryName(confirmed.key)]: '{' }).join(), /^prod-eu-1\.\w+: cannot be read: it is not JSON/);
    assert.match(
      read({ [entryName(confirmed.key)]: '{"version":99}' }).join(),
      /: cannot be read: the entry was written by a newer archwatch/,
    );
    assert.deepEqual(read({ 'aside-1-x': '{' }), ['Incidents: none']);
  });

  const tally = { total: 3 };
  const letters = [
    { record: '{}', says: 'nobody told yet' },
    { record: JSON.stringify({ waiting: tally, saidAt: AT }), says: '3 not told, last told at 10:00:00 UTC' },
    { record: JSON.stringify({ waiting: tally, intent: { tally } }), says: '6 not told, nobody told yet' },
    { record: '[', says: 'cannot be read: it is not a JSON object' },
  ];
  for (const { record, says } of letters) {
    it(`says of dead letters: ${says}`, () => {
      assert.deepEqual(read({ 'dead-letters.json': record }), ['Incidents: none', `Dead letters: ${says}`]);
    });
  }
});
