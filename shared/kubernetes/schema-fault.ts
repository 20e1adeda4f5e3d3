/** What a schema forbids in a changed object. */
import { isEqual, isObject } from '../golden-images/json.ts';
import { join, memberOf, type Schema, schemaOfItems, schemaOfMember } from './open-api-schema.ts';
import { type Changed, first } from './unknown-field.ts';
import { complaintAbout } from './value-rules.ts';

/**
 * The first thing that is wrong, with its path, as one sentence without a full stop. What is as it was before is not looked into, and an
 * item of a changed list is: so the server does it (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-ratcheting).
 */
export function findFault({ value, before }: Changed, schema: Schema, path = ''): string | undefined {
  if (isEqual(value, before)) return undefined;
  const complaint = complaintAbout(value, schema);
  if (complaint !== undefined) return `${path} ${complaint}`;
  if (Array.isArray(value)) {
    return first([...value.entries()], ([index, item]) =>
      findFault({ value: item, before: undefined }, schemaOfItems(schema), join(path, index)),
    );
  }
  if (!isObject(value)) return undefined;
  const missing = namesIn(schema.required).find((name) => !Object.hasOwn(value, name) && !hasDefault(schema, name));
  if (missing !== undefined) return `${join(path, missing)} is missing, and is required`;
  return first(Object.entries(value), ([name, member]) => {
    const known = schemaOfMember(schema, name);
    return known && findFault({ value: member, before: memberOf(before, name) }, known, join(path, name));
  });
}

function namesIn(required: unknown): readonly string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

/** Defaults are filled in before anything is checked. */
function hasDefault(schema: Schema, name: string): boolean {
  return schemaOfMember(schema, name)?.default !== undefined;
}
