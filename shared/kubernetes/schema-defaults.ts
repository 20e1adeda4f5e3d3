/** What an API server adds to an object by itself: the defaults of its schema, wherever their parent is there. */
import { isObject, type Json, type JsonObject } from '../golden-images/json.ts';
import { memberOf, type Schema, schemaOfItems, schemaOfMember } from './open-api-schema.ts';

/** https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting */
export function withDefaults(object: JsonObject, schema: Schema): JsonObject {
  const members = Object.entries({ ...defaultsOf(schema), ...object }).map(([name, value]) => {
    const known = schemaOfMember(schema, name);
    return [name, known === undefined ? value : filled(value, known)] as const;
  });
  return Object.fromEntries(members);
}

function filled(value: Json, schema: Schema): Json {
  if (Array.isArray(value)) return value.map((item) => filled(item, schemaOfItems(schema)));
  return isObject(value) ? withDefaults(value, schema) : value;
}

function defaultsOf({ properties }: Schema): JsonObject {
  if (!isObject(properties)) return {};
  const stated = Object.keys(properties).flatMap((name) => {
    const value = memberOf(properties[name], 'default');
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(stated);
}
