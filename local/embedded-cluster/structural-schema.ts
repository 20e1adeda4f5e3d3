/** What an API server does with a structural schema: prunes what it does not know, fills defaults, refuses wrong types. */
import { isObject, type Json, type JsonObject } from './json.ts';

/** The part of OpenAPI v3 that custom resource definitions use here; the same value is published under /openapi/v3. */
export interface Schema {
  readonly type: 'object' | 'array' | 'string' | 'boolean' | 'integer';
  readonly description?: string;
  readonly format?: string;
  readonly default?: Json;
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
}

/** One fault of a value, as `details.causes` of a Status names it. */
export interface Cause {
  readonly reason: 'FieldValueTypeInvalid' | 'FieldValueRequired' | 'FieldValueNotSupported';
  readonly message: string;
  readonly field: string;
}

export interface Pruned {
  readonly value: Json;
  /** The paths that were dropped: the server warns of them. */
  readonly unknown: readonly string[];
}

/** The value without members that the schema does not name. */
export function prune(value: Json, schema: Schema, path = ''): Pruned {
  if (Array.isArray(value) && schema.items) {
    const items = schema.items;
    return gathered(value.map((item, index) => prune(item, items, `${path}[${index}]`)));
  }
  if (!isObject(value) || schema['x-kubernetes-preserve-unknown-fields']) return { value, unknown: [] };
  return pruneMembers(value, schema, path);
}

function pruneMembers(value: JsonObject, schema: Schema, path: string): Pruned {
  const kept: [string, Json][] = [];
  const unknown: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const known = memberSchema(schema, key);
    if (known === undefined) {
      unknown.push(join(path, key));
      continue;
    }
    const pruned = prune(member, known, join(path, key));
    kept.push([key, pruned.value]);
    unknown.push(...pruned.unknown);
  }
  return { value: Object.fromEntries(kept), unknown };
}

/** The value with the schema's defaults where a member is absent; an absent parent stays absent. */
export function fillDefaults(value: Json, schema: Schema): Json {
  if (Array.isArray(value) && schema.items) {
    const items = schema.items;
    return value.map((item) => fillDefaults(item, items));
  }
  if (!isObject(value)) return value;
  const defaults = Object.entries(schema.properties ?? {}).flatMap(([key, member]) =>
    member.default === undefined || key in value ? [] : [[key, member.default] as const],
  );
  const filled = [...Object.entries(value), ...defaults].map(([key, member]) => {
    const known = memberSchema(schema, key);
    return [key, known ? fillDefaults(member, known) : member] as const;
  });
  return Object.fromEntries(filled);
}

/** Everything about a value that the schema forbids. */
export function findFaults(value: Json, schema: Schema, path = ''): readonly Cause[] {
  if (typeOf(value) !== schema.type) return [wrongType(value, schema, path)];
  if (schema.enum && typeof value === 'string' && !schema.enum.includes(value)) return [notSupported(value, schema.enum, path)];
  if (Array.isArray(value)) {
    const items = schema.items;
    return items ? value.flatMap((item, index) => findFaults(item, items, `${path}[${index}]`)) : [];
  }
  if (!isObject(value)) return [];
  const missing = (schema.required ?? []).filter((key) => !(key in value)).map((key) => required(join(path, key)));
  const members = Object.entries(value).flatMap(([key, member]) => {
    const known = memberSchema(schema, key);
    return known ? findFaults(member, known, join(path, key)) : [];
  });
  return [...missing, ...members];
}

function memberSchema(schema: Schema, key: string): Schema | undefined {
  return schema.properties?.[key] ?? schema.additionalProperties;
}

function gathered(items: readonly Pruned[]): Pruned {
  return { value: items.map((item) => item.value), unknown: items.flatMap((item) => item.unknown) };
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function wrongType(value: Json, { type }: Schema, field: string): Cause {
  const found = typeOf(value);
  const message = `Invalid value: "${found}": ${field} in body must be of type ${type}: "${found}"`;
  return { reason: 'FieldValueTypeInvalid', message, field };
}

function notSupported(value: string, allowed: readonly string[], field: string): Cause {
  const message = `Unsupported value: "${value}": supported values: ${allowed.map((each) => `"${each}"`).join(', ')}`;
  return { reason: 'FieldValueNotSupported', message, field };
}

function required(field: string): Cause {
  return { reason: 'FieldValueRequired', message: 'Required value', field };
}
