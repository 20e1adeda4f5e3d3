/** What can be clicked: links open, the rest is shown as it would be, but nobody listens behind it. */
import type { ActionsBlock, Button, Overflow, StaticSelect } from '@slack/types';
import { type Html, html } from './html.ts';
import { isSafe } from './links.ts';
import { renderPlain } from './text-object.ts';

/** A row of buttons and menus. */
export function renderActions({ elements }: ActionsBlock): Html {
  return html`<div class="actions">${elements.map(renderInteractive)}</div>`;
}

/** Any element that somebody could click. */
export function renderInteractive(element: ActionsBlock['elements'][number]): Html {
  if (element.type === 'button') return renderButton(element);
  if (element.type === 'overflow') return renderOverflow(element);
  if (element.type === 'static_select') return renderSelect(element);
  return html`<span class="unknown">${element.type}</span>`;
}

function renderButton({ text, url, style, accessibility_label }: Button): Html {
  const label = accessibility_label ?? text.text;
  if (url !== undefined && isSafe(url)) {
    return html`<a class="button ${style ?? ''}" href="${url}" target="_blank" rel="noopener noreferrer" aria-label="${label}">${renderPlain(text)}</a>`;
  }
  return html`<button type="button" class="button ${style ?? ''}" disabled title="Works in Slack; this page only shows it" aria-label="${label}">${renderPlain(text)}</button>`;
}

function renderOverflow({ options }: Overflow): Html {
  const list = options.map(({ text }) => text.text).join(', ');
  return html`<button type="button" class="button" disabled title="${list}" aria-label="More: ${list}">⋯</button>`;
}

function renderSelect({ placeholder, options = [], initial_option }: StaticSelect): Html {
  const shown = initial_option?.text.text ?? placeholder?.text ?? 'Choose';
  const list = options.map(({ text }) => text.text).join(', ');
  return html`<button type="button" class="button" disabled title="${list}">${shown} <span class="caret">▾</span></button>`;
}
