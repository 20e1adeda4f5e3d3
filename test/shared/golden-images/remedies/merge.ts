/** A JSON merge patch on an object, as RFC 7396 says it in words: what the API server will do, written apart from the source under test. */
import type { Json, JsonObject } from '../../../../shared/golden-images/json.ts';

export function merge(target: JsonObject, patch: JsonObject): JsonObject {
  const result = new Map(Object.entries(target));
  for (const [name, value] of Object.entries(patch)) {
    const there = result.get(name);
    if (value === null) result.delete(name);
    else result.set(name, isObject(value) ? merge(isObject(there) ? there : {}, value) : value);
  }
  return Object.fromEntries(result);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
