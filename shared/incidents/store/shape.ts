/** Shapes: what JSON that comes back from a store must look like. Each returns its value, or says what is wrong and where. */
import { isObject, type JsonObject, MalformedError } from '../../golden-images/json.ts';

/** `where` is the path to the value. Throws `MalformedError`. */
export type Shape<T> = (value: unknown, where: string) => T;

/** Of a value that is not a list or an object of others. */
function plainShape<T>(expected: string, is: (value: unknown) => value is T): Shape<T> {
  return (value, where) => (is(value) ? value : wrong(value, where, expected));
}

export const text = plainShape('a string', (value) => typeof value === 'string');
/** How many, how often, how long: nothing of ours is a fraction, or less than none. */
export const number = plainShape(
  'a whole number of 0 or more',
  (value): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
);
export const flag = plainShape('true or false', (value) => typeof value === 'boolean');
export const json: Shape<JsonObject> = plainShape('an object', isObject);
export const time = plainShape('a time', (value): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value)));
/** A time of our own clock. Others wait for it to be over, so that one in the far future would hold them for ever. */
export const ownTime = plainShape(
  'a time before the year 9000',
  (value): value is string => typeof value === 'string' && Date.parse(value) < Date.UTC(9000, 0),
);

/** One of the words of a union; they are members of an object, so that none can be forgotten where the type is named. */
export function oneOf<T extends string>(words: Readonly<Record<T, true>>): Shape<T> {
  const is = (value: unknown): value is T => typeof value === 'string' && Object.hasOwn(words, value);
  return plainShape(`one of ${Object.keys(words).join(', ')}`, is);
}

/** One word. */
export function only<T extends string>(word: T): Shape<T> {
  return plainShape(word, (value): value is T => value === word);
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value, where) =>
    Array.isArray(value) ? value.map((element, index) => item(element, `${where}[${index}]`)) : wrong(value, where, 'a list');
}

/** What also has to be so; `fault` says what is wrong with it, if anything. */
export function checked<T>(shape: Shape<T>, fault: (value: T) => string | undefined): Shape<T> {
  return (value, where) => {
    const found = shape(value, where);
    const what = fault(found);
    if (what !== undefined) throw new MalformedError(`${where || 'the entry'}: ${what}`);
    return found;
  };
}

/** An object whose members are all alike. */
export function record<T>(member: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, where) =>
    Object.fromEntries(Object.entries(json(value, where)).map(([name, found]) => [name, member(found, `${where}.${name}`)]));
}

/** What may be absent: it comes back as undefined. */
export function maybe<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, where) => (value === undefined ? undefined : shape(value, where));
}

/** What may be null. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, where) => (value === null ? null : shape(value, where));
}

/** What may be absent, and stands for something then. */
export function orElse<T>(shape: Shape<T>, absent: T): Shape<T> {
  return (value, where) => (value === undefined ? absent : shape(value, where));
}

/** All members of a type, those with a question mark too: one that is added to the type is missing here until it is kept. */
type Members<T> = { readonly [Name in keyof T]-?: Shape<T[Name]> };

/** An object with these members; what else it has is let go. `mayMiss` are members that are left out where they are absent. */
export function object<T extends object>(members: Members<T>, mayMiss: readonly (keyof T & string)[] = []): Shape<T> {
  const shapes: readonly [string, Shape<unknown>][] = Object.entries(members);
  const isLeftOut = (name: unknown, found: unknown) => found === undefined && mayMiss.some((one) => one === name);
  return (value, where) => {
    const from = json(value, where);
    const read: readonly (readonly unknown[])[] = shapes.map(([name, shape]) => [
      name,
      shape(own(from, name), where === '' ? name : `${where}.${name}`),
    ]);
    return Object.fromEntries(read.filter(([name, found]) => !isLeftOut(name, found)));
  };
}

/** An object of one of several shapes: the member `kind` says which. */
export function kindOf<T extends { readonly kind: string }>(
  shapes: {
    readonly [Kind in T['kind']]: Shape<Extract<T, { readonly kind: Kind }>>;
  },
): Shape<T> {
  const known = new Map<string, Shape<T>>(Object.entries(shapes));
  return (value, where) => {
    const kind = text(own(json(value, where), 'kind'), `${where}.kind`);
    return (known.get(kind) ?? wrong(kind, `${where}.kind`, `one of ${[...known.keys()].join(', ')}`))(value, where);
  };
}

function own(from: JsonObject, name: string): unknown {
  return Object.hasOwn(from, name) ? from[name] : undefined;
}

function wrong(value: unknown, where: string, expected: string): never {
  throw new MalformedError(`${where || 'the entry'} is ${shown(value)}, not ${expected}`);
}

const MAX_SHOWN = 40;

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return JSON.stringify(value).slice(0, MAX_SHOWN);
}
