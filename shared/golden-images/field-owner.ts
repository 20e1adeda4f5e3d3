/**
 * Who wrote a field of an object, by its own `metadata.managedFields`:
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
import { HCO_GROUP, type HyperConvergedVersion } from './api-version.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

export interface FieldOwner {
  /** As the client named itself (`kubectl-edit`); untrusted. */
  readonly manager: string;
  readonly operation: string;
  /** RFC 3339; when this manager last changed any of the fields that it owns. */
  readonly at: string;
}

/** One place of a field: names from the root; `k:{…}` for an entry of a keyed list. */
export type FieldPath = readonly string[];

/** Where the field is in each API version: an entry names fields in the version that its writer used. */
export type FieldPaths = Readonly<Record<HyperConvergedVersion, readonly FieldPath[]>>;

/** All that one manager owns by one operation in one API version. */
export interface OwnedFields {
  readonly owner: FieldOwner;
  /** Undefined for a version that is not known. */
  readonly version: HyperConvergedVersion | undefined;
  /** A set of fields as the API server writes it: `f:` and the name of each, and those in it below. */
  readonly fields: Json | undefined;
}

/**
 * The owner of the field, or of anything in it; the latest where several share it. Whoever owns a parent as a whole is taken only where
 * nobody owns the field itself. Undefined where nobody does, or the entries cannot be read: they are a help, never a reason to fail.
 */
export function fieldOwner(object: JsonObject, paths: FieldPaths): FieldOwner | undefined {
  return fieldOwners(object, paths)[0];
}

/** All of them as `fieldOwner` has one, the latest first, each manager and operation once. */
export function fieldOwners(object: JsonObject, paths: FieldPaths): readonly FieldOwner[] {
  const held = ownedFields(object).flatMap((owned) => {
    const holds = holding(owned, paths);
    return holds ? [{ owner: owned.owner, holds }] : [];
  });
  const direct = held.filter(({ holds }) => holds === 'the field');
  const owners = latestFirst((direct.length > 0 ? direct : held).map(({ owner }) => owner));
  return owners.filter((owner, index) => owners.findIndex((other) => isSameWriter(owner, other)) === index);
}

/** The entries of `managedFields` that can be read, without the writers of subresources such as the status. */
export function ownedFields({ metadata }: JsonObject): readonly OwnedFields[] {
  const entries = isObject(metadata) ? metadata.managedFields : undefined;
  return Array.isArray(entries) ? entries.filter(isObject).flatMap(readEntry) : [];
}

/** The latest first; those of one time stay in their order. */
export function latestFirst(owners: readonly FieldOwner[]): readonly FieldOwner[] {
  return [...owners].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function readEntry(entry: JsonObject): readonly OwnedFields[] {
  const owner = ownerIn(entry);
  const version = (['v1', 'v1beta1'] as const).find((known) => entry.apiVersion === `${HCO_GROUP}/${known}`);
  return owner ? [{ owner, version, fields: entry.fieldsV1 }] : [];
}

/** Undefined for the writer of a subresource, such as the status, and for one without a time. */
function ownerIn({ manager, operation, time, subresource }: JsonObject): FieldOwner | undefined {
  if (subresource !== undefined && subresource !== '') return undefined;
  if (typeof manager !== 'string' || manager === '' || typeof time !== 'string' || Number.isNaN(Date.parse(time))) return undefined;
  return { manager, operation: typeof operation === 'string' ? operation : '', at: time };
}

function isSameWriter(a: FieldOwner, b: FieldOwner): boolean {
  return a.manager === b.manager && a.operation === b.operation;
}

type Holding = 'the field' | 'a parent';

function holding({ version, fields }: OwnedFields, paths: FieldPaths): Holding | undefined {
  const found = version === undefined ? [] : paths[version].map((path) => walk(fields, path));
  return found.find((holds) => holds === 'the field') ?? found.find((holds) => holds !== undefined);
}

/** Only a set without members stands for all that is below it; `.` is the parent's mere presence. */
function walk(fields: Json | undefined, [name, ...rest]: FieldPath): Holding | undefined {
  if (!isObject(fields) || name === undefined) return undefined;
  const key = (name.startsWith('k:') ? name : `f:${name}`).toLowerCase(); // HCO compares the names of gates without case
  const below = Object.entries(fields).find(([member]) => member.toLowerCase() === key)?.[1];
  if (below === undefined) return undefined;
  if (rest.length === 0) return 'the field';
  return isObject(below) && Object.keys(below).length === 0 ? 'a parent' : walk(below, rest);
}
