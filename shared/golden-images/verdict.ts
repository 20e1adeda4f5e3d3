/** What a claim and the condition of the cluster mean together. */
import type { Condition } from './conditions.ts';

/** What a signal says: nothing, for all signals that are not alerts. */
export type Claim = 'firing' | 'resolved' | 'none';

export type Verdict = 'confirmed' | 'stale' | 'unverifiable' | 'contradicted' | 'resolved' | 'early-warning';

const VERDICTS: Readonly<Record<Claim, Readonly<Record<Condition['kind'], Verdict | null>>>> = {
  firing: { present: 'confirmed', absent: 'stale', unknown: 'unverifiable' },
  resolved: { present: 'contradicted', absent: 'resolved', unknown: 'unverifiable' },
  none: { present: 'early-warning', absent: null, unknown: null },
};

/** The verdict, or null where there is nothing to say. */
export function verdictOf(claim: Claim, condition: Condition['kind']): Verdict | null {
  return VERDICTS[claim][condition];
}
