/** JSON merge patch, RFC 7396. */
import { isObject, type Json, type JsonObject } from './json.ts';

/** The target after the patch: `null` removes a member, lists and plain values are replaced whole. */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  return mergeObjects(isObject(target) ? target : {}, patch);
}

/** The same for two objects, as every patch of a Kubernetes object is. */
export function mergeObjects(target: JsonObject, patch: JsonObject): JsonObject {
  const merged = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, applyMergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}
