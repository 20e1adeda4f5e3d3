/** The list of what is told: each announcement keeps its place in it once somebody tells it. */
import assert from 'node:assert/strict';
import { withAnnounced } from '../../../shared/incidents/announcements.ts';
import type { Announcement, Episode } from '../../../shared/incidents/incident.ts';
import { intentOf } from '../../../shared/incidents/steps.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { minute } from '../../helpers/deliveries.ts';
import { episodeOf, fires, incidentAfter } from '../../helpers/incidents.ts';

const mixed = snapshot({ nodes: [node('a', 'amd64'), node('b', 'arm64')], hyperConverged: hyperConverged() });
const open = episodeOf(incidentAfter([{ snapshot: mixed, at: minute(0), claims: [fires(minute(0))] }]));
const resolved: Announcement = { at: minute(1), kind: 'resolved', cause: 'import-enabled', placementChanged: false, left: ['b'] };
const changed: Announcement = { at: minute(1), kind: 'changed', changes: [{ what: 'nodes-left', names: ['b'] }] };
const back: Announcement = { at: minute(2), kind: 'back', count: 1 };

/** An episode whose message stands, with so many of its announcements told. */
function told(count: number, announcements: readonly Announcement[]): Episode {
  const said = { channel: 'C', ts: '1.1', revision: 1, checkedAt: undefined, announcements: count, files: {} };
  return { ...open, announcements, said };
}

function telling(episode: Episode, announcement: Announcement): Episode {
  const { said } = episode;
  assert.ok(said);
  const step = { kind: 'reply', said, announcement, number: said.announcements + 1 } as const;
  return { ...episode, intent: intentOf(step, episode, { id: 'i', now: new Date(minute(1)) }) };
}

describe('announcements', () => {
  it('that nobody is telling give way to what makes them untrue', () => {
    const episode = told(0, [resolved]);
    assert.deepEqual(withAnnounced(episode, episode, [back]), []);
  });

  it('that somebody is telling keep their place: what undoes them is told too', () => {
    const episode = telling(told(0, [resolved]), resolved);
    assert.deepEqual(withAnnounced(episode, episode, [back]), [resolved, back]);
  });

  it('that are told keep their place and let go of their names', () => {
    const episode = told(2, [changed, resolved]);
    assert.deepEqual(withAnnounced(episode, episode, [back]), [{ ...changed, changes: [] }, { ...resolved, left: [] }, back]);
  });

  it('that are not told keep their names', () => {
    const episode = told(0, [changed]);
    assert.deepEqual(withAnnounced(episode, episode, []), [changed]);
  });
});
