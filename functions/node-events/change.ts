/** A CloudEvent → what it says: a hint of where to look, and never what is there. */
import type { CloudEvent } from '../../shared/cloudevents.ts';
import { HCO_GROUP } from '../../shared/golden-images/api-version.ts';
import { isObject, type JsonObject, MalformedError, objectAt, stringAt } from '../../shared/golden-images/json.ts';
import type { ListVersions } from '../../shared/golden-images/snapshot.ts';
import { type Action, CHANGES, PING } from '../../shared/knative-events.ts';
import { digestOf } from './digest.ts';

export type EventMeaning =
  | { readonly kind: 'ping' }
  | Change
  /** Nothing that is watched here; `why` is for the log. */
  | { readonly kind: 'other'; readonly why: string };

/** A Node or HyperConverged was added, updated or deleted. */
export interface Change {
  readonly kind: 'change';
  readonly resource: Resource;
  readonly action: Action;
  readonly name: string | undefined;
  /** Undefined in Reference mode, as `resourceVersion` and `digest` are. */
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  /** Of all in the object that can change what we say; undefined where the object cannot be read. */
  readonly digest: string | undefined;
}

/** In characters. What is longer is not Kubernetes': its uids have 36, its versions are numbers. */
const MAX_LENGTHS = { name: 253, uid: 64, resourceVersion: 32 };

/** Named as the lists of a look are. */
export type Resource = keyof ListVersions;

/** What an event says. Its body comes before its attributes where they disagree: the attributes are a copy. */
export function readEvent({ type, extensions, data }: CloudEvent): EventMeaning {
  if (type === PING) return { kind: 'ping' };
  const action = CHANGES.get(type);
  if (action === undefined) return { kind: 'other', why: 'its type is not watched' };
  const body = isObject(data) ? data : {};
  const resource = resourceOf(textAt(body, 'kind') ?? extensions.kind, textAt(body, 'apiVersion') ?? extensions.apiversion);
  if (resource === undefined) return { kind: 'other', why: 'it is about neither a Node nor a HyperConverged' };
  return { kind: 'change', resource, action, ...objectOf(resource, body, extensions) };
}

/** Any version of the API will do: the look knows which one it reads. One that is not said is no reason not to look. */
function resourceOf(kind: string | undefined, apiVersion: string | undefined): Resource | undefined {
  if (kind === 'Node' && (!apiVersion || apiVersion === 'v1')) return 'nodes';
  if (kind === 'HyperConverged' && (!apiVersion || apiVersion.startsWith(`${HCO_GROUP}/`))) return 'hyperConverged';
  return undefined;
}

function objectOf(
  resource: Resource,
  body: JsonObject,
  extensions: CloudEvent['extensions'],
): Pick<Change, 'name' | 'uid' | 'resourceVersion' | 'digest'> {
  const name = textAt(body, 'metadata', 'name') ?? textAt(body, 'name') ?? (extensions.name || undefined);
  return {
    name: unlessLonger(name, MAX_LENGTHS.name),
    uid: unlessLonger(textAt(body, 'metadata', 'uid'), MAX_LENGTHS.uid),
    resourceVersion: unlessLonger(textAt(body, 'metadata', 'resourceVersion'), MAX_LENGTHS.resourceVersion),
    digest: unlessMalformed(() => (objectAt(body, 'metadata') ? digestOf(resource, body) : undefined)),
  };
}

/** It is remembered, for thousands of objects: too long is as good as absent. */
function unlessLonger(text: string | undefined, length: number): string | undefined {
  return text !== undefined && text.length <= length ? text : undefined;
}

/** Empty is as good as absent. */
function textAt(body: JsonObject, ...path: readonly string[]): string | undefined {
  return unlessMalformed(() => stringAt(body, ...path)) || undefined;
}

/** What a body says in another shape than Kubernetes does, it does not say. */
function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    // a RangeError is for an object that is nested too deep to be written out
    if (error instanceof MalformedError || error instanceof RangeError) return undefined;
    throw error;
  }
}
