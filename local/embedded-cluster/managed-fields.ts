/** `metadata.managedFields`, as far as merge patches make them: each manager owns the fields that it changed last. */
import { isObject, type JsonObject } from './json.ts';

export interface ManagedFields {
  /** Notes what a change did to the object, as one API version shows it before and after. */
  record(change: Change): void;
  /** As the object shows them; none before the first change. */
  entries(): readonly JsonObject[];
}

export interface Change {
  /** `group/version`. */
  readonly apiVersion: string;
  readonly manager: string;
  /** RFC 3339, in whole seconds. */
  readonly time: string;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

interface Owner extends Omit<Change, 'before' | 'after'> {
  /** Paths of leaves, each as JSON. */
  readonly fields: ReadonlySet<string>;
}

/** Nobody owns anything at first. */
export function createManagedFields(): ManagedFields {
  let owners: readonly Owner[] = [];
  return {
    record: ({ apiVersion, manager, time, before, after }) => {
      const [was, is] = [leavesOf(before), leavesOf(after)];
      const changed = new Set([...was.keys(), ...is.keys()].filter((path) => was.get(path) !== is.get(path)));
      if (changed.size === 0) return;
      const isWriter = (owner: Owner) => owner.manager === manager && owner.apiVersion === apiVersion;
      const own = owners.find(isWriter)?.fields ?? new Set();
      const fields = new Set([...own, ...changed].filter((path) => is.has(path)));
      // What another version calls these fields is not worked out: its owners keep them, and are older.
      const others = owners.filter((owner) => !isWriter(owner)).map((owner) => ({ ...owner, fields: owner.fields.difference(changed) }));
      owners = [...others, { apiVersion, manager, time, fields }].filter((owner) => owner.fields.size > 0);
    },
    entries: () => owners.map(entryOf),
  };
}

function entryOf({ apiVersion, manager, time, fields }: Owner): JsonObject {
  const fieldsV1 = [...fields].sort().map(pathOf).reduce<JsonObject>(withField, {});
  return { apiVersion, fieldsType: 'FieldsV1', fieldsV1, manager, operation: 'Update', time };
}

/** Lists and plain values are leaves, as in a schema whose lists are atomic; an empty object is one too. */
function leavesOf(value: JsonObject, path: readonly string[] = []): ReadonlyMap<string, string> {
  const leaves = Object.entries(value).flatMap(([name, member]): [string, string][] => {
    const here = [...path, name];
    const isParent = isObject(member) && Object.keys(member).length > 0;
    return isParent ? [...leavesOf(member, here)] : [[JSON.stringify(here), JSON.stringify(member)]];
  });
  return new Map(leaves);
}

function pathOf(text: string): readonly string[] {
  return JSON.parse(text);
}

function withField(fields: JsonObject, [name, ...rest]: readonly string[]): JsonObject {
  if (name === undefined) return fields;
  const below = fields[`f:${name}`];
  return { ...fields, [`f:${name}`]: withField(isObject(below) ? below : {}, rest) };
}
