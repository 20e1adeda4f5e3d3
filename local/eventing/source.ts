/** Knative's ApiServerSource, as far as a demo needs it: what changes after its start is an event. What was there before never is. */
import { type ChangedObject, type EventRequest, type ObjectChange, objectChanged } from '../story/node-event.ts';

export interface WatchedObject extends ChangedObject {
  readonly metadata: ChangedObject['metadata'] & { readonly uid: string; readonly resourceVersion: string };
}

export interface ApiServerSourceOptions {
  /** All that it watches, as it is now; undefined while the API server does not answer. */
  readonly objects: () => readonly WatchedObject[] | undefined;
  /** Calls back after changes, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
  /** What `ceOverrides` of the source says. */
  readonly cluster: string;
  /** Takes the events one after the other, in the order of the watch. */
  readonly send: (event: EventRequest) => void;
  readonly now: () => Date;
}

/** Begins to watch, and returns what ends it. */
export function startApiServerSource({ objects, subscribe, cluster, send, now }: ApiServerSourceOptions): () => void {
  let known = byUid(objects() ?? []);
  return subscribe(() => {
    const current = objects();
    if (current === undefined) return; // a watch that broke goes on where it was
    const changes = changesBetween(known, current);
    known = byUid(current);
    for (const change of changes) send(objectChanged({ ...change, cluster, at: now() }));
  });
}

type Change = Pick<ObjectChange, 'action' | 'object'>;

function changesBetween(known: ReadonlyMap<string, WatchedObject>, current: readonly WatchedObject[]): readonly Change[] {
  const left = new Map(known);
  const changes = current.flatMap((object): readonly Change[] => {
    const before = left.get(object.metadata.uid);
    left.delete(object.metadata.uid);
    if (before === undefined) return [{ action: 'add', object }];
    return before.metadata.resourceVersion === object.metadata.resourceVersion ? [] : [{ action: 'update', object }];
  });
  return [...changes, ...[...left.values()].map((object): Change => ({ action: 'delete', object: deleted(object, current) }))];
}

/** As it was last, with a version no older than its deletion: that of the newest object there is. */
function deleted(object: WatchedObject, current: readonly WatchedObject[]): WatchedObject {
  const versions = [object, ...current].map(({ metadata }) => BigInt(metadata.resourceVersion));
  const newest = versions.reduce((a, b) => (a > b ? a : b));
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(newest) } };
}

function byUid(objects: readonly WatchedObject[]): ReadonlyMap<string, WatchedObject> {
  return new Map(objects.map((object) => [object.metadata.uid, object]));
}
