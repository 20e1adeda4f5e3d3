/** The time in which all nodes were of one architecture, as far as the nodes that are there now can tell. */

import type { Node } from './node.ts';
import { architecturesOf } from './workload-nodes.ts';

export interface Era {
  readonly architecture: string;
  /** In ms: from its first node to the first node of another architecture. */
  readonly from: number;
  readonly until: number;
}

/** Something of an architecture that was there at a time. */
export interface Sighting {
  readonly architecture: string | undefined;
  /** RFC 3339. */
  readonly at: string | undefined;
}

/**
 * Undefined where the nodes say nothing certain: one has no time or no architecture, or all are the same now (then others may have left).
 * Nodes that left are not known, so anything of another architecture that was there before says that this time never was.
 */
export function singleArchitectureEra(nodes: readonly Node[], sightings: readonly Sighting[]): Era | undefined {
  if (architecturesOf(nodes).length < 2) return undefined;
  if (nodes.some(({ architecture, createdAt }) => architecture === '' || createdAt === undefined)) return undefined;
  const dated = nodes.map(({ architecture, createdAt }) => ({ architecture, at: Date.parse(createdAt ?? '') }));
  const first = dated.reduce((earliest, node) => (node.at < earliest.at ? node : earliest));
  const until = Math.min(...dated.filter(({ architecture }) => architecture !== first.architecture).map(({ at }) => at));
  const era = { architecture: first.architecture, from: first.at, until };
  return until > first.at && !sightings.some((sighting) => disproves(sighting, era)) ? era : undefined;
}

/** Whether something that was made then was made while only that architecture was there. */
export function isWithin({ from, until }: Era, at: string | undefined): boolean {
  if (at === undefined) return false;
  const time = Date.parse(at);
  return time >= from && time < until;
}

function disproves({ architecture, at }: Sighting, era: Era): boolean {
  return architecture !== undefined && architecture !== era.architecture && at !== undefined && Date.parse(at) < era.until;
}
