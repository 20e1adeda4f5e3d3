/** What ended an incident, in a sentence. */
import { causeSentence } from '../golden-images/cause.ts';
import type { FieldOwner } from '../golden-images/field-owner.ts';
import { whoSet } from '../golden-images/set-by.ts';
import type { Episode, Incident, Resolution } from '../incidents/incident.ts';
import { date, type Piece, words } from './rich-text.ts';
import { shortName } from './text.ts';

/** What ended it, where that is known beside the input that makes it absent now. */
export function resolutionSentence({ cause, placementChanged, left }: Omit<Resolution, 'by'>): string {
  const sentence = causeSentence(cause);
  if (cause !== 'one-architecture') return sentence;
  if (placementChanged) return `the placement was narrowed: ${sentence}`;
  return left.length > 0 ? `nodes are gone: ${sentence}` : sentence;
}

/** ` (set by kubectl-edit at …)`; nothing where that is not known. */
export function setByWords(by: FieldOwner | undefined): readonly Piece[] {
  return by ? [words(` (set by ${shortName(by.manager)} at `), date(by.at), words(')')] : [];
}

/** The input behind an alert that was over before anything was read: set since it began, or nobody knows. */
export function setSinceItBegan({ series }: Incident, { facts }: Episode): FieldOwner | undefined {
  if (facts?.condition.kind !== 'absent' || facts.condition.evidence === undefined) return undefined;
  const [began] = series
    .filter(({ status }) => status === 'firing')
    .map(({ startsAt }) => startsAt)
    .sort(byTime);
  return began === undefined ? undefined : whoSet(facts.condition.cause, facts.condition.evidence.setBy, began);
}

function byTime(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}
