/** How the facts of two looks differ, where a person must not miss it. */
import type { AtRisk, Group, RiskReason } from '../golden-images/at-risk.ts';
import type { Evidence } from '../golden-images/conditions.ts';
import { whoSet } from '../golden-images/set-by.ts';
import type { FactChange, Facts, Resolution } from './incident.ts';
import { isSame } from './same.ts';

/** The differences that are worth a line in the thread; none where one of the two is not there. */
export function changesBetween(before: Facts | undefined, after: Facts | undefined): readonly FactChange[] {
  const [then, now] = [before?.condition.evidence, after?.condition.evidence];
  if (!then || !now) return [];
  const changes: FactChange[] = [
    { what: 'architecture-added', names: minus(now.architectures.workload, then.architectures.workload) },
    { what: 'architecture-gone', names: minus(then.architectures.workload, now.architectures.workload) },
    { what: 'images-added', names: minus(imagesAtRisk(after, now), imagesAtRisk(before, then)) },
    { what: 'images-gone', names: minus(imagesAtRisk(before, then), imagesAtRisk(after, now)) },
    ...machineChanges(before, after),
    { what: 'nodes-left', names: nodesLeft(then, now) },
  ];
  return changes.filter(({ names }) => names.length > 0);
}

/** Between who is at risk now and who was when that could last be read. */
function machineChanges(before: Facts | undefined, after: Facts | undefined): readonly FactChange[] {
  const [then, now] = [lastAtRisk(before), after?.atRisk?.ok ? after.atRisk.value : undefined];
  if (!then || !now) return [];
  return [
    { what: 'machines-added', names: onlyIn(now, then) },
    { what: 'machines-gone', names: onlyIn(then, now) },
  ];
}

/** Who was at risk when that was last known; undefined where it never was. */
export function lastAtRisk(facts: Facts | undefined): AtRisk | undefined {
  return facts?.atRisk?.ok ? facts.atRisk.value : facts?.lastAtRisk;
}

/**
 * The suspects in one that the other does not have at all, or has as no suspect though something now speaks against them. One of which nothing is
 * known is no news, or a cluster that makes a new machine for each of its jobs would never be quiet; nor is one that only lost or gained its
 * proof, as its guest stops or starts. Of thousands only the first are on record: then none can be told to be new.
 */
function onlyIn(one: AtRisk, other: AtRisk): readonly string[] {
  const { fine, suspect, unknown } = other;
  const newcomers = [fine, suspect, unknown].every(isComplete)
    ? minus(one.suspect.names, [...fine.names, ...suspect.names, ...unknown.names])
    : [];
  const convicted = isComplete(suspect) && proven(one) > proven(other) ? minus(one.suspect.names, suspect.names) : [];
  return [...new Set([...newcomers, ...convicted])].sort();
}

function isComplete({ count, names }: Group): boolean {
  return names.length === count;
}

const FOUND_AGAINST: readonly RiskReason[] = ['guest-differs', 'image-differs', 'selects-others'];

/** How many are suspect for something that was found, and not for want of it. */
function proven({ suspect }: AtRisk): number {
  const found = suspect.reasons.filter(({ reason }) => FOUND_AGAINST.includes(reason));
  return found.reduce((sum, { count }) => sum + count, 0);
}

/** Two changes as one: what came and went in between is none. */
export function mergeChanges(before: readonly FactChange[], after: readonly FactChange[]): readonly FactChange[] {
  const namesIn = (changes: readonly FactChange[], what: FactChange['what']) => changes.find((change) => change.what === what)?.names ?? [];
  const net = (what: FactChange['what'], opposite: FactChange['what'] | undefined) => {
    const undone = (changes: readonly FactChange[]) => (opposite ? namesIn(changes, opposite) : []);
    return [...new Set([...minus(namesIn(before, what), undone(after)), ...minus(namesIn(after, what), undone(before))])].sort();
  };
  const changes = OPPOSITES.map(([what, opposite]) => ({ what, names: net(what, opposite) }));
  return changes.filter(({ names }) => names.length > 0);
}

const OPPOSITES: readonly (readonly [FactChange['what'], FactChange['what'] | undefined])[] = [
  ['architecture-added', 'architecture-gone'],
  ['architecture-gone', 'architecture-added'],
  ['images-added', 'images-gone'],
  ['images-gone', 'images-added'],
  ['machines-added', 'machines-gone'],
  ['machines-gone', 'machines-added'],
  ['nodes-left', undefined],
];

/** What ended a condition that was present `before` and is absent `after`. */
export function resolutionOf(before: Facts | undefined, after: Facts): Resolution | undefined {
  if (after.condition.kind !== 'absent') return undefined;
  const { cause, evidence: now } = after.condition;
  const then = before?.condition.evidence;
  if (!then || !now) return { cause, placementChanged: false, left: [] };
  const placementChanged = !isSame(then.placement, now.placement);
  const isSetNow = now.gate.enabled !== then.gate.enabled || placementChanged;
  const by = isSetNow ? whoSet(cause, now.setBy, before.checkedAt) : undefined;
  return { cause, placementChanged, left: nodesLeft(then, now), ...(by ? { by } : {}) };
}

/** Workload nodes that are no longer there; sorted. */
function nodesLeft(then: Evidence, now: Evidence): readonly string[] {
  return minus(workloadNodeNames(then), workloadNodeNames(now));
}

function workloadNodeNames({ rows }: Evidence): readonly string[] {
  return rows.flatMap(({ nodes }) => nodes);
}

/** The golden images that the condition is about: those that it hits, or all where it is not about single ones. */
function imagesAtRisk(facts: Facts | undefined, evidence: Evidence): readonly string[] {
  const judged = facts?.condition.goldenImages ?? [];
  if (judged.length === 0) return evidence.goldenImages;
  return judged.filter(({ condition }) => condition === 'present').map(({ name }) => name);
}

function minus(names: readonly string[], without: readonly string[]): readonly string[] {
  const gone = new Set(without);
  return names.filter((name) => !gone.has(name)).sort();
}
