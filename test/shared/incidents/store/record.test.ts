/** Writing an incident while others do. */
import assert from 'node:assert/strict';
import type { Episode, Incident } from '../../../../shared/incidents/incident.ts';
import { readRecord, rewrite, settle } from '../../../../shared/incidents/store/record.ts';
import { createMemoryStore, type IncidentStore, StoreConflictError } from '../../../../shared/incidents/store/store.ts';
import { snapshot } from '../../../helpers/cluster-objects.ts';
import { FOUND, minute } from '../../../helpers/deliveries.ts';
import { episodeOf, fires, incidentAfter } from '../../../helpers/incidents.ts';

const fired = incidentAfter([{ snapshot: snapshot(FOUND.present), at: minute(0), claims: [fires(minute(0))] }]);
const willSay = { revision: 1, checkedAt: undefined, announcements: 0, files: {} };
const intent = { id: 'ours', step: 'post', at: minute(0), lastsMs: 39_000, isInDoubt: false, willSay } as const;
const incident: Incident = { ...fired, episode: { ...episodeOf(fired), intent } };
const done = (episode: Episode): Episode => ({ ...episode, intent: undefined, said: { channel: 'C', ts: '1', ...willSay } });

describe('an incident that several write', () => {
  let store: IncidentStore;
  beforeEach(async () => {
    store = createMemoryStore();
    await store.write(incident, '0');
  });
  /** Before so many of our writes somebody else's comes, which changes this. */
  const raced = (times: number, change: (episode: Episode) => Episode): IncidentStore => {
    let left = times;
    const write: IncidentStore['write'] = async (next, basedOn) => {
      if (left-- > 0) {
        const { incident: now = next, version } = await store.read(next.key);
        await store.write({ ...now, episode: change(episodeOf(now)) }, version);
      }
      return store.write(next, basedOn);
    };
    return { read: store.read, write };
  };
  const grown = (episode: Episode): Episode => ({ ...episode, revision: episode.revision + 1 });

  it('is not written by who comes second: they go on with what the first one wrote', async () => {
    const current = await readRecord(store, incident);
    const after = await rewrite(raced(1, grown), current, done(episodeOf(incident)));
    assert.deepEqual([episodeOf(after.incident).revision, episodeOf(after.incident).said], [2, undefined]);
  });

  it('loses its intent, and nothing that others wrote, however often they do', async () => {
    const after = await settle(raced(9, grown), await readRecord(store, incident), intent, done);
    const { revision, said, intent: left } = episodeOf(after.incident);
    assert.deepEqual([revision, said?.ts, left], [10, '1', undefined]);
    assert.deepEqual(await readRecord(store, incident), after);
  });

  it('is not written where somebody deleted it: what is to be said begins anew', async () => {
    const current = await readRecord(store, incident);
    const empty = createMemoryStore();
    await assert.rejects(
      rewrite({ read: empty.read, write: raced(1, grown).write }, current, done(episodeOf(incident))),
      StoreConflictError,
    );
  });

  it('is left alone where the intent is not there any more', async () => {
    const withoutIt = (episode: Episode): Episode => ({ ...episode, intent: undefined });
    const after = await settle(raced(1, withoutIt), await readRecord(store, incident), intent, done);
    assert.equal(episodeOf(after.incident).said, undefined);
    assert.deepEqual(await settle(store, after, intent, done), after);
  });

  it('is marked once as in doubt', async () => {
    const inDoubt = (episode: Episode): Episode => ({ ...grown(episode), intent: { ...intent, isInDoubt: true } });
    const after = await settle(store, await readRecord(store, incident), intent, inDoubt);
    assert.deepEqual([episodeOf(after.incident).revision, episodeOf(after.incident).intent?.isInDoubt], [2, true]);
  });

  it('is given up where others write all the time', async () => {
    const current = await readRecord(store, incident);
    await assert.rejects(settle(raced(Number.POSITIVE_INFINITY, grown), current, intent, done), StoreConflictError);
  });
});
