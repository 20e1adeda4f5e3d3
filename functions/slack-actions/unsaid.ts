/** What is on record and not in the message yet. */
import { plain } from '../../shared/plain.ts';
import { words } from '../../shared/slack/rich-text.ts';
import { clip } from '../../shared/slack/text.ts';
import type { Answer } from './answer.ts';

const MAX_REASON = 300;

/** The same answer, with why the message does not show it. */
export function unsaid(answer: Answer, error: unknown): Answer {
  const why = ` That is on record; the message shows it with the next signal, for it could not be edited now: ${reasonOf(error)}`;
  return { ...answer, pieces: [...answer.pieces, words(why)] };
}

/** An error's own words, for a person. */
export function reasonOf(error: unknown): string {
  return clip(plain(error instanceof Error ? error.message : String(error)), MAX_REASON);
}
