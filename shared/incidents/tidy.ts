/** What to make of open messages in the channel that the record does not know: posted while it was away, or by somebody who was killed. Pure. */
import type { Claim, Verdict } from '../golden-images/verdict.ts';
import { isEnded } from './flap.ts';
import { type Episode, type Incident, newEpisode } from './incident.ts';

/** A message about an incident that is not over, as its metadata describe it. */
export interface OpenMessage {
  readonly channel: string;
  readonly ts: string;
  readonly episode: string;
  readonly verdict: Verdict;
  readonly claim: Claim;
  readonly revision: number;
}

export interface Tidied {
  readonly incident: Incident;
  /** Messages that say what another one says already. */
  readonly strays: readonly OpenMessage[];
}

/**
 * Rule 5: where nothing is open on record, the oldest message becomes the incident's episode, to be put right by the look that follows;
 * all others are strays. `open` is oldest first, and was read before the incident was: then a post that somebody is at work on is
 * either not in it, or on record.
 */
export function tidied(incident: Incident, open: readonly OpenMessage[], at: string, flapWindowMs: number): Tidied {
  const { episode } = incident;
  const isOpenHere = episode !== undefined && !isEnded(episode, at, flapWindowMs);
  const unknown = open.filter(({ ts }) => ts !== episode?.said?.ts && !episode?.closed.includes(ts));
  const [oldest, ...others] = unknown;
  if (isOpenHere) return { incident, strays: episode.said && !episode.intent ? unknown : [] };
  return oldest ? { incident: { ...incident, episode: episodeOf(oldest) }, strays: others } : { incident, strays: [] };
}

/** All that is known of an episode whose record is lost. What it says is said anew in any case: so it is proven to be ours. */
function episodeOf({ episode, channel, ts, verdict, claim, revision }: OpenMessage): Episode {
  const id = `${episode.split('.', 1).join()}.${revision}`; // its replies are numbered anew: under the old id they would be taken for earlier ones
  const openedAt = new Date(Number(ts) * 1_000).toISOString();
  const said = { channel, ts, revision: revision - 1, checkedAt: undefined, announcements: 0, files: {} };
  return { ...newEpisode({ id, openedAt, verdict, claim, revision }), said };
}
