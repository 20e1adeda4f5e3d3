/** JSON as it comes from outside: small readers that never guess. */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** A value that does not have the shape that its API promises. The message says where. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at `path`; undefined where any part of the path is absent or null. Throws `MalformedError` where something else is in the way. */
export function objectAt(value: unknown, ...path: readonly string[]): JsonObject | undefined {
  return at(value, path, isObject, 'an object');
}

/** The list at `path`, as `objectAt`. */
export function listAt(value: unknown, ...path: readonly string[]): readonly Json[] | undefined {
  return at(value, path, (found): found is readonly Json[] => Array.isArray(found), 'a list');
}

/** The string at `path`, as `objectAt`. */
export function stringAt(value: unknown, ...path: readonly string[]): string | undefined {
  return at(value, path, (found): found is string => typeof found === 'string', 'a string');
}

/** The number at `path`, as `objectAt`. */
export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  return at(value, path, (found): found is number => typeof found === 'number', 'a number');
}

/** The boolean at `path`, as `objectAt`. */
export function booleanAt(value: unknown, ...path: readonly string[]): boolean | undefined {
  return at(value, path, (found): found is boolean => typeof found === 'boolean', 'true or false');
}

/** The map of strings at `path` (labels, annotations, a nodeSelector), as `objectAt`. */
export function stringMapAt(value: unknown, ...path: readonly string[]): Readonly<Record<string, string>> {
  const isStringMap = (found: unknown): found is Record<string, string> =>
    isObject(found) && Object.values(found).every((item) => typeof item === 'string');
  return at(value, path, isStringMap, 'an object of strings') ?? {};
}

function at<T>(value: unknown, path: readonly string[], is: (found: unknown) => found is T, expected: string): T | undefined {
  let found: unknown = value;
  for (const [depth, name] of path.entries()) {
    if (found === undefined || found === null) return undefined;
    if (!isObject(found)) throw new MalformedError(`${path.slice(0, depth).join('.') || 'the value'} is not an object`);
    found = Object.hasOwn(found, name) ? found[name] : undefined;
  }
  if (found === undefined || found === null) return undefined;
  if (is(found)) return found;
  throw new MalformedError(`${path.join('.') || 'the value'} is not ${expected}`);
}

/** A JSON merge patch applied (RFC 7396, section 2). */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = applyMergePatch(result[name], value);
  }
  return result;
}

/** The object with `value` at `path` and nothing else: a merge patch that touches one path. */
export function nest(path: readonly string[], value: Json): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) throw new Error('nest: the path is empty');
  return { [name]: rest.length === 0 ? value : nest(rest, value) };
}

/** Whether two values are the same; the order of members does not matter. */
export function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  if (!isObject(a) || !isObject(b)) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name]));
}
