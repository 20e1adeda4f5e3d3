/** What is to be told: each announcement keeps its number once somebody tells it, and goes when it is told. */
import assert from 'node:assert/strict';
import { untold, withAnnounced } from '../../../shared/incidents/announcements.ts';
import type { Announcement, Episode, Incident } from '../../../shared/incidents/incident.ts';
import { intentOf } from '../../../shared/incidents/steps.ts';
import { encodeIncident } from '../../../shared/incidents/store/incident-json.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { minute } from '../../helpers/deliveries.ts';
import { episodeOf, fires, incidentAfter, posted, resolves } from '../../helpers/incidents.ts';

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

/** The episode after a look that announces these. */
function announcing(episode: Episode, ...fresh: readonly Announcement[]): Episode {
  return { ...episode, ...withAnnounced(episode, episode, fresh) };
}

const kept = ({ announced, announcements }: Episode) => ({ announced, announcements });

describe('announcements', () => {
  it('that nobody is telling give way to what makes them untrue', () => {
    assert.deepEqual(kept(announcing(told(0, [resolved]), back)), { announced: 0, announcements: [] });
  });

  it('that somebody is telling keep their place: what undoes them is told too', () => {
    const episode = announcing(telling(told(0, [resolved]), resolved), back);
    assert.deepEqual(kept(episode), { announced: 0, announcements: [resolved, back] });
    const failed: Episode = { ...episode, intent: undefined };
    assert.deepEqual(untold(failed), [resolved, back]);
  });

  it('that are told are let go, and counted', () => {
    assert.deepEqual(kept(announcing(told(2, [changed, resolved]), back)), { announced: 2, announcements: [back] });
  });

  it('that are not told keep their names', () => {
    assert.deepEqual(announcing(told(0, [changed])).announcements, [changed]);
  });

  it('are none before anybody began to post: the first post says it all', () => {
    assert.deepEqual(kept(announcing(open, back)), { announced: 0, announcements: [] });
    assert.deepEqual(kept(announcing({ ...open, announced: 2, announcements: [resolved] }, back)), { announced: 3, announcements: [] });
  });

  it('that a post says are let go while it is under way, and what comes then is kept', () => {
    const before: Episode = { ...open, announced: 1, announcements: [resolved] };
    const posting = { ...before, intent: intentOf({ kind: 'post' }, before, { id: 'i', now: new Date(minute(1)) }) };
    assert.deepEqual(kept(announcing(posting, back)), { announced: 2, announcements: [back] });
  });

  it('are still to be told, all or those after what is told, whatever was let go before', () => {
    const episode = { ...told(2, [resolved, back]), announced: 1 };
    assert.deepEqual(untold(episode), [back]);
    assert.deepEqual(untold({ ...episode, said: undefined }), [resolved, back]);
    assert.deepEqual(kept(announcing(episode)), { announced: 2, announcements: [back] });
  });

  it('are counted on where an older archwatch wrote the entry in between, and lost the count', () => {
    const episode = { ...told(7, [back]), announced: 0 };
    assert.deepEqual(untold(episode), []);
    assert.deepEqual(kept(announcing(episode, changed)), { announced: 7, announcements: [changed] });
  });
});

describe('thousands of transitions', () => {
  const more = snapshot({ nodes: [node('a', 'amd64'), node('b', 'arm64'), node('c', 's390x')], hyperConverged: hyperConverged() });
  const over = snapshot({ nodes: [node('a', 'amd64'), node('b', 'arm64')], hyperConverged: hyperConverged({ gate: true }) });
  const channels = {
    'nothing was ever posted': (incident: Incident) => incident,
    'the channel is away since the first post': (incident: Incident) => (incident.episode?.said ? incident : posted(incident)),
    'each is told': posted,
    'somebody is always telling the next one': tellingNext,
  };
  for (const [channel, tell] of Object.entries(channels)) {
    it(`leave an entry that is no larger than that of a few, where ${channel}`, () => {
      let incident = incidentAfter([{ snapshot: mixed, at: minute(0), claims: [fires(minute(0))] }]);
      const sizes: number[] = [];
      for (let at = 1; at <= 3_000; at++) {
        const claims = at % 5 === 0 ? [resolves(minute(at))] : at % 5 === 1 ? [fires(minute(at), { startsAt: minute(at) })] : [];
        incident = incidentAfter([{ snapshot: [mixed, more, over][at % 3] ?? mixed, at: minute(at), claims }], { after: tell(incident) });
        if (at % 100 < 15) sizes.push(Buffer.byteLength(encodeIncident(incident)));
      }
      assert.equal(episodeOf(incident).id, open.id);
      const [first, last] = [Math.max(...sizes.slice(0, 100)), Math.max(...sizes.slice(-100))];
      assert.ok(last < first + 50, `${first} bytes, then ${last}`);
    });
  }
});

/** Each reply is begun after a look, and known to be told only after the next one. */
function tellingNext(incident: Incident): Incident {
  const { episode } = incident;
  if (episode?.said === undefined) return posted(incident);
  const { said, intent } = episode;
  const done: Episode = { ...episode, said: { ...said, ...intent?.willSay, revision: episode.revision }, intent: undefined };
  const [next] = untold(done);
  return { ...incident, episode: next && !intent ? telling(done, next) : done };
}
