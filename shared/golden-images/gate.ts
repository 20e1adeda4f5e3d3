/**
 * Whether the multi-architecture import of golden images is on, and where that was read. Each HCO release says it in another place:
 * 1.16-1.17 only v1beta1; 1.18 v1beta1, or in v1 an entry of the feature-gate list; 1.19 and later the v1 field first
 * (`controllers/handlers/golden-images/golden_images.go:412-418`, `api/v1beta1/conversion.go:20-35`).
 */
import type { HyperConvergedVersion } from './api-version.ts';
import { booleanAt, isObject, type Json, MalformedError, objectAt, stringAt } from './json.ts';

export const IMPORT_GATE = 'enableMultiArchBootImageImport';
export const V1_ONLY_FIELDS = 'hco.kubevirt.io/v1-only-fields';

export interface Gate {
  readonly enabled: boolean;
  /** Where the value was found, or would stand: a path in the CR of the version that was read. */
  readonly path: string;
  /** False where nothing says it and HCO's default, off, applies. */
  readonly explicit: boolean;
  /** Where the CR says the opposite, and HCO does not listen; undefined where it says it nowhere. */
  readonly overruled?: string | undefined;
}

/** Reads the effective gate of a HyperConverged object. Throws `MalformedError` where a member has the wrong type. */
export function readGate(object: unknown, version: HyperConvergedVersion): Gate {
  return version === 'v1' ? readV1Gate(object) : readV1beta1Gate(object);
}

const V1_FIELD_PATH = `spec.workloadSources.${IMPORT_GATE}`;
const FEATURE_GATES_PATH = 'spec.featureGates';
const LISTED_PATH = `${FEATURE_GATES_PATH}[${IMPORT_GATE}]`;

function readV1Gate(object: unknown): Gate {
  const field = booleanAt(object, 'spec', 'workloadSources', IMPORT_GATE);
  const listed = listedState(objectAt(object, 'spec')?.featureGates, FEATURE_GATES_PATH);
  if (field !== undefined) {
    const overruled = listed === undefined || listed === field ? {} : { overruled: LISTED_PATH };
    return { enabled: field, path: V1_FIELD_PATH, explicit: true, ...overruled };
  }
  if (listed !== undefined) return { enabled: listed, path: LISTED_PATH, explicit: true };
  return { enabled: false, path: V1_FIELD_PATH, explicit: false };
}

function readV1beta1Gate(object: unknown): Gate {
  const path = `${FEATURE_GATES_PATH}.${IMPORT_GATE}`;
  const gate = booleanAt(object, 'spec', 'featureGates', IMPORT_GATE);
  if (gate !== undefined) return { enabled: gate, path, explicit: true };
  const kept = keptV1Gate(stringAt(object, 'metadata', 'annotations', V1_ONLY_FIELDS));
  if (kept !== undefined) return { enabled: kept, path: `metadata.annotations[${V1_ONLY_FIELDS}]`, explicit: true };
  return { enabled: false, path, explicit: false };
}

/** A v1 object read as v1beta1 carries what v1beta1 cannot say in this annotation: without it a gate that is on would look off. */
function keptV1Gate(annotation: string | undefined): boolean | undefined {
  if (annotation === undefined) return undefined;
  try {
    const kept: unknown = JSON.parse(annotation);
    return booleanAt(kept, 'multiArchEnabled') ?? listedState(objectAt(kept)?.featureGates, 'featureGates');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MalformedError(`the annotation ${V1_ONLY_FIELDS} cannot be read: ${why}`, { cause: error });
  }
}

/** Names are compared without case, and a missing state means Enabled (`api/v1/featuregates/feature_gates.go:95-130`). */
function listedState(featureGates: Json | undefined, where: string): boolean | undefined {
  if (featureGates === undefined || featureGates === null) return undefined;
  // An upgrade from v1beta1 can leave an object where v1 wants a list (`hyperConvergedMutator.go:109-122`).
  if (isObject(featureGates)) return booleanAt(featureGates, IMPORT_GATE);
  if (!Array.isArray(featureGates) || !featureGates.every(isObject)) throw new MalformedError(`${where} is not a list of objects`);
  const entry = featureGates.find((gate: Json) => stringAt(gate, 'name')?.toLowerCase() === IMPORT_GATE.toLowerCase());
  return entry === undefined ? undefined : (stringAt(entry, 'state') ?? 'Enabled') === 'Enabled';
}

/** Where HCO reads it: `spec.… is true`, and over what it wins. */
export function gateSource({ enabled, path, explicit, overruled }: Gate): string {
  const wins = overruled === undefined ? '' : `, and wins over ${overruled}, which says ${!enabled}`;
  return `${path} ${explicit ? `is ${enabled}` : 'is not set'}${wins}`;
}
