/** The one HyperConverged: stored in its release's storage version, read and patched in either. */
import { randomUUID } from 'node:crypto';
import { admit, reasonToDeny } from './admission.ts';
import { convert } from './conversion.ts';
import { firstSpec } from './hyperconverged-defaults.ts';
import { hyperConvergedSchema } from './hyperconverged-schema.ts';
import { isObject, type Json, type JsonObject, objectAt, textAt } from './json.ts';
import { applyOperations } from './json-patch.ts';
import { createManagedFields } from './managed-fields.ts';
import { mergeObjects } from './merge-patch.ts';
import { timestamp } from './node.ts';
import { type ApiVersion, RELEASES, type Release } from './releases.ts';
import type { Patch } from './request-body.ts';
import type { Revisions } from './revisions.ts';
import { type Cause, fillDefaults, findFaults, prune } from './structural-schema.ts';

/** The only name and the usual namespace. */
export const HYPERCONVERGED = { namespace: 'kubevirt-hyperconverged', name: 'kubevirt-hyperconverged' };

export type PatchOutcome =
  | { readonly kind: 'patched'; readonly object: JsonObject; readonly unknown: readonly string[] }
  | { readonly kind: 'conflict' }
  /** An operation of a JSON Patch does not apply. */
  | { readonly kind: 'inapplicable' }
  /** Unknown fields under strict validation; `object` is what the patch made. */
  | { readonly kind: 'unknown-fields'; readonly object: Json; readonly unknown: readonly string[] }
  | { readonly kind: 'invalid'; readonly causes: readonly Cause[]; readonly unknown: readonly string[] }
  | { readonly kind: 'denied'; readonly reason: string };

export interface PatchRequest {
  readonly version: ApiVersion;
  readonly patch: Patch;
  readonly dryRun?: boolean;
  /** Unknown fields are refused, not dropped with a warning. */
  readonly strict?: boolean;
  /** Who is said to own what it changes; nobody unless given. */
  readonly manager?: string;
}

export interface HyperConvergedStore {
  read(version: ApiVersion): JsonObject;
  patch(request: PatchRequest): PatchOutcome;
  /** The spec as it is stored, and its generation: what the operator reads. */
  stored(): { readonly spec: JsonObject; readonly generation: number };
  writeStatus(status: JsonObject): void;
}

interface Stored {
  readonly resourceVersion: string;
  readonly generation: number;
  readonly labels: JsonObject;
  readonly annotations: JsonObject;
  readonly spec: JsonObject;
  readonly status: JsonObject;
}

export interface StoreOptions {
  readonly release: Release;
  readonly revisions: Revisions;
  readonly createdAt: Date;
  readonly now: () => Date;
}

/** A store with the CR as an installation leaves it. */
export function createHyperConvergedStore({ release, revisions, createdAt, now }: StoreOptions): HyperConvergedStore {
  const storageVersion = RELEASES[release].stored;
  const managedFields = createManagedFields();
  const fixed = { creationTimestamp: timestamp(createdAt), finalizers: ['kubevirt.io/hyperconverged'], uid: randomUUID() };
  let current: Stored = {
    resourceVersion: revisions.next(),
    generation: 1,
    labels: { app: 'kubevirt-hyperconverged' },
    annotations: {},
    spec: firstSpec(release),
    status: {},
  };

  const fillSpec = (spec: JsonObject): JsonObject =>
    objectAt(fillDefaults({ spec }, hyperConvergedSchema(release, storageVersion)), 'spec');

  const show = (stored: Stored, version: ApiVersion): JsonObject => {
    const { annotations, spec } = convert(storageVersion, version, stored, release);
    const { generation, labels, resourceVersion, status } = stored;
    return {
      apiVersion: `hco.kubevirt.io/${version}`,
      kind: 'HyperConverged',
      metadata: {
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
        ...fixed,
        generation,
        labels,
        ...(managedFields.entries().length === 0 ? {} : { managedFields: managedFields.entries() }),
        ...HYPERCONVERGED,
        resourceVersion,
      },
      spec,
      status,
    };
  };

  /** What would be stored; equal parts keep their generation and version. */
  const change = (object: JsonObject, version: ApiVersion, dryRun: boolean): Stored => {
    const annotations = objectAt(object, 'metadata', 'annotations');
    const admitted = admit(objectAt(object, 'spec'), version, release);
    const { spec, ...rest } = convert(version, storageVersion, { annotations, spec: admitted }, release);
    const converted = { ...rest, spec: fillSpec(spec) };
    const labels = objectAt(object, 'metadata', 'labels');
    const hasSameSpec = isEqual(converted.spec, current.spec);
    if (hasSameSpec && isEqual(converted.annotations, current.annotations) && isEqual(labels, current.labels)) return current;
    const generation = current.generation + (hasSameSpec ? 0 : 1);
    return { ...current, ...converted, labels, generation, resourceVersion: dryRun ? current.resourceVersion : revisions.next() };
  };

  return {
    read: (version) => show(current, version),
    stored: () => current,
    writeStatus: (status) => {
      current = { ...current, status, resourceVersion: revisions.next() };
    },
    patch: ({ version, patch, dryRun = false, strict = false, manager }) => {
      const before = show(current, version);
      const patched = applied(before, patch);
      if (patched === undefined) return { kind: 'inapplicable' };
      const wanted = textAt(patched, 'metadata', 'resourceVersion') ?? current.resourceVersion;
      if (wanted !== current.resourceVersion) return { kind: 'conflict' };
      const schema = hyperConvergedSchema(release, version);
      const { value, unknown } = prune(patched, schema);
      if (strict && unknown.length > 0) return { kind: 'unknown-fields', object: patched, unknown };
      const object = fillDefaults(value, schema);
      const causes = findFaults(object, schema);
      if (causes.length > 0 || !isObject(object)) return { kind: 'invalid', causes, unknown };
      const denied = reasonToDeny(objectAt(object, 'spec'), version);
      if (denied !== undefined) return { kind: 'denied', reason: denied };
      const changed = change(object, version, dryRun);
      if (!dryRun && changed !== current) {
        current = changed;
        const change = { apiVersion: `hco.kubevirt.io/${version}`, before: specOf(before), after: specOf(show(changed, version)) };
        if (manager !== undefined) managedFields.record({ ...change, manager, time: timestamp(now()) });
      }
      return { kind: 'patched', object: show(changed, version), unknown };
    },
  };
}

function applied(object: JsonObject, patch: Patch): JsonObject | undefined {
  return isObject(patch) ? mergeObjects(object, patch) : applyOperations(object, patch);
}

function specOf({ spec = {} }: JsonObject): JsonObject {
  return { spec };
}

/** Members in any order. */
function isEqual(a: JsonObject, b: JsonObject): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
