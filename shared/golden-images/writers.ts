/** Who wrote what a change touches, and who changed the object last. */
import type { HyperConvergedVersion } from './api-version.ts';
import { type FieldOwner, type FieldPath, fieldOwners, latestFirst, ownedFields } from './field-owner.ts';
import { inBothVersions } from './field-paths.ts';
import { isObject, type JsonObject } from './json.ts';

export interface Writer extends FieldOwner {
  /** The field, in the version that was asked in. */
  readonly path: FieldPath;
}

/** The managers of each path, the latest first, whichever version they wrote in. A path that nobody has written is not there. */
export function writersOf(object: JsonObject, version: HyperConvergedVersion, paths: readonly FieldPath[]): readonly Writer[] {
  return paths.flatMap((path) => fieldOwners(object, inBothVersions(version, path)).map((owner) => ({ ...owner, path })));
}

/**
 * Who changed the spec last, as far as that can be known: a manager has one time for all that it owns, its labels and annotations too,
 * and one that only took fields away owns nothing. The writer of the status is never it.
 */
export function lastChange(object: JsonObject): FieldOwner | undefined {
  const writers = ownedFields(object).filter(({ fields }) => isObject(fields) && Object.hasOwn(fields, 'f:spec'));
  return latestFirst(writers.map(({ owner }) => owner))[0];
}
