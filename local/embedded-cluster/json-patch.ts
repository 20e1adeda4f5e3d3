/** JSON Patch, RFC 6902. */
import { applyPatch, type Operation } from 'rfc6902';
import { isObject, type JsonObject } from './json.ts';

/** The object after all operations; undefined where one of them is none, or does not apply. */
export function applyOperations(object: JsonObject, entries: readonly JsonObject[]): JsonObject | undefined {
  const patched = structuredClone(object);
  const isApplied = entries.every((entry) => {
    const operation = operationOf(entry);
    return operation !== undefined && isDone(patched, operation);
  });
  return isApplied && isObject(patched) ? patched : undefined;
}

function isDone(object: JsonObject, operation: Operation): boolean {
  try {
    return applyPatch(object, [operation]).every((failure) => failure === null);
  } catch {
    return false; // a path without a slash in front, or below a text
  }
}

function operationOf({ op, path, from, value }: JsonObject): Operation | undefined {
  if (typeof path !== 'string') return undefined;
  if (op === 'remove') return { op, path };
  if (op === 'move' || op === 'copy') return typeof from === 'string' ? { op, from, path } : undefined;
  return (op === 'add' || op === 'replace' || op === 'test') && value !== undefined ? { op, path, value } : undefined;
}
