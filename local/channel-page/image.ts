/** Pictures: only said to be there, because nothing is fetched for this page. */
import type { ImageBlock, ImageElement } from '@slack/types';
import { type Html, html } from './html.ts';
import { renderPlain } from './text-object.ts';

/** A picture that stands by itself. */
export function renderImage({ title, alt_text }: ImageBlock): Html {
  const caption = title ? html`<figcaption>${renderPlain(title)}</figcaption>` : undefined;
  return html`<figure class="image">${caption}<div class="placeholder" role="img" aria-label="${alt_text}">${alt_text}</div></figure>`;
}

/** A small picture beside a text. */
export function renderIcon({ alt_text }: Pick<ImageElement, 'alt_text'>): Html {
  return html`<span class="icon placeholder" role="img" aria-label="${alt_text}" title="${alt_text}"></span>`;
}
