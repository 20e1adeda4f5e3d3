/** Names of which there may be thousands, as bounded data for a record. */

export interface Names {
  readonly count: number;
  /** Sorted; the first of them. */
  readonly first: readonly string[];
}

export const NO_NAMES: Names = { count: 0, first: [] };

/** A record has room for so many. */
const MAX_NAMES = 100;

export function toNames(names: readonly string[]): Names {
  return { count: names.length, first: [...names].sort().slice(0, MAX_NAMES) };
}
