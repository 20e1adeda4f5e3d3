/** Reading and writing an incident while others do the same: whoever comes second goes on with what the first one wrote. */
import type { Episode, Incident, Intent } from '../incident.ts';
import { type IncidentStore, StoreConflictError } from './store.ts';

/** An incident as it stands on record, and the version that the next write is based on. */
export interface Recorded {
  readonly incident: Incident;
  readonly version: string;
}

/** What stands there now; `otherwise` where there is nothing. Throws what the store threw. */
export async function readRecord(store: IncidentStore, otherwise: Incident): Promise<Recorded> {
  const { incident = otherwise, version } = await store.read(otherwise.key);
  return { incident, version };
}

/**
 * Writes it with another episode; where somebody else wrote meanwhile, nothing is written and the answer is what they wrote. Throws
 * `StoreConflictError` where it was deleted, or what the store threw.
 */
export async function rewrite(store: IncidentStore, { incident, version }: Recorded, episode: Episode): Promise<Recorded> {
  const next = { ...incident, episode };
  try {
    return { incident: next, version: await store.write(next, version) };
  } catch (error) {
    if (!(error instanceof StoreConflictError)) throw error;
    const { incident: theirs, version: newer } = await store.read(incident.key);
    if (theirs === undefined) throw error; // somebody deleted the record: what is to be said begins anew
    return { incident: theirs, version: newer };
  }
}

/** So many writers in turn are no accident any more. */
const MAX_TRIES = 50;

/** Takes an intent off the record and changes the episode, however often others write meanwhile; nothing where the intent is not there any more. */
export async function settle(
  store: IncidentStore,
  recorded: Recorded,
  intent: Intent,
  change: (episode: Episode) => Episode,
): Promise<Recorded> {
  let current = recorded;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { episode } = current.incident;
    if (episode?.intent?.id !== intent.id) return current;
    const written = await rewrite(store, current, change(episode));
    if (written.incident.episode?.intent?.id !== intent.id || written.incident.episode.intent.isInDoubt) return written;
    current = written;
  }
  throw new StoreConflictError(`${recorded.incident.key} is written by others all the time`);
}
