/** Lists of names in a record, each name once: on a large cluster the same nodes stand in many lists, and would fill the record. */
import { isObject, type Json, MalformedError } from '../../golden-images/json.ts';

export interface WithNames {
  /** The value with `{ "$names": "names-1 names-2" }` in place of long lists: the names of these groups. */
  readonly value: Json;
  /** Each group's names, with a space in between. */
  readonly groups: Readonly<Record<string, string>>;
}

/** Shorter lists are easier to read where they stand. */
const MIN_LENGTH = 20;
const MARK = '$names';

/** Takes long sorted lists of names out. Names that are in the same lists are one group, so that no name is in two. */
export function takeNamesOut(value: Json): WithNames {
  const lists = [...new Map(longLists(value).map((list) => [list.join(' '), list])).values()];
  const memberships = new Map<string, number[]>();
  for (const [index, list] of lists.entries()) {
    for (const name of list) memberships.set(name, [...(memberships.get(name) ?? []), index]);
  }
  const groups = [...Map.groupBy([...memberships.keys()].sort(), (name) => String(memberships.get(name)))];
  const idsOf = new Map<string, string>();
  for (const [index, list] of lists.entries()) {
    const ids = groups.flatMap(([members], group) => (members.split(',').includes(String(index)) ? [idOf(group)] : []));
    idsOf.set(list.join(' '), ids.join(' '));
  }
  const marked = (list: readonly string[]): Json => ({ [MARK]: idsOf.get(list.join(' ')) ?? '' });
  return {
    value: replaced(value, (part) => (isLongList(part) ? marked(part) : undefined)),
    groups: Object.fromEntries(groups.map(([, names], group) => [idOf(group), names.join(' ')])),
  };
}

/** Of all lists: ten of 20,000 nodes each. */
const MAX_NAMES = 200_000;

/** Puts them back. Throws `MalformedError` where a group is missing, is in a list twice, or where a few lines stand for too many names. */
export function putNamesBack({ value, groups }: WithNames): Json {
  const known = new Map(Object.entries(groups).map(([id, names]) => [id, names.split(' ')]));
  let left = MAX_NAMES;
  const namesOf = (id: string): readonly string[] => {
    const names = known.get(id);
    if (names === undefined) throw new MalformedError(`the names ${JSON.stringify(id)} are missing`);
    left -= names.length;
    if (left < 0) throw new MalformedError(`its lists have more than ${MAX_NAMES} names`);
    return names;
  };
  return replaced(value, (part) => markOf(part)?.flatMap(namesOf).sort());
}

function idOf(group: number): string {
  return `names-${group + 1}`;
}

function longLists(value: Json): readonly (readonly string[])[] {
  if (isLongList(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(longLists);
  return isObject(value) ? Object.values(value).flatMap(longLists) : [];
}

/** Only what comes back exactly: each name once, in order, and without the space that separates them. */
function isLongList(value: Json): value is readonly string[] {
  if (!Array.isArray(value) || value.length < MIN_LENGTH) return false;
  return value.every((name: Json, index) => {
    const before: Json | undefined = value[index - 1];
    return typeof name === 'string' && /^[^ ]+$/s.test(name) && (index === 0 || (typeof before === 'string' && before < name));
  });
}

function markOf(value: Json): readonly string[] | undefined {
  const mark = isObject(value) && Object.keys(value).length === 1 ? value[MARK] : undefined;
  if (typeof mark !== 'string') return undefined;
  const ids = mark.split(' ');
  if (new Set(ids).size < ids.length) throw new MalformedError('a list has the same names twice');
  return ids;
}

/** A copy in which every part for which there is something else is that. */
function replaced(value: Json, instead: (part: Json) => Json | undefined): Json {
  const other = instead(value);
  if (other !== undefined) return other;
  if (Array.isArray(value)) return value.map((item) => replaced(item, instead));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]): [string, Json] => [name, replaced(member, instead)]));
}
