/** The schema of HyperConverged in the OpenAPI v3 document that an API server publishes of its group and version. */
import { HCO_GROUP, type HyperConvergedVersion } from '../golden-images/api-version.ts';
import { isObject, type Json, type JsonObject, listAt, objectAt, stringAt } from '../golden-images/json.ts';
import { ReadError } from './failure.ts';
import { ANY, type Schema } from './open-api-schema.ts';

/**
 * Taken from the answer to `GET /openapi/v3/apis/hco.kubevirt.io/VERSION`: references resolved, and without descriptions and the status,
 * so that it is a sixth of the document, which it does not keep alive. Throws `ReadError` where the document has no such schema.
 */
export function schemaIn(document: unknown, version: HyperConvergedVersion): Schema {
  const schemas = objectAt(document, 'components', 'schemas') ?? {};
  const found = Object.values(schemas).find((schema) => isHyperConverged(schema, version));
  if (!isObject(found)) throw new ReadError('server-error', `the published schema has no HyperConverged ${version}`);
  const { status: _, metadata: __, ...properties } = objectAt(found, 'properties') ?? {};
  return slim({ ...found, properties: { ...properties, metadata: ANY, status: ANY } }, schemas, []);
}

function isHyperConverged(schema: Json, version: HyperConvergedVersion): boolean {
  const kinds = isObject(schema) ? (listAt(schema, 'x-kubernetes-group-version-kind') ?? []) : [];
  return kinds.some(
    (kind) => stringAt(kind, 'group') === HCO_GROUP && stringAt(kind, 'kind') === 'HyperConverged' && stringAt(kind, 'version') === version,
  );
}

const PROSE: readonly string[] = ['description', 'title', 'example', 'externalDocs', 'x-kubernetes-validations'];

/** `within` names the references that led here: one that leads to itself is left open. */
function slim(schema: JsonObject, schemas: JsonObject, within: readonly string[]): Schema {
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  if (name !== undefined) {
    const target = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    return isObject(target) && !within.includes(name) ? slim(target, schemas, [...within, name]) : ANY;
  }
  const below = (member: Json) => (isObject(member) ? slim(member, schemas, within) : member);
  const { properties, items, additionalProperties } = schema;
  const kept = Object.entries(schema).filter(([keyword]) => !PROSE.includes(keyword));
  return {
    ...Object.fromEntries(kept),
    ...(isObject(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([key, member]) => [key, below(member)])) }
      : {}),
    ...(isObject(items) ? { items: below(items) } : {}),
    ...(isObject(additionalProperties) ? { additionalProperties: below(additionalProperties) } : {}),
  };
}
