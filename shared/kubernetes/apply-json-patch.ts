/** A JSON Patch (RFC 6902) applied in memory, and why it does not apply where it does not. */
import { applyPatch } from 'rfc6902';
import { isObject, type Json, type JsonObject } from '../golden-images/json.ts';

/** The operations that remedies are made of. */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

export type Applied = { readonly object: JsonObject } | { readonly fault: string };

/** The object after all operations, or what is wrong with the first that does not apply; the object that is given stays as it is. */
export function applyJsonPatch(object: JsonObject, operations: readonly JsonPatchOperation[]): Applied {
  const changed = structuredClone(object);
  for (const operation of operations) {
    const fault = parentFault(changed, operation) ?? outcomeOf(changed, operation);
    if (fault !== undefined) return { fault };
  }
  return { object: changed };
}

/** The library takes any parent that is there: text would break it, and `/-` would name a member of an object. */
function parentFault(object: JsonObject, { op, path }: JsonPatchOperation): string | undefined {
  const names = namesIn(path);
  if (names === undefined) return `${JSON.stringify(path)} is not the path of a member`;
  let parent: Json | undefined = object;
  for (const [depth, name] of names.entries()) {
    if (typeof parent !== 'object' || parent === null)
      return `${shown(names.slice(0, depth))} is not there, so nothing below it can be changed`;
    if (Array.isArray(parent) && !PLACES[op].test(name)) return `${shown(names.slice(0, depth))} is a list, and ${name} is no place in it`;
    parent = isObject(parent) ? own(parent, name) : parent[Number(name)];
  }
  return undefined;
}

const PLACE = /^(0|[1-9]\d*)$/;
/** Only what is added has a place behind the last. */
const PLACES: Readonly<Record<JsonPatchOperation['op'], RegExp>> = { add: /^(-|0|[1-9]\d*)$/, replace: PLACE, remove: PLACE, test: PLACE };

function own(parent: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(parent, name) ? parent[name] : undefined;
}

/** Undefined for what is no path, and for the path of the whole object. */
function namesIn(path: string): readonly string[] | undefined {
  const [start, ...names] = path.split('/');
  const isForbidden = names.some((name) => name === '__proto__' || name === 'constructor' || name === 'prototype'); // the library skips them
  return start !== '' || names.length === 0 || isForbidden
    ? undefined
    : names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function shown(names: readonly string[]): string {
  return `/${names.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;
}

function outcomeOf(object: JsonObject, operation: JsonPatchOperation): string | undefined {
  const { op, path } = operation;
  const [failure] = applyPatch(object, [operation]);
  if (!failure) return undefined;
  if (failure.name === 'MissingError')
    return op === 'add' ? `${path} is beyond the end of its list` : `${path} is not there, so it cannot be ${DONE[op]}`;
  return failure.name === 'TestError' ? `${path} is not what the patch expects` : `the patch has an operation that is none: ${op}`;
}

const DONE: Readonly<Record<Exclude<JsonPatchOperation['op'], 'add'>, string>> = { replace: 'replaced', remove: 'removed', test: 'tested' };
