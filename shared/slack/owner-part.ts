/** Who owns the CR: where a change belongs that is meant to last, and what changed last. */
import { count } from '../golden-images/words.ts';
import type { Facts } from '../incidents/incident.ts';
import { ownerSentence } from './owner-words.ts';
import { bold, bullets, date, type Piece, paragraph, richText, words } from './rich-text.ts';
import { shortName } from './text.ts';

/** One tool writes a CR, and two fight for it. */
const MAX_OWNERS = 3;

/** Undefined where the CR says nothing of it. */
export function ownerPart({ condition: { evidence } }: Facts) {
  if (!evidence) return undefined;
  const owners = evidence.owners.slice(0, MAX_OWNERS).map((owner) => [words(ownerSentence(owner))]);
  const more = evidence.owners.length - owners.length;
  const items = [...owners, ...(more > 0 ? [[words(`and ${count(more, 'more tool')}`)]] : []), ...lastChange(evidence.lastChange)];
  return items.length > 0 ? richText(paragraph(bold('Owner')), bullets(...items)) : undefined;
}

function lastChange(owner: { readonly manager: string; readonly at: string } | undefined): readonly (readonly Piece[])[] {
  return owner ? [[words(`The spec was last changed by ${shortName(owner.manager)} at `), date(owner.at)]] : [];
}
