/** Rich text: a table from the kind of a part (paragraph, list, quote, code) to its renderer. */
import type { RichTextBlock, RichTextBlockElement, RichTextList } from '@slack/types';
import { type Html, html } from './html.ts';
import { renderPreformatted } from './preformatted.ts';
import { renderElement } from './rich-text-inline.ts';
import type { View } from './view.ts';

type Renderers = {
  readonly [Type in RichTextBlockElement['type']]: (part: Extract<RichTextBlockElement, { type: Type }>, view: View) => Html;
};

const renderers: Renderers = {
  rich_text_section: ({ elements }, view) => html`<p>${elements.map((element) => renderElement(element, view))}</p>`,
  rich_text_quote: ({ elements }, view) => html`<blockquote>${elements.map((element) => renderElement(element, view))}</blockquote>`,
  rich_text_preformatted: renderPreformatted,
  rich_text_list: renderList,
};

/** Renders the block, or what stands for it in a table or a title. */
export function renderRichText({ elements }: RichTextBlock, view: View): Html {
  return html`<div class="rich-text">${elements.map((part) => renderPart(part, view))}</div>`;
}

function renderPart<Type extends RichTextBlockElement['type']>(
  part: Extract<RichTextBlockElement, { type: Type }> & { type: Type },
  view: View,
): Html {
  return renderers[part.type](part, view);
}

function renderList({ elements, style, indent = 0 }: RichTextList, view: View): Html {
  const items = elements.map((item) => html`<li>${item.elements.map((element) => renderElement(element, view))}</li>`);
  return style === 'ordered' ? html`<ol class="indent-${indent}">${items}</ol>` : html`<ul class="indent-${indent}">${items}</ul>`;
}
