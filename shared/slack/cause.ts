/** What ended an incident, in a sentence. */
import { causeSentence } from '../golden-images/cause.ts';
import type { Resolution } from '../incidents/incident.ts';

/** What ended it, where that is known beside the input that makes it absent now. */
export function resolutionSentence({ cause, placementChanged, left }: Resolution): string {
  const sentence = causeSentence(cause);
  if (cause !== 'one-architecture') return sentence;
  if (placementChanged) return `the placement was narrowed: ${sentence}`;
  return left.length > 0 ? `nodes are gone: ${sentence}` : sentence;
}
