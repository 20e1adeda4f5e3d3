/** A person takes care of an incident, and for how long that stands. Pure. */
import type { Acknowledgement, Announcement, Episode, FactChange, Incident } from './incident.ts';

/**
 * The incident after a person said that they have seen it. The latest person stands; the same one again changes nothing, nor
 * does anybody where nothing is open.
 */
export function acknowledge(incident: Incident, { by, at }: Acknowledgement): Incident {
  const { episode } = incident;
  if (episode === undefined || episode.overAt !== undefined || episode.acknowledged?.by === by) return incident;
  return { ...incident, episode: { ...episode, acknowledged: { by, at }, revision: episode.revision + 1 } };
}

/**
 * What is left of it after a look. It stands for what was known when it was given, through everything that gets no worse, and
 * to the end. What is told to the whole channel needs somebody again: it came back, an architecture, images or
 * suspect machines more are concerned, or the alert went quiet though it is still true (whoever took care may have been told that it is over).
 */
export function acknowledgedAfter({ acknowledged }: Episode, announced: readonly Announcement[]): Episode['acknowledged'] {
  return announced.some(needsSomebody) ? undefined : acknowledged;
}

const WORSE: readonly FactChange['what'][] = ['architecture-added', 'images-added', 'machines-added'];

function needsSomebody(announcement: Announcement): boolean {
  if (announcement.kind === 'changed') return announcement.changes.some(({ what }) => WORSE.includes(what));
  return announcement.kind === 'contradicted' || announcement.kind === 'back';
}
