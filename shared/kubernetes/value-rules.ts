/** What a schema says about one value, its members apart: a table of rules. */
import { isEqual, isObject, type Json, type JsonObject } from '../golden-images/json.ts';
import type { Schema } from './open-api-schema.ts';

/** What is wrong, to be read after the path: `is text, and must be true or false`. Undefined where nothing is. */
export function complaintAbout(value: Json, schema: Schema): string | undefined {
  if (value === null) return nullComplaint(schema);
  const wrong = typeComplaint(value, schema);
  if (wrong !== undefined) return wrong;
  for (const rule of RULES) {
    const complaint = rule(value, schema);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

/** Null where a default is there is dropped before anything is checked. */
function nullComplaint({ nullable, type, default: fallback, 'x-kubernetes-int-or-string': either }: Schema): string | undefined {
  const isFree = type === undefined && either !== true;
  return nullable === true || fallback !== undefined || isFree ? undefined : 'must not be null';
}

const TYPES: Readonly<Record<string, { readonly is: (value: Json) => boolean; readonly word: string }>> = {
  object: { is: isObject, word: 'an object' },
  array: { is: (value) => Array.isArray(value), word: 'a list' },
  string: { is: (value) => typeof value === 'string', word: 'text' },
  boolean: { is: (value) => typeof value === 'boolean', word: 'true or false' },
  integer: { is: (value) => Number.isInteger(value), word: 'a whole number' },
  number: { is: (value) => typeof value === 'number', word: 'a number' },
};

function typeComplaint(value: Json, { type, 'x-kubernetes-int-or-string': either }: Schema): string | undefined {
  const names = either === true ? ['integer', 'string'] : [type].filter((name) => typeof name === 'string');
  const wanted = names.flatMap((name) => TYPES[name] ?? []);
  if (wanted.length === 0 || wanted.some(({ is }) => is(value))) return undefined;
  return `is ${nameOf(value)}, and must be ${wanted.map(({ word }) => word).join(' or ')}`;
}

function nameOf(value: Json): string {
  return Object.values(TYPES).find(({ is }) => is(value))?.word ?? 'null';
}

type Rule = (value: Json, schema: Schema) => string | undefined;

const RULES: readonly Rule[] = [
  (value, schema) => {
    const allowed = schema.enum;
    if (!Array.isArray(allowed) || allowed.some((each) => isEqual(each, value))) return undefined;
    return `is ${JSON.stringify(value)}, and must be one of ${allowed.map((each) => JSON.stringify(each)).join(', ')}`;
  },
  atLeast('minimum', numberOf, (limit) => `must be at least ${limit}`),
  atMost('maximum', numberOf, (limit) => `must be at most ${limit}`),
  atLeast('minLength', lengthOf, (limit) => `must have at least ${limit} ${characters(limit)}`),
  atMost('maxLength', lengthOf, (limit) => `must have at most ${limit} ${characters(limit)}`),
  atLeast('minItems', countOf, (limit) => `must have at least ${limit} ${items(limit)}`),
  atMost('maxItems', countOf, (limit) => `must have at most ${limit} ${items(limit)}`),
  atLeast('minProperties', sizeOf, (limit) => `must have at least ${limit} ${items(limit)}`),
  atMost('maxProperties', sizeOf, (limit) => `must have at most ${limit} ${items(limit)}`),
  (value, { pattern }) => {
    if (typeof value !== 'string' || typeof pattern !== 'string' || (expression(pattern)?.test(value) ?? true)) return undefined;
    return `is ${JSON.stringify(value)}, and must match ${pattern}`;
  },
  (value, { format }) => (typeof format === 'string' ? FORMATS[format]?.(value) : undefined),
  (value, { 'x-kubernetes-list-type': list, 'x-kubernetes-list-map-keys': keys }) => {
    if (!Array.isArray(value) || (list !== 'set' && list !== 'map')) return undefined;
    const identity = list === 'set' ? (item: Json) => item : (item: Json) => keyed(item, keys);
    const ids = value.map((item) => JSON.stringify(identity(item)));
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    return twice === undefined ? undefined : `has ${twice} twice`;
  },
];

type Measure = (value: Json) => number | undefined;

function atLeast(keyword: string, measure: Measure, complaint: (limit: number) => string): Rule {
  return limited(keyword, measure, (size, limit) => size >= limit, complaint);
}

function atMost(keyword: string, measure: Measure, complaint: (limit: number) => string): Rule {
  return limited(keyword, measure, (size, limit) => size <= limit, complaint);
}

function limited(
  keyword: string,
  measure: Measure,
  fits: (size: number, limit: number) => boolean,
  complaint: (limit: number) => string,
): Rule {
  return (value, schema) => {
    const [size, limit] = [measure(value), schema[keyword]];
    return size === undefined || typeof limit !== 'number' || fits(size, limit) ? undefined : complaint(limit);
  };
}

function numberOf(value: Json): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** In code points, as Go counts. */
function lengthOf(value: Json): number | undefined {
  return typeof value === 'string' ? [...value].length : undefined;
}

function countOf(value: Json): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}

function sizeOf(value: Json): number | undefined {
  return isObject(value) ? Object.keys(value).length : undefined;
}

function characters(count: number): string {
  return count === 1 ? 'character' : 'characters';
}

function items(count: number): string {
  return count === 1 ? 'entry' : 'entries';
}

/** Go's expressions (RE2) are nearly those of JavaScript; one that is not cannot be checked here. */
function expression(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

/** The formats that HyperConverged uses; the server knows more. */
const FORMATS: Readonly<Record<string, (value: Json) => string | undefined>> = {
  int32: (value) => (typeof value === 'number' && Math.abs(value + 0.5) > 2 ** 31 ? 'must fit into 32 bits' : undefined),
  int64: (value) => (typeof value === 'number' && Math.abs(value) > 2 ** 63 ? 'must fit into 64 bits' : undefined),
  'date-time': (value) => (typeof value === 'string' && !RFC_3339.test(value) ? 'must be a time like 2026-01-31T23:59:00Z' : undefined),
};
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

function keyed(item: Json, keys: Json | undefined): JsonObject {
  const names: readonly Json[] = Array.isArray(keys) ? keys : [];
  const entries = names.flatMap((name) => (typeof name === 'string' && isObject(item) ? [[name, item[name] ?? null] as const] : []));
  return Object.fromEntries(entries);
}
