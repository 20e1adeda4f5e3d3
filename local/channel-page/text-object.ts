/** Text objects: `mrkdwn` with its markup, `plain_text` as it is. */
import type { MrkdwnElement, PlainTextElement } from '@slack/types';
import { emoji, isEmoji, renderWords } from './emoji.ts';
import { type Html, html } from './html.ts';
import { renderMrkdwn } from './mrkdwn.ts';
import type { View } from './view.ts';

/** Renders either kind. */
export function renderText(text: PlainTextElement | MrkdwnElement, view: View): Html {
  return text.type === 'mrkdwn' ? renderMrkdwn(text.text, view) : renderPlain(text);
}

/** Plain text has no markup but emoji names, unless that is switched off. */
export function renderPlain({ text, emoji: withEmoji = true }: PlainTextElement): Html {
  const pieces = text.split(/:([a-z0-9_+-]+):/);
  return html`${pieces.map((piece, index) => {
    if (index % 2 === 0) return renderWords(piece);
    return withEmoji && isEmoji(piece) ? emoji(piece) : `:${piece}:`;
  })}`;
}
