/** When an episode has ended: until then what comes back is the same one. Pure. */
import type { Episode } from './incident.ts';

/** An episode ends when its condition has been absent for the flap window; nobody knows that of the time in which it could not be checked. */
export function isEnded({ overAt, failure }: Episode, at: string, flapWindowMs: number): boolean {
  if (overAt === undefined) return false;
  const absentUntil = failure?.since ?? at;
  return Date.parse(absentUntil) - Date.parse(overAt) > flapWindowMs;
}
