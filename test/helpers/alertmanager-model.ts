/** An Alertmanager as far as archwatch hears of it: series that begin and end, and deliveries of them, also twice and late. */
import type { DeliveredClaims } from '../../shared/incidents/claims.ts';
import { claims, series } from './deliveries.ts';

export const GROUPS = { g: ['a', 'b'], h: ['c'] } as const;
export type Group = keyof typeof GROUPS;
export type Series = (typeof GROUPS)[Group][number];

/** A series of the group begins or, if it fires, ends. */
export interface AlertEvent {
  readonly group: Group;
  readonly series: Series;
  /** The delivery comes twice, and the second time after the group's next: then Alertmanager's last word comes again too. */
  readonly again: 'no' | 'at once' | 'late';
}

/** Each delivery is its whole group, and what resolved is in it once. Times are minutes. */
export function createAlertmanager() {
  const began = new Map<Series, number>();
  const ended = new Map<Series, { readonly startedAt: number; readonly at: number }>();
  const late = new Map<Group, readonly ReturnType<typeof series>[]>();
  const fire = (name: Series) => {
    const at = began.get(name);
    return at === undefined ? [] : [series(name, 'firing', at)];
  };
  const deliver = ({ group, series: changed, again }: AlertEvent, at: number): readonly DeliveredClaims[] => {
    const startedAt = began.get(changed);
    if (startedAt === undefined) began.set(changed, at);
    else {
      began.delete(changed);
      ended.set(changed, { startedAt, at });
    }
    const said = [...GROUPS[group].flatMap(fire), ...(startedAt === undefined ? [] : [series(changed, 'resolved', startedAt)])];
    const overtaken = late.get(group);
    late.delete(group);
    if (again === 'late') late.set(group, said);
    const bodies = [said, ...(again === 'at once' ? [said] : []), ...(overtaken ? [overtaken, said] : [])];
    return bodies.map((body) => claims(at, group, body));
  };
  /** What still fires, and what has ended since; each series once. */
  const lastWords = (at: number, since: number): readonly DeliveredClaims[] => {
    const over = (name: Series) => {
      const end = ended.get(name);
      return end === undefined || end.at < since || began.has(name) ? [] : [series(name, 'resolved', end.startedAt)];
    };
    const words = GROUPS_AND_SERIES.map(([group, names]) => claims(at, group, [...names.flatMap(fire), ...names.flatMap(over)]));
    return words.filter(({ series: said }) => said.length > 0);
  };
  return { isFiring: () => began.size > 0, deliver, lastWords };
}

const GROUPS_AND_SERIES: readonly (readonly [Group, readonly Series[]])[] = [
  ['g', GROUPS.g],
  ['h', GROUPS.h],
];
