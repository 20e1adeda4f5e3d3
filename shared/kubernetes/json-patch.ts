/** A change of an object as a JSON Patch (RFC 6902) that applies to nothing but what it was made for. */
import { createPatch, type Operation, type Pointer } from 'rfc6902';
import { isEqual, isObject, type Json, type JsonObject, numberAt } from '../golden-images/json.ts';
import type { JsonPatchOperation } from './apply-json-patch.ts';

export type JsonPatch = readonly JsonPatchOperation[];

/**
 * The operations that make `after` of `before` in `spec`. They are guarded: the object must be of the generation that was read, and each
 * entry of a list that is changed or taken away must be what it was.
 */
export function jsonPatchOf(before: JsonObject, after: JsonObject): JsonPatch {
  const operations = createPatch(specOf(before), specOf(after), listDifference).map(plainOperation);
  return operations.length === 0 ? [] : [...generationTest(before), ...entryTests(before.spec, after.spec, '/spec'), ...operations];
}

/**
 * Remedies change entries where they stand, and add others at the end; a list that gets shorter is given anew. The library's own comparison
 * looks for the fewest operations, and takes time and memory by the square of a list's length.
 */
function listDifference(before: unknown, after: unknown, pointer: Pointer): Operation[] | undefined {
  if (!Array.isArray(before) || !Array.isArray(after)) return undefined;
  const path = pointer.toString();
  if (after.length < before.length) return [{ op: 'replace', path, value: after }];
  const changed = before.flatMap((entry, index) =>
    createPatch(entry, after[index], listDifference).map((operation) => ({ ...operation, path: `${path}/${index}${operation.path}` })),
  );
  return [...changed, ...after.slice(before.length).map((value): Operation => ({ op: 'add', path: `${path}/-`, value }))];
}

/** A member is set whether it is there or not: another version of the CR may not show it. The library makes neither `copy` nor `move` of a difference. */
function plainOperation(operation: Operation): JsonPatchOperation {
  if (operation.op === 'copy' || operation.op === 'move') throw new Error(`a difference became a ${operation.op}`);
  return operation.op === 'replace' && !/\/\d+$/.test(operation.path) ? { ...operation, op: 'add' } : operation;
}

function specOf({ spec }: JsonObject): JsonObject {
  return spec === undefined ? {} : { spec };
}

function generationTest(object: JsonObject): JsonPatch {
  const generation = numberAt(object, 'metadata', 'generation');
  return generation === undefined ? [] : [{ op: 'test', path: '/metadata/generation', value: generation }];
}

function entryTests(before: Json | undefined, after: Json | undefined, path: string): JsonPatch {
  if (Array.isArray(before) && Array.isArray(after)) {
    const isShorter = after.length < before.length;
    return before.flatMap((entry, index) => entryTest(entry, isShorter ? after : after.slice(index, index + 1), `${path}/${index}`));
  }
  if (!isObject(before) || !isObject(after)) return [];
  return Object.keys(before).flatMap((name) => entryTests(before[name], after[name], `${path}/${escapeName(name)}`));
}

/** One with a name by that and by the values that change, so that no more of the CR is shown; any other by all of it. */
function entryTest(entry: Json, after: readonly Json[], path: string): JsonPatch {
  if (after.some((other) => isEqual(entry, other))) return [];
  const name = nameTest(entry, path);
  const then = name && after.find((other) => nameTest(other, path)?.value === name.value);
  return then ? [name, ...valueTests(entry, then, path)] : [{ op: 'test', path, value: entry }];
}

function nameTest(entry: Json, path: string) {
  const { name, metadata } = isObject(entry) ? entry : {};
  if (typeof name === 'string') return { op: 'test', path: `${path}/name`, value: name } as const;
  const own = isObject(metadata) ? metadata.name : undefined;
  return typeof own === 'string' ? ({ op: 'test', path: `${path}/metadata/name`, value: own } as const) : undefined;
}

/** The values that become others, or go. */
function valueTests(before: Json | undefined, after: Json | undefined, path: string): JsonPatch {
  if (before === undefined || before === null || isEqual(before, after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ op: 'test', path, value: before }];
  return Object.keys(before).flatMap((name) => valueTests(before[name], after[name], `${path}/${escapeName(name)}`));
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-3 */
function escapeName(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Whether a merge patch would replace a whole list, the entries of others with it. */
export function replacesList(patch: Json): boolean {
  return Array.isArray(patch) || (isObject(patch) && Object.values(patch).some(replacesList));
}
