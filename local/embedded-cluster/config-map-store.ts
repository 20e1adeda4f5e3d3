/** The cluster's ConfigMaps: created, read, and changed by merge patches that may name the version they were made for. */
import { randomUUID } from 'node:crypto';
import { isObject, type Json, type JsonObject, objectAt, textAt, withAt } from './json.ts';
import { mergeObjects } from './merge-patch.ts';
import { timestamp } from './node.ts';
import type { Revisions } from './revisions.ts';

export interface ConfigMapName {
  readonly namespace: string;
  readonly name: string;
}

export type ConfigMapOutcome =
  | { readonly kind: 'done'; readonly object: JsonObject }
  | { readonly kind: 'exists' | 'conflict' | 'missing' }
  | { readonly kind: 'invalid'; readonly why: string };

export interface ConfigMapStore {
  all(): readonly JsonObject[];
  read(name: ConfigMapName): JsonObject | undefined;
  create(name: ConfigMapName, object: JsonObject): ConfigMapOutcome;
  patch(name: ConfigMapName, patch: JsonObject): ConfigMapOutcome;
  /** Whatever was there; undefined deletes. */
  put(name: ConfigMapName, data: Readonly<Record<string, string>> | undefined): void;
}

export interface ConfigMapStoreOptions {
  readonly revisions: Revisions;
  readonly now: () => Date;
}

/** A store without ConfigMaps. */
export function createConfigMapStore({ revisions, now }: ConfigMapStoreOptions): ConfigMapStore {
  const stored = new Map<string, JsonObject>();
  const keep = (name: ConfigMapName, object: JsonObject): ConfigMapOutcome => {
    const kept = withAt(object, ['metadata', 'resourceVersion'], revisions.next());
    stored.set(keyOf(name), kept);
    return { kind: 'done', object: kept };
  };
  const add = (name: ConfigMapName, object: JsonObject) => {
    const metadata = { ...objectAt(object, 'metadata'), ...name, uid: randomUUID(), creationTimestamp: timestamp(now()) };
    return keep(name, { kind: 'ConfigMap', apiVersion: 'v1', ...object, metadata });
  };
  return {
    all: () => [...stored.values()],
    read: (name) => stored.get(keyOf(name)),
    create: (name, object) => {
      if (stored.has(keyOf(name))) return { kind: 'exists' };
      const why = faultIn(object);
      return why === undefined ? add(name, object) : { kind: 'invalid', why };
    },
    patch: (name, patch) => {
      const before = stored.get(keyOf(name));
      if (before === undefined) return { kind: 'missing' };
      const version = textAt(before, 'metadata', 'resourceVersion');
      if ((textAt(patch, 'metadata', 'resourceVersion') ?? version) !== version) return { kind: 'conflict' };
      const after = mergeObjects(before, patch);
      const why = faultIn(after);
      if (why !== undefined) return { kind: 'invalid', why };
      return JSON.stringify(after) === JSON.stringify(before) ? { kind: 'done', object: before } : keep(name, after);
    },
    put: (name, data) => {
      stored.delete(keyOf(name));
      if (data !== undefined) add(name, { data });
    },
  };
}

function keyOf({ namespace, name }: ConfigMapName): string {
  return `${namespace}/${name}`;
}

/** Kubernetes' rule for keys (apimachinery `validation.IsConfigMapKey`). */
const KEY = /^(?!\.\.)(?!\.$)[-._a-zA-Z0-9]{1,253}$/;

function faultIn({ data }: JsonObject): string | undefined {
  const entries: readonly [string, Json][] = Object.entries(isObject(data) ? data : {});
  const notText = entries.find(([, value]) => typeof value !== 'string');
  if (notText) return `json: cannot unmarshal into Go struct field ConfigMap.data.${notText[0]} of type string`;
  const badKey = entries.find(([key]) => !KEY.test(key));
  return badKey && `data[${badKey[0]}]: Invalid value: ${JSON.stringify(badKey[0])}: a valid config key must consist of [-._a-zA-Z0-9]`;
}
