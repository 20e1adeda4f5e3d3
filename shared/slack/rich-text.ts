/** Rich text elements: their text is literal, so nothing in it can become a mention, a link or a style. */
import type { KnownBlock, RichTextBlock, RichTextBlockElement, RichTextElement } from '@slack/web-api';

export type Block = KnownBlock;
export type Piece = RichTextElement;

export function words(text: string): Piece {
  return { type: 'text', text };
}

export function bold(text: string): Piece {
  return { type: 'text', text, style: { bold: true } };
}

export function code(text: string): Piece {
  return { type: 'text', text, style: { code: true } };
}

export function link(url: string, text: string): Piece {
  return { type: 'link', url, text };
}

/** A person, as Slack shows people. `id` is Slack's. */
export function user(id: string): Piece {
  return { type: 'user', user_id: id };
}

/** A moment in the reader's own time zone. `time` is RFC 3339. */
export function date(time: string): Piece {
  const moment = new Date(time);
  const fallback = `${moment.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return { type: 'date', timestamp: Math.floor(moment.getTime() / 1000), format: '{date_short_pretty} {time_secs}', fallback };
}

/** The same without styles, a date as its fallback. */
export function plainText(pieces: readonly Piece[]): string {
  return pieces.map((piece) => ('text' in piece ? (piece.text ?? '') : 'fallback' in piece ? (piece.fallback ?? '') : '')).join('');
}

export function paragraph(...pieces: readonly Piece[]): RichTextBlockElement {
  return { type: 'rich_text_section', elements: [...pieces] };
}

export function bullets(...items: readonly (readonly Piece[])[]): RichTextBlockElement {
  return {
    type: 'rich_text_list',
    style: 'bullet',
    elements: items.map((elements) => ({ type: 'rich_text_section', elements: [...elements] })),
  };
}

export function preformatted(text: string): RichTextBlockElement {
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] };
}

export function richText(...elements: readonly RichTextBlockElement[]): RichTextBlock {
  return { type: 'rich_text', elements: [...elements] };
}

/** Pieces with a separator between them. */
export function joined(pieces: readonly Piece[], separator: string): readonly Piece[] {
  return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [words(separator), piece]));
}
