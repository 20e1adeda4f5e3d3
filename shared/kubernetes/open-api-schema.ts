/** How the schema of a custom resource is read: the part of OpenAPI v3 that Kubernetes calls structural. */
import { isObject, type Json, type JsonObject } from '../golden-images/json.ts';

/** One schema as it is published. A keyword of a shape that nobody expects is one that is not there. */
export type Schema = JsonObject;

/** What is open to any value. */
export const ANY: Schema = { 'x-kubernetes-preserve-unknown-fields': true };

/** The schema of a member; undefined where the server does not know the member and drops it. */
export function schemaOfMember(schema: Schema, name: string): Schema | undefined {
  const { properties, additionalProperties } = schema;
  const member = isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
  if (isObject(member)) return member;
  return member === true || schema['x-kubernetes-preserve-unknown-fields'] === true ? ANY : undefined;
}

/** The schema of a list's items. */
export function schemaOfItems({ items }: Schema): Schema {
  return isObject(items) ? items : ANY;
}

/** The member itself: what an object inherits does not count. */
export function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A path as Kubernetes writes it: `spec.list[0].labels[a.b/c]`. */
export function join(path: string, name: string | number): string {
  if (typeof name === 'number' || !/^[\w-]+$/.test(name)) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}
