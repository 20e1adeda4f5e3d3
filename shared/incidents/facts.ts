/** What one look says of an incident: its facts, or why there are none. */
import type { Look } from './advance.ts';
import type { Episode, Facts } from './incident.ts';

/** What the look found; undefined where it failed. */
export function factsOf({ judgement, served, at }: Look): Facts | undefined {
  const { condition, remedies } = judgement;
  if (condition.kind === 'unknown') return undefined;
  const schema = served?.v1HasImportField;
  return {
    checkedAt: at,
    condition,
    remedies,
    preferredVersion: served?.preferred,
    schemaFailure: schema?.ok === false ? schema.failure : undefined,
  };
}

/** Why the look found nothing, since the first that failed; undefined where it did not fail. */
export function failureOf(episode: Episode | undefined, { judgement, at }: Look): Episode['failure'] {
  const { condition } = judgement;
  return condition.kind === 'unknown' ? { since: episode?.failure?.since ?? at, unread: condition.unread } : undefined;
}
