import assert from 'node:assert/strict';
import type { Condition } from '../../../shared/golden-images/conditions.ts';
import { type Claim, type Verdict, verdictOf } from '../../../shared/golden-images/verdict.ts';

describe('the verdict', () => {
  const table: [claim: Claim, condition: Condition['kind'], verdict: Verdict | null][] = [
    ['firing', 'present', 'confirmed'],
    ['firing', 'absent', 'stale'],
    ['firing', 'unknown', 'unverifiable'],
    ['resolved', 'present', 'contradicted'],
    ['resolved', 'absent', 'resolved'],
    ['resolved', 'unknown', 'unverifiable'],
    ['none', 'present', 'early-warning'],
    ['none', 'absent', null],
    ['none', 'unknown', null],
  ];
  for (const [claim, condition, verdict] of table) {
    it(`is ${verdict} when the claim is ${claim} and the condition ${condition}`, () => assert.equal(verdictOf(claim, condition), verdict));
  }
});
