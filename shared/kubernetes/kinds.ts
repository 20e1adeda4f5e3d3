/** Answers are believed only when they are what was asked for: an empty object from a proxy is not an empty list. */
import { isObject, type Json, type JsonObject, listAt } from '../golden-images/json.ts';
import { ReadError } from './failure.ts';

/** The object, if it is of that kind. Throws `ReadError` where it is not. */
export function ofKind(kind: string, object: unknown): JsonObject {
  if (isObject(object) && object.kind === kind) return object;
  throw new ReadError('server-error', `the answer is not a ${kind}`);
}

/** The items of a list of that kind. Throws `ReadError` where it is not one. */
export function itemsOf(kind: string, list: unknown): readonly Json[] {
  return listAt(ofKind(kind, list), 'items') ?? []; // Go writes an empty list as null
}

/** What a list held, and its `resourceVersion`. */
export interface Listed<T> {
  readonly value: T;
  readonly version: string | undefined;
}
