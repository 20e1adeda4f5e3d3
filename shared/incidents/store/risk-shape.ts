/** The shape of who is at risk. */
import type { AtRisk, Group, RiskReason } from '../../golden-images/at-risk.ts';
import { failedRead } from './evidence-shape.ts';
import { list, number, object, oneOf, text } from './shape.ts';

const group = object<Group>({
  count: number,
  names: list(text),
  reasons: list(
    object({
      reason: oneOf<RiskReason>({
        'own-guest': true,
        'guest-of-a-clone': true,
        'imported-for-it': true,
        preference: true,
        'older-than-others': true,
        'guest-differs': true,
        'image-differs': true,
        'selects-others': true,
        'not-the-default': true,
        'nothing-known': true,
        contradictory: true,
        'no-architecture': true,
      }),
      count: number,
    }),
  ),
});
export const atRisk = object<AtRisk>({ total: number, fine: group, suspect: group, unknown: group, unread: list(failedRead) });
