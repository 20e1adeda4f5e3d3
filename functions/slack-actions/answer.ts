/** What a person hears back of a click: for them alone, in plain sentences. */
import { type Piece, paragraph, plainText, preformatted, richText, words } from '../../shared/slack/rich-text.ts';
import { escapeMrkdwn } from '../../shared/slack/text.ts';
import type { Whispered } from '../../shared/slack/whisper.ts';

/** What became of a click, for logs and metrics. */
export type Outcome = 'checked' | 'acknowledged' | 'silenced' | 'nothing-to-do' | 'refused' | 'failed';

export interface Answer {
  readonly outcome: Outcome;
  readonly pieces: readonly Piece[];
  /** To be copied into a terminal. */
  readonly command?: string;
}

export function answer(outcome: Outcome, ...pieces: readonly (Piece | string)[]): Answer {
  return { outcome, pieces: pieces.map((piece) => (typeof piece === 'string' ? words(piece) : piece)) };
}

export function toWhisper({ pieces, command }: Answer): Whispered {
  const text = escapeMrkdwn([plainText(pieces), ...(command === undefined ? [] : [command])].join('\n'));
  return { text, blocks: [richText(paragraph(...pieces), ...(command === undefined ? [] : [preformatted(command)]))] };
}
