/** What one look says of an incident: its facts, or why there are none. */

import type { CheckedRemedy, ToldRemedy } from '../checked-remedy.ts';
import type { Evidence } from '../golden-images/conditions.ts';
import { readyPod } from '../golden-images/operator.ts';
import { count } from '../golden-images/words.ts';
import { plainStart } from '../plain.ts';
import { lastAtRisk } from './changes.ts';
import type { Episode, Facts } from './incident.ts';
import type { Look } from './look.ts';

/** What the look found; undefined where it failed. `lastPresent` is what was known while the condition was last present. */
export function factsOf({ judgement, served, operator, at, askedBy = [] }: Look, lastPresent: Facts | undefined): Facts | undefined {
  const { condition, remedies, atRisk } = judgement;
  if (condition.kind === 'unknown') return undefined;
  const schema = served?.v1HasImportField;
  return {
    checkedAt: at,
    condition,
    remedies: remedies.map((remedy) => told(remedy, condition.evidence)),
    preferredVersion: served?.preferred,
    schemaFailure: schema?.ok === false ? schema.failure : undefined,
    operator,
    atRisk,
    lastAtRisk: atRisk?.ok || condition.kind === 'absent' ? undefined : lastAtRisk(lastPresent),
    ...(askedBy.length > 0 ? { askedBy } : {}),
  };
}

/** A server says of a change what it likes, and as much. */
const MAX_WARNINGS = 10;
const MAX_WARNING = 300;
const MAX_REASON = 1_000;

/** Patches are for scripts: what is told has the command, and a part of a manifest only where a tool renders one. */
function told({ change, acceptance, ...remedy }: CheckedRemedy, evidence: Evidence | undefined): ToldRemedy {
  const isRendered = (evidence?.owners ?? []).length + remedy.appliers.length > 0;
  return {
    ...remedy,
    change: change && { prediction: change.prediction },
    yaml: isRendered ? remedy.yaml : undefined,
    reason: remedy.reason === undefined ? undefined : bounded(remedy.reason, MAX_REASON),
    acceptance: {
      ...acceptance,
      reason: acceptance.reason === undefined ? undefined : bounded(acceptance.reason, MAX_REASON),
      warnings: boundedList(acceptance.warnings),
    },
  };
}

/** Sorted: the server may say the same in another order each time. */
function boundedList(warnings: readonly string[]): readonly string[] {
  const more = warnings.length - MAX_WARNINGS;
  return [
    ...[...warnings]
      .sort()
      .slice(0, MAX_WARNINGS)
      .map((warning) => bounded(warning, MAX_WARNING)),
    ...(more > 0 ? [`and ${count(more, 'more warning')}`] : []),
  ];
}

function bounded(text: string, max: number): string {
  return text.length <= max ? text : `${plainStart(text, max)}…`;
}

/** Why the look found nothing, since the first that failed; undefined where it did not fail. */
export function failureOf(episode: Episode | undefined, { judgement, at }: Look): Episode['failure'] {
  const { condition } = judgement;
  return condition.kind === 'unknown' ? { since: episode?.failure?.since ?? at, unread: condition.unread } : undefined;
}

/**
 * What of an episode's facts makes a new revision: neither when they were found, nor who asked, nor by whom they were brought about. Of the operator
 * only what the message says of it, and no times or counts: its every restart would be an edit. Of a remedy whether the server takes it, and
 * not in which words it says so.
 */
export function factsContent({ verdict, facts }: Pick<Episode, 'verdict' | 'facts'>) {
  if (facts === undefined) return undefined;
  const { condition } = facts;
  const evidence = condition.evidence && { ...condition.evidence, setBy: undefined, lastChange: undefined };
  const operator = verdict === 'contradicted' || verdict === 'stale' ? operatorContent(facts) : undefined;
  const remedies = facts.remedies.map(remedyContent);
  return { ...facts, checkedAt: '', condition: { ...condition, evidence }, remedies, operator, lastAtRisk: undefined, askedBy: undefined };
}

/** Who wrote what it changes is said without the time. */
function remedyContent({ writers, acceptance, ...remedy }: ToldRemedy) {
  return {
    ...remedy,
    reason: reasonContent(remedy.reason, acceptance),
    acceptance: { ...acceptance, reason: undefined },
    writers: writers.map(({ manager, path }) => `${manager} ${path}`),
  };
}

/** Where the server refuses it, that and why are in the reason too: only what else is in it counts, if there was room for more. */
function reasonContent(reason: string | undefined, { accepted, reason: refusal }: ToldRemedy['acceptance']): string | undefined {
  if (accepted !== false || reason === undefined || refusal === undefined) return reason;
  return reason.includes(refusal) ? reason.replace(refusal, () => '') : '';
}

function operatorContent({ operator }: Facts): string | undefined {
  if (operator === undefined) return undefined;
  if (!operator.ok) return `not known: ${operator.failure.reason}`;
  if (operator.value.pods.length === 0) return 'no pod';
  return readyPod(operator.value) ? 'ready' : 'not ready';
}
