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

/** How many announcements an episode has had. */
export function countAnnounced({ announced, announcements }: Pick<Episode, 'announced' | 'announcements'>): number {
  return announced + announcements.length;
}

/** What nobody has told yet, next first; where nothing is said yet that is all, and the first post says it. */
export function untold(episode: Pick<Episode, 'said' | 'announced' | 'announcements'>): readonly Announcement[] {
  return from(episode, episode.said?.announcements ?? 0);
}

/**
 * The episode's announcements with new ones. What is told is let go; what somebody is just telling keeps its place, for that may fail; of
 * the others only what is still true is left, so that a channel that was away for hours hears the newest state and not its history.
 */
export function withAnnounced(
  episode: Episode,
  after: Episode,
  fresh: readonly Announcement[],
): Pick<Episode, 'announced' | 'announcements'> {
  const { said, intent } = episode;
  const telling = said ?? intent?.willSay;
  if (telling === undefined) return { announced: countAnnounced(episode), announcements: [] }; // the first post says it all
  const announced = Math.max(episode.announced, telling.announcements);
  const busy = Math.max(announced, intent?.willSay.announcements ?? 0);
  const left = from(episode, busy).filter(({ kind }) => kind !== 'contradicted' || after.claim === 'resolved');
  const beingTold = from(episode, announced).slice(0, busy - announced);
  return { announced, announcements: [...beingTold, ...fresh.reduce(fold, left)] };
}

/** Those after the first `count` of the episode. */
function from({ announced, announcements }: Pick<Episode, 'announced' | 'announcements'>, count: number): readonly Announcement[] {
  return announcements.slice(Math.max(0, count - announced));
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
