/** Edits of the CR's own templates: a merge patch carries the whole list, so that the entries that are not touched stay as they are. */
import { applyMergePatch, isObject, type Json, type JsonObject, nest } from '../json.ts';
import { nameOf, ownTemplates, TEMPLATES_PATH } from '../templates.ts';
import type { Situation } from './remedy.ts';

/** Annotations to set, by the template's name. A common one that the CR does not name yet gets an entry that says nothing else. */
export type Annotations = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Sets annotations on templates. */
export function annotateTemplates(situation: Situation, annotations: Annotations): JsonObject {
  const own = entriesOf(situation);
  const there = new Set(own.map(nameOf));
  const edited = own.map((entry) => withAnnotations(entry, annotations.get(nameOf(entry)) ?? {}));
  const added = [...annotations]
    .filter(([name]) => !there.has(name))
    .map(([name, values]) => ({ metadata: { name, annotations: values } }));
  return nest(TEMPLATES_PATH[situation.version], [...edited, ...added]);
}

/** Puts whole entries into the list, each in the place of the one of its name, or at its end. */
export function putTemplates(situation: Situation, entries: readonly JsonObject[]): JsonObject {
  const own = entriesOf(situation);
  const [there, put] = [new Set(own.map(nameOf)), new Map(entries.map((entry) => [nameOf(entry), entry]))];
  const list = [...own.map((entry) => put.get(nameOf(entry)) ?? entry), ...entries.filter((entry) => !there.has(nameOf(entry)))];
  return nest(TEMPLATES_PATH[situation.version], list);
}

/** Two patches that touch different members, as one. */
export function mergePatches(first: JsonObject, second: JsonObject): JsonObject {
  const merged = applyMergePatch(first, second);
  return isObject(merged) ? merged : first;
}

function entriesOf({ hyperConverged: { object }, version }: Situation): readonly JsonObject[] {
  return ownTemplates(object, version);
}

function withAnnotations(entry: JsonObject, annotations: Readonly<Record<string, string>>): JsonObject {
  const change: Json = { metadata: { annotations } };
  const edited = Object.keys(annotations).length === 0 ? entry : applyMergePatch(entry, change);
  return isObject(edited) ? edited : entry;
}
