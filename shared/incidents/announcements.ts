/** What a person must not miss: what becomes an announcement, and what is left of those that nobody was told yet. */
import { changesBetween, mergeChanges } from './changes.ts';
import type { Announcement, Episode } from './incident.ts';
import type { Transition } from './transitions.ts';

/** What a person must not miss of a look: what its transition announces, and what changed where the condition goes on. */
export function announce(before: Episode, after: Episode, kind: Transition['announce'], at: string): readonly Announcement[] {
  const goesOn = before.overAt === undefined && after.overAt === undefined;
  const changes = goesOn ? changesBetween(before.facts, after.facts) : [];
  return [...announcementOf(kind, after, at), ...(changes.length > 0 ? [{ at, kind: 'changed', changes } as const] : [])];
}

function announcementOf(kind: Transition['announce'], { resolution, returns }: Episode, at: string): readonly Announcement[] {
  switch (kind) {
    case undefined:
      return [];
    case 'resolved':
      return resolution ? [{ at, kind, ...resolution }] : [];
    case 'back':
      return [{ at, kind, count: returns }];
    default:
      return [{ at, kind }];
  }
}

/**
 * The episode's announcements with new ones. Those that were told, or are just being told, keep their places; of the others only what
 * is still true is left, so that a channel that was away for hours hears the newest state and not its history.
 */
export function withAnnounced(
  { announcements, said, intent }: Episode,
  after: Episode,
  fresh: readonly Announcement[],
): readonly Announcement[] {
  if (said === undefined) return [...announcements, ...fresh]; // the first post says it all
  const told = Math.max(said.announcements, intent?.willSay.announcements ?? 0);
  const untold = announcements.slice(told).filter(({ kind }) => kind !== 'contradicted' || after.claim === 'resolved');
  return [
    ...announcements.slice(0, said.announcements).map(remembered),
    ...announcements.slice(said.announcements, told),
    ...fresh.reduce(fold, untold),
  ];
}

/** Of what was told only its place is needed: names of nodes would add up as long as an episode lasts. */
function remembered(announcement: Announcement): Announcement {
  if (announcement.kind === 'changed') return { ...announcement, changes: [] };
  return announcement.kind === 'resolved' ? { ...announcement, left: [] } : announcement;
}

function fold(untold: readonly Announcement[], next: Announcement): readonly Announcement[] {
  const others = untold.filter(({ kind }) => kind !== next.kind);
  switch (next.kind) {
    case 'resolved': // over again, or over before anybody heard of what was wrong
      return has(untold, 'back') ? [] : [next];
    case 'back':
      return has(untold, 'resolved') ? others.filter(({ kind }) => kind !== 'resolved') : [...others, next];
    case 'changed':
      return [...others, ...merged(untold, next)];
    default:
      return has(untold, next.kind) ? untold : [...untold, next];
  }
}

function has(announcements: readonly Announcement[], wanted: Announcement['kind']): boolean {
  return announcements.some(({ kind }) => kind === wanted);
}

function merged(untold: readonly Announcement[], next: Extract<Announcement, { kind: 'changed' }>): readonly Announcement[] {
  const before = untold.find((announcement) => announcement.kind === 'changed')?.changes ?? [];
  const changes = mergeChanges(before, next.changes);
  return changes.length > 0 ? [{ ...next, changes }] : [];
}
