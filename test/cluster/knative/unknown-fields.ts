/** Fields that a definition does not have, also where it keeps what it does not know: there the API server finds no typing error. */
import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../../knative/manifests.ts';

export type Schemas = ReadonlyMap<string, Manifest>;

/**
 * Knative's types have them and its definitions do not: eventing `pkg/apis/duck/v1/delivery_types.go`. Filters of events are any attributes,
 * which the tests of the Triggers hold against what they are for.
 */
const KNOWN_TO_KNATIVE = /^spec\.delivery\.timeout$/;

/** The schemas of these definitions, by API version and kind. */
export async function readSchemas(files: readonly string[]): Promise<Schemas> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const definitions: readonly Manifest[] = texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS()));
  return new Map(
    definitions.flatMap(({ spec }) =>
      spec.versions.map(({ name, schema }: Manifest) => [`${spec.group}/${name} ${spec.names.kind}`, schema.openAPIV3Schema]),
    ),
  );
}

/** The paths of what the object says and its schema does not have; none for a kind that is not among them. */
export function unknownFields(object: Manifest, schemas: Schemas): readonly string[] {
  const schema = schemas.get(`${object.apiVersion} ${object.kind}`);
  if (!schema) return [];
  const { apiVersion: _, kind: __, metadata: ___, ...rest } = object;
  return below(rest, schema, '').filter((path) => !KNOWN_TO_KNATIVE.test(path));
}

function below(value: Manifest, schema: Manifest, path: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => (schema.items ? below(item, schema.items, `${path}.${index}`) : []));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const place = path === '' ? key : `${path}.${key}`;
    const known = schema.properties?.[key] ?? schema.additionalProperties;
    if (known) return below(member, known, place);
    return schema.properties ? [place] : [];
  });
}
