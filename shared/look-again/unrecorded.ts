/** What is kept of signals that could not be recorded: Alertmanager repeats itself every second, and memory is small. Pure. */
import type { Signal } from './signal.ts';

/** Of more groups than these the oldest go. */
const MAX_GROUPS = 20;

/**
 * The last word of each group, in the order in which they came: a delivery replaces what its group said before, but one that is cut
 * only adds. A list of Alertmanager's API is a group of its own.
 */
export function latestOf(signals: readonly Signal[]): readonly Signal[] {
  const byGroup = new Map<string, Signal>();
  for (const signal of signals) {
    const [claims] = signal.values();
    if (claims === undefined) continue;
    const name = claims.truncated ? `${claims.groupKey} ${claims.heardAt}` : claims.groupKey; // one that is cut only adds
    byGroup.delete(name);
    byGroup.set(name, signal);
  }
  return [...byGroup.values()].slice(-MAX_GROUPS);
}
