/** What stands in a line of rich text: a table from the type of an element to its renderer. */
import type { RichTextElement } from '@slack/types';
import { mention, time } from './angle.ts';
import { formatDate } from './dates.ts';
import { emoji, renderWords } from './emoji.ts';
import { type Html, html } from './html.ts';
import { link } from './links.ts';
import { nameOf } from './people.ts';
import type { View } from './view.ts';

type Renderers = { readonly [Type in RichTextElement['type']]: (element: Extract<RichTextElement, { type: Type }>, view: View) => Html };

const renderers: Renderers = {
  text: ({ text }) => renderWords(text),
  link: ({ url, text }) => link(url, text ?? url),
  emoji: ({ name, unicode }) => emoji(name, unicode),
  date: ({ timestamp, format, url, fallback }, view) => {
    const shown = time(timestamp, formatDate(timestamp, format, view) ?? fallback ?? '');
    return url === undefined ? shown : link(url, shown);
  },
  user: ({ user_id }) => mention(`@${nameOf(user_id)}`),
  usergroup: ({ usergroup_id }) => mention(`@${usergroup_id}`),
  channel: ({ channel_id }) => mention(`#${channel_id}`),
  team: ({ team_id }) => mention(`@${team_id}`),
  broadcast: ({ range }) => mention(`@${range}`),
  color: ({ value }) => html`<code>${value}</code>`,
};

/** Renders one element with its styles. */
export function renderElement<Type extends RichTextElement['type']>(
  element: Extract<RichTextElement, { type: Type }> & { type: Type },
  view: View,
): Html {
  return renderStyled(element, renderers[element.type](element, view));
}

/** Innermost first. */
function renderStyled({ style = {} }: RichTextElement, inner: Html): Html {
  let styled = inner;
  if (style.code) styled = html`<code>${styled}</code>`;
  if (style.strike) styled = html`<s>${styled}</s>`;
  if (style.underline) styled = html`<u>${styled}</u>`;
  if (style.italic) styled = html`<em>${styled}</em>`;
  return style.bold ? html`<strong>${styled}</strong>` : styled;
}
