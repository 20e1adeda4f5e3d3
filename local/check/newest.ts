/** The same object, gathered more than once: the newest counts. */
import { type JsonObject, stringAt } from '../../shared/golden-images/json.ts';

export interface Newest {
  /** Each object once, in the order in which it was first found. */
  readonly items: readonly JsonObject[];
  /** `Kind namespace/name` of those that had changed in between, in order. */
  readonly changed: readonly string[];
  /** The same of those that had been made anew under their name, or are of another cluster. */
  readonly replaced: readonly string[];
}

/** Objects are the same by kind, namespace and name. Throws `MalformedError` for one whose metadata cannot be read. */
export function newestOf(objects: readonly JsonObject[]): Newest {
  const items = new Map<string, JsonObject>();
  const [changed, replaced] = [new Set<string>(), new Set<string>()];
  for (const object of objects) {
    const id = idOf(object);
    const known = items.get(id);
    if (known && isReplaced(known, object)) replaced.add(id);
    else if (known && versionOf(known) !== versionOf(object)) changed.add(id);
    items.set(id, known && !isNewer(object, known) ? known : object);
  }
  return { items: [...items.values()], changed: [...changed].sort(), replaced: [...replaced].sort() };
}

function idOf(object: JsonObject): string {
  const [namespace, name] = [stringAt(object, 'metadata', 'namespace'), stringAt(object, 'metadata', 'name')];
  return `${object.kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

function isReplaced(a: JsonObject, b: JsonObject): boolean {
  const [one, other] = [stringAt(a, 'metadata', 'uid'), stringAt(b, 'metadata', 'uid')];
  return one !== undefined && other !== undefined && one !== other;
}

/** Versions of one object are ordered as numbers (KEP-5504); another object of its name is newer when it was made later. */
function isNewer(object: JsonObject, known: JsonObject): boolean {
  const [one, other] = [versionOf(object), versionOf(known)];
  if (isReplaced(object, known) || !/^\d+$/.test(one) || !/^\d+$/.test(other)) return createdAt(object) > createdAt(known);
  return BigInt(one) > BigInt(other);
}

function versionOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'resourceVersion') ?? '';
}

function createdAt(object: JsonObject): number {
  return Date.parse(stringAt(object, 'metadata', 'creationTimestamp') ?? '') || 0;
}
