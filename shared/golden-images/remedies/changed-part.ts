/** What a change touches of an object, and nothing else of it: the rest is nobody's business in a chat. */
import { isEqual, isObject, type Json, type JsonObject, stringAt } from '../json.ts';

export interface ChangedPart {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/**
 * The members that differ. Of a list whose entries have names, only the entries that differ, each with its name; of any other list that
 * differs, all of it.
 */
export function changedPart(before: JsonObject, after: JsonObject): ChangedPart {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !isEqual(before[name], after[name]));
  const parts = names.map((name) => [name, changedValue(before[name], after[name])] as const);
  const side = (which: 'before' | 'after') =>
    Object.fromEntries(parts.flatMap(([name, { [which]: value }]) => (value === undefined ? [] : [[name, value]])));
  return { before: side('before'), after: side('after') };
}

/** The lists that were there and differ, by name, and whether all of each is in the changed part. */
export function changedLists(before: JsonObject, after: JsonObject): readonly { readonly name: string; readonly isWhole: boolean }[] {
  const names = Object.keys(after).filter((name) => !isEqual(before[name], after[name]));
  return names.flatMap((name) => {
    const [then, now] = [before[name], after[name]];
    if (isObject(now)) return changedLists(isObject(then) ? then : {}, now);
    return Array.isArray(then) && Array.isArray(now) ? [{ name, isWhole: !(isNamedList(then) && isNamedList(now)) }] : [];
  });
}

interface ChangedValue {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

function changedValue(before: Json | undefined, after: Json | undefined): ChangedValue {
  if (isObject(before) && isObject(after)) return changedPart(before, after);
  if (isNamedList(before) && isNamedList(after)) return changedEntries(before, after);
  return { before, after };
}

function changedEntries(before: readonly JsonObject[], after: readonly JsonObject[]): ChangedValue {
  const names = [...new Set([...before, ...after].map(nameOf))];
  const pairs = names.map((name) => [find(before, name), find(after, name)] as const).filter(([then, now]) => !isEqual(then, now));
  const parts = pairs.map(([then, now]) => (then && now ? changedEntry(then, now) : { before: then, after: now }));
  return { before: parts.flatMap((part) => part.before ?? []), after: parts.flatMap((part) => part.after ?? []) };
}

function changedEntry(before: JsonObject, after: JsonObject): { readonly before: JsonObject; readonly after: JsonObject } {
  const part = changedPart(before, after);
  return { before: withName(part.before, before), after: withName(part.after, after) };
}

/** Its own name, or that of its metadata. */
function withName(part: JsonObject, { name, metadata }: JsonObject): JsonObject {
  if (typeof name === 'string') return { name, ...part };
  const own = isObject(part.metadata) ? part.metadata : {};
  return { ...part, metadata: { name: stringAt(metadata, 'name') ?? '', ...own } };
}

function nameOf({ name, metadata }: JsonObject): string | undefined {
  if (typeof name === 'string') return name;
  return isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : undefined;
}

function find(entries: readonly JsonObject[], name: string | undefined): JsonObject | undefined {
  return entries.find((entry) => nameOf(entry) === name);
}

/** Whether each entry has a name that no other has. */
function isNamedList(value: Json | undefined): value is readonly JsonObject[] {
  if (!Array.isArray(value) || !value.every(isObject)) return false;
  const names = value.map(nameOf);
  return !names.includes(undefined) && new Set(names).size === names.length;
}
