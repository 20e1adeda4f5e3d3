/** A person silenced an alert in Alertmanager: what stands on record of that, and what follows of it. Pure. */
import type { Episode, Incident, Silence } from './incident.ts';
import { isSame } from './same.ts';

/** The incident with the silence on record, unless one that lasts longer is, or nothing was ever said. */
export function silence(incident: Incident, silenced: Silence): Incident {
  const { episode } = incident;
  if (episode === undefined) return incident;
  const stands = lasting(episode.silenced, silenced);
  if (stands === episode.silenced) return incident;
  return { ...incident, episode: { ...episode, silenced: stands, revision: episode.revision + 1 } };
}

/**
 * Of two with other matchers both hold, so the one that ends later stands. One of the same matchers is only made where none lasts as long:
 * then somebody has ended the other, or moved its end, in Alertmanager itself.
 */
function lasting(known: Silence | undefined, said: Silence): Silence {
  if (known === undefined) return said;
  const longer = Date.parse(said.until) - Date.parse(known.until);
  if (known.id === said.id) return longer === 0 ? known : { ...known, until: said.until };
  const isInItsPlace = known.matchers !== undefined && isSame(known.matchers, said.matchers);
  return isInItsPlace || longer > 0 ? said : known;
}

/**
 * How long after its end a silence may still show: Alertmanager tells a group again when its `group_interval` (5 minutes unless it
 * is set) is over, and clocks differ.
 */
const MARGIN_MS = 5 * 60_000;

/** Whether Alertmanager leaves the alert out of its groups at that time, because it is silenced. */
export function isLeftOut(silenced: Silence | undefined, at: string): boolean {
  if (silenced === undefined) return false;
  const time = Date.parse(at);
  return time >= Date.parse(silenced.at) && time <= Date.parse(silenced.until) + MARGIN_MS;
}

/** What of it a new episode has: a silence is of the alert, and does not end with an episode. */
export function stillSilenced(before: Episode | undefined, at: string): Pick<Episode, 'silenced'> {
  const { silenced } = before ?? {};
  return silenced && isLeftOut(silenced, at) ? { silenced } : {};
}
