/** Sections: a text, fields in two columns, and something beside them. */
import type { ContextBlock, HeaderBlock, SectionBlock } from '@slack/types';
import { renderInteractive } from './actions.ts';
import { type Html, html } from './html.ts';
import { renderIcon } from './image.ts';
import { renderPlain, renderText } from './text-object.ts';
import type { View } from './view.ts';

/** A paragraph of a message. */
export function renderSection({ text, fields, accessory }: SectionBlock, view: View): Html {
  const body = text && html`<div class="text">${renderText(text, view)}</div>`;
  const cells =
    fields && html`<div class="fields">${fields.map((field) => html`<div class="text">${renderText(field, view)}</div>`)}</div>`;
  const beside = accessory && html`<div class="accessory">${renderAccessory(accessory)}</div>`;
  return html`<div class="section"><div class="section-text">${body}${cells}</div>${beside}</div>`;
}

/** A line in large letters. */
export function renderHeader({ text }: HeaderBlock): Html {
  return html`<h3 class="header">${renderPlain(text)}</h3>`;
}

/** A line in small letters. */
export function renderContext({ elements }: ContextBlock, view: View): Html {
  const parts = elements.map((element) =>
    element.type === 'image' ? renderIcon(element) : html`<span class="text">${renderText(element, view)}</span>`,
  );
  return html`<div class="context">${parts}</div>`;
}

function renderAccessory(accessory: NonNullable<SectionBlock['accessory']>): Html {
  return accessory.type === 'image' ? renderIcon(accessory) : renderInteractive(accessory);
}
