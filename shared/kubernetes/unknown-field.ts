/** What strict field validation refuses: members that the schema does not name, which the server would otherwise drop with a warning. */
import { isEqual, isObject, type Json } from '../golden-images/json.ts';
import { join, memberOf, type Schema, schemaOfItems, schemaOfMember } from './open-api-schema.ts';

/** A value, and what is in its place now. */
export interface Changed {
  readonly value: Json;
  readonly before: Json | undefined;
}

/** The path of the first unknown member that a change brings in; what is there already does not count. */
export function findUnknownField({ value, before }: Changed, schema: Schema, path = ''): string | undefined {
  if (Array.isArray(value)) return inItems(value, before, schema, path);
  if (!isObject(value)) return undefined;
  return first(Object.entries(value), ([name, member]) => {
    const [was, known, here] = [memberOf(before, name), schemaOfMember(schema, name), join(path, name)];
    if (known) return findUnknownField({ value: member, before: was }, known, here);
    return isEqual(member, was) ? undefined : here;
  });
}

/** Lists have no keys in most schemas: an item is the same as before wherever it stands, else what stood in its place has become it. */
function inItems(value: readonly Json[], before: Json | undefined, schema: Schema, path: string): string | undefined {
  const were: readonly Json[] = Array.isArray(before) ? before : [];
  return first([...value.entries()], ([index, item]) => {
    const was = were.find((each) => isEqual(each, item)) ?? were[index];
    return findUnknownField({ value: item, before: was }, schemaOfItems(schema), join(path, index));
  });
}

/** What `find` finds first. */
export function first<T, R>(items: Iterable<T>, find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
