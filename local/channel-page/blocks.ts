/** Block Kit as HTML: a table from the type of a block to its renderer. */
import type { BlockTypes, Container, MessageBlock } from '../embedded-slack/block-schemas.ts';
import { renderActions } from './actions.ts';
import { type Html, html } from './html.ts';
import { renderIcon, renderImage } from './image.ts';
import { renderRichText } from './rich-text.ts';
import { renderContext, renderHeader, renderSection } from './section.ts';
import { renderTable } from './table.ts';
import { renderPlain, renderText } from './text-object.ts';
import type { View } from './view.ts';

const renderers: { readonly [Type in keyof BlockTypes]: (block: BlockTypes[Type], view: View) => Html } = {
  section: renderSection,
  header: renderHeader,
  context: renderContext,
  divider: () => html`<hr>`,
  actions: renderActions,
  rich_text: renderRichText,
  table: renderTable,
  image: renderImage,
  container: renderContainer,
  // Slack turns the Markdown into blocks of its own; here it is shown as it was sent.
  markdown: ({ text }) => html`<pre class="markdown">${text}</pre>`,
};

/** Renders the blocks of a message, in their order. */
export function renderBlocks(blocks: readonly MessageBlock[], view: View): Html {
  return html`${blocks.map((block) => renderBlock(block, view))}`;
}

function renderBlock<Type extends keyof BlockTypes>(block: BlockTypes[Type] & { type: Type }, view: View): Html {
  return html`<div class="block">${renderers[block.type](block, view)}</div>`;
}

function renderContainer(block: Container, view: View): Html {
  const head = html`${block.icon && renderIcon(block.icon)}<span class="container-title">${renderTitle(block, view)}</span>${
    block.subtitle && html`<span class="container-subtitle">${renderText(block.subtitle, view)}</span>`
  }`;
  const body = html`<div class="container-body">${renderBlocks(block.child_blocks, view)}</div>`;
  if (!block.is_collapsible) return html`<section class="container"><div class="container-head">${head}</div>${body}</section>`;
  const open = block.default_collapsed ? html`` : html` open`;
  return html`<details class="container"${open}><summary class="container-head">${head}</summary>${body}</details>`;
}

function renderTitle({ title, rich_text_title }: Container, view: View): Html {
  if (rich_text_title) return renderRichText(rich_text_title, view);
  return title ? renderPlain(title) : html``;
}
