/** One CR in the two versions that are served: a conversion that loses something makes them differ. */
import type { HyperConvergedVersion } from './api-version.ts';
import { type HyperConverged, PLACEMENT_PATH } from './hyperconverged.ts';
import { isEqual, objectAt } from './json.ts';
import type { Read } from './read.ts';

type Input = 'multi-architecture import' | 'placement';

export interface CounterpartDifference {
  readonly version: HyperConvergedVersion;
  /** The inputs of the predicates in which it differs. */
  readonly inputs: readonly Input[];
}

/** Undefined where both say the same, or the other could not be read: it decides nothing. */
export function differenceTo(
  counterpart: Read<HyperConverged> | undefined,
  { version, object, gate }: HyperConverged,
): CounterpartDifference | undefined {
  if (!counterpart?.ok) return undefined;
  const other = counterpart.value;
  const [here, there] = [objectAt(object, ...PLACEMENT_PATH[version]), objectAt(other.object, ...PLACEMENT_PATH[other.version])];
  const inputs: readonly Input[] = [
    ...(other.gate.enabled === gate.enabled ? [] : ['multi-architecture import' as const]),
    ...(isEqual(here ?? {}, there ?? {}) ? [] : ['placement' as const]),
  ];
  return inputs.length === 0 ? undefined : { version: other.version, inputs };
}

/** Which of the two wins, and in what they differ; no full stop. `read` is the version of the CR that was judged. */
export function differenceSentence({ version, inputs }: CounterpartDifference, read: HyperConvergedVersion): string {
  return `read as ${version} the CR says otherwise (${inputs.join(', ')}): ${read} wins, by which this release of HCO decides`;
}
