/** What a person must not miss: what becomes an announcement, and what is left of those that nobody was told yet. */
import { changesBetween, mergeChanges } from './changes.ts';
import type { Announcement, Episode } from './incident.ts';

/** What a person must not miss; at most one of each kind a look. */
export function announce(before: Episode, after: Episode, at: string): readonly Announcement[] {
  const [was, is] = [before.overAt, after.overAt].map((over) => (over === undefined ? 'open' : 'over'));
  if (was === 'open' && is === 'over') return after.resolution ? [{ at, kind: 'resolved', ...after.resolution }] : [];
  if (was === 'over' && is === 'open') return [{ at, kind: 'back', count: after.returns }];
  if (is === 'over') return [];
  const changes = changesBetween(before.facts, after.facts);
  return [
    ...(before.claim === 'none' && after.claim === 'firing' ? [{ at, kind: 'opened' } as const] : []),
    ...(before.verdict !== 'contradicted' && after.verdict === 'contradicted' ? [{ at, kind: 'contradicted' } as const] : []),
    ...(changes.length > 0 ? [{ at, kind: 'changed', changes } as const] : []),
  ];
}

/**
 * The episode's announcements with new ones. Those that were told stay; of the others only what is still true is left, so that a
 * channel that was away for hours hears the newest state and not its history.
 */
export function withAnnounced({ announcements, said }: Episode, fresh: readonly Announcement[]): readonly Announcement[] {
  if (said === undefined) return [...announcements, ...fresh]; // the first post says it all
  const { announcements: told } = said;
  return [...announcements.slice(0, told), ...fresh.reduce(fold, announcements.slice(told))];
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
