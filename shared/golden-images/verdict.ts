/** What a claim and the condition of the cluster mean together. */
import type { Condition } from './conditions.ts';

/** What a signal says: nothing, for all signals that are not alerts. */
export const CLAIMS = ['firing', 'resolved', 'none'] as const;
export type Claim = (typeof CLAIMS)[number];

export const VERDICTS = ['confirmed', 'stale', 'unverifiable', 'contradicted', 'resolved', 'early-warning'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Those of what is over. */
export const OVER: readonly Verdict[] = ['stale', 'resolved'];

const VERDICT_OF: Readonly<Record<Claim, Readonly<Record<Condition['kind'], Verdict | null>>>> = {
  firing: { present: 'confirmed', absent: 'stale', unknown: 'unverifiable' },
  resolved: { present: 'contradicted', absent: 'resolved', unknown: 'unverifiable' },
  none: { present: 'early-warning', absent: null, unknown: null },
};

/** The verdict, or null where there is nothing to say. */
export function verdictOf(claim: Claim, condition: Condition['kind']): Verdict | null {
  return VERDICT_OF[claim][condition];
}
