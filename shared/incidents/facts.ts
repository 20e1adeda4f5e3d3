/** What one look says of an incident: its facts, or why there are none. */
import { readyPod } from '../golden-images/operator.ts';
import type { Episode, Facts } from './incident.ts';
import type { Look } from './look.ts';

/** What the look found; undefined where it failed. */
export function factsOf({ judgement, served, operator, at }: Look): Facts | undefined {
  const { condition, remedies } = judgement;
  if (condition.kind === 'unknown') return undefined;
  const schema = served?.v1HasImportField;
  return {
    checkedAt: at,
    condition,
    remedies,
    preferredVersion: served?.preferred,
    schemaFailure: schema?.ok === false ? schema.failure : undefined,
    operator,
  };
}

/** Why the look found nothing, since the first that failed; undefined where it did not fail. */
export function failureOf(episode: Episode | undefined, { judgement, at }: Look): Episode['failure'] {
  const { condition } = judgement;
  return condition.kind === 'unknown' ? { since: episode?.failure?.since ?? at, unread: condition.unread } : undefined;
}

/**
 * What of an episode's facts makes a new revision: neither when they were found, nor by whom they were brought about. Of the operator
 * only what the message says of it, and no times or counts: its every restart would be an edit.
 */
export function factsContent({ verdict, facts }: Pick<Episode, 'verdict' | 'facts'>) {
  if (facts === undefined) return undefined;
  const { condition } = facts;
  const evidence = condition.evidence && { ...condition.evidence, setBy: undefined };
  const operator = verdict === 'contradicted' || verdict === 'stale' ? operatorContent(facts) : undefined;
  return { ...facts, checkedAt: '', condition: { ...condition, evidence }, operator };
}

function operatorContent({ operator }: Facts): string | undefined {
  if (operator === undefined) return undefined;
  if (!operator.ok) return `not known: ${operator.failure.reason}`;
  if (operator.value.pods.length === 0) return 'no pod';
  return readyPod(operator.value) ? 'ready' : 'not ready';
}
