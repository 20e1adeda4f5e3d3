/** Who set the inputs of the predicates that stand in the CR, and whether that is what ended a condition. */
import type { Cause } from './cause.ts';
import { type FieldOwner, fieldOwner } from './field-owner.ts';
import { inBothVersions } from './field-paths.ts';
import { type HyperConverged, IMPORT_PATH, PLACEMENT_PATH } from './hyperconverged.ts';

/** Undefined where the field is not there, or nobody is known to own it. */
export interface SetBy {
  readonly gate: FieldOwner | undefined;
  readonly placement: FieldOwner | undefined;
}

const GATE_PATHS = inBothVersions('v1beta1', IMPORT_PATH.v1beta1);
const PLACEMENT_PATHS = inBothVersions('v1beta1', PLACEMENT_PATH.v1beta1);

/** Reads both owners. What has been taken away has none. */
export function readSetBy({ object, gate, placement }: Pick<HyperConverged, 'object' | 'gate' | 'placement'>): SetBy {
  return {
    gate: gate.explicit ? fieldOwner(object, GATE_PATHS) : undefined,
    placement: placement ? fieldOwner(object, PLACEMENT_PATHS) : undefined,
  };
}

const INPUTS: Readonly<Partial<Record<Cause, keyof SetBy>>> = {
  'import-enabled': 'gate',
  'import-disabled': 'gate',
  'one-architecture': 'placement',
  'no-workload-nodes': 'placement',
};
/** The API server's clock and ours differ by less than this. */
const CLOCK_SLACK_MS = 60_000;

/** Who wrote the input behind a cause, if that was not before `since` (RFC 3339); an older writing did not bring the cause about. */
export function whoSet(cause: Cause, setBy: SetBy, since: string): FieldOwner | undefined {
  const input = INPUTS[cause];
  const owner = input && setBy[input];
  return owner && Date.parse(owner.at) >= Date.parse(since) - CLOCK_SLACK_MS ? owner : undefined;
}
