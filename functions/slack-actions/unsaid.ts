/** What is on record and not in the message yet. */
import { words } from '../../shared/slack/rich-text.ts';
import type { Answer } from './answer.ts';
import { reasonOf } from './reason.ts';

/** The same answer, with why the message does not show it. */
export function unsaid(answer: Answer, error: unknown): Answer {
  const why = ` That is on record; the message shows it with the next signal, for it could not be edited now: ${reasonOf(error)}`;
  return { ...answer, pieces: [...answer.pieces, words(why)] };
}
