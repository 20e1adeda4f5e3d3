/** A person silenced an alert in Alertmanager: what stands on record of that, and what follows of it. Pure. */
import type { Episode, Incident, Silence } from './incident.ts';

/** The incident with the silence on record; the same one again, or one where there is no message, changes nothing. */
export function silence(incident: Incident, silenced: Silence): Incident {
  const { episode } = incident;
  if (episode === undefined || episode.silenced?.id === silenced.id) return incident;
  return { ...incident, episode: { ...episode, silenced, revision: episode.revision + 1 } };
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
