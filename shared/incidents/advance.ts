/** What a signal and a look make of an incident. Pure: the decisions are the table in `transitions.ts`. */
import type { Claim } from '../golden-images/verdict.ts';
import { claimOf, hasNewFiring, mergeClaims } from './claims.ts';
import { continueEpisode, openEpisode } from './episode.ts';
import { isEnded } from './flap.ts';
import type { Episode, Incident } from './incident.ts';
import type { Look } from './look.ts';
import { latestLook } from './look-order.ts';
import { stillSilenced } from './silence.ts';
import { stateOf, type Transition, transition } from './transitions.ts';

/** The incident after a look. */
export function advance(incident: Incident, look: Look): Incident {
  const series = look.claims.reduce((known, said) => mergeClaims(known, said, incident.episode?.silenced), incident.series);
  const known = { ...incident, series, look: latestLook(incident.look, { takenAt: look.at, versions: look.versions }) };
  const episode = incident.episode && !isEnded(incident.episode, look.at, look.flapWindowMs) ? incident.episode : undefined;
  const openedAt = openingTime(look);
  const claim = episode ? claimAfter(episode, series, look) : claimOf(series, openedAt);
  const { to, ...row } = transition(stateOf(episode), claim, look.judgement.condition.kind);
  if (to === 'none' || !isWorthOpening(row, incident, known, look)) return known;
  if (episode) return { ...known, episode: continueEpisode(episode, claim, to, row.announce, look) };
  return { ...known, episode: { ...openEpisode(openedAt, claim, to, look), ...stillSilenced(incident.episode, look.at) } };
}

/** Once an alert has spoken, the claim of an episode is never none again, whatever the clocks of two writers say. */
function claimAfter({ claim, openedAt }: Episode, series: Incident['series'], { claims }: Look): Claim {
  const heard = claimOf(series, openedAt);
  if (heard !== 'none' || claim === 'none') return heard;
  return claims.some(({ kind, series: said }) => kind === 'list' || said.length > 0) ? 'resolved' : claim;
}

function isWorthOpening({ onlyFor }: Pick<Transition, 'onlyFor'>, before: Incident, after: Incident, { claims }: Look): boolean {
  if (onlyFor === 'a new firing') return hasNewFiring(before.series, after.series);
  return onlyFor !== 'a delivery' || claims.length > 0;
}

/** The signals came before the look that they woke: what they say belongs to the episode. */
function openingTime({ at, claims }: Look): string {
  return [at, ...claims.map(({ heardAt }) => heardAt)].sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? at;
}
