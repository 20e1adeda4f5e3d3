/** Whether the API server will take a change of the HyperConverged, by the schema that it publishes. */
import { applyMergePatch, isEqual, isObject, type JsonObject } from '../golden-images/json.ts';
import { applyJsonPatch, type JsonPatchOperation } from './apply-json-patch.ts';
import { ANY, type Schema } from './open-api-schema.ts';
import { findFault } from './schema-fault.ts';
import { findUnknownField } from './unknown-field.ts';

export interface PlannedChange {
  /** The schema of the whole object, as `schemaIn` gives it. */
  readonly schema: Schema;
  /** The CR as it is, in the version of the schema. */
  readonly object: JsonObject;
  /** One change, said twice: JSON merge patch (RFC 7396) and JSON Patch (RFC 6902). */
  readonly patch: JsonObject;
  readonly jsonPatch: readonly JsonPatchOperation[];
}

/** `reason` is one sentence without a full stop that names the path. */
export type SchemaVerdict = { readonly accepted: true } | { readonly accepted: false; readonly reason: string };

/**
 * As the server decides under strict field validation, as far as a schema can know it. Not evaluated: validation rules in CEL
 * (`x-kubernetes-validations`), `allOf`, `anyOf`, `oneOf`, `not`, other formats than int32, int64 and date-time, and of the metadata
 * anything but that annotations and labels are text. Admission webhooks, policies and permissions are not asked.
 * What is in the CR already is not held against the change, as the server does not either.
 */
export function checkBySchema({ schema, object, patch, jsonPatch }: PlannedChange): SchemaVerdict {
  const merged = applyMergePatch(object, patch);
  const applied = applyJsonPatch(object, jsonPatch);
  if ('fault' in applied) return refused(applied.fault);
  if (!isObject(merged) || !isEqual(merged, applied.object))
    return refused('the merge patch and the JSON Patch do not make the same change');
  const changed = { value: merged, before: object };
  const whole = withMetadata(schema);
  const unknown = findUnknownField(changed, whole);
  const fault = unknown === undefined ? findFault(changed, whole) : `this API server does not know ${unknown}`;
  return fault === undefined ? { accepted: true } : refused(fault);
}

function refused(reason: string): SchemaVerdict {
  return { accepted: false, reason };
}

const TEXTS: Schema = { type: 'object', additionalProperties: { type: 'string' } };
/** Metadata are every kind's own, and published apart from it. */
const METADATA: Schema = { ...ANY, type: 'object', properties: { annotations: TEXTS, labels: TEXTS } };

function withMetadata(schema: Schema): Schema {
  return { ...schema, properties: { ...(isObject(schema.properties) ? schema.properties : {}), metadata: METADATA } };
}
