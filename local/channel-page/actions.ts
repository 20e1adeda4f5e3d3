/** What can be clicked: links open, buttons and menus with an id are told to the app. The rest is shown as it would be. */
import type { ActionsBlock, Button, ConfirmationDialog, Overflow, StaticSelect } from '@slack/types';
import { type Html, html, NONE } from './html.ts';
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

/** The page's script finds by the attributes what was clicked, and what has to be asked first. */
function renderButton({ text, url, style, accessibility_label, action_id, confirm }: Button): Html {
  const label = accessibility_label ?? text.text;
  if (url !== undefined && isSafe(url)) {
    return html`<a class="button ${style ?? ''}" href="${url}" target="_blank" rel="noopener noreferrer" aria-label="${label}">${renderPlain(text)}</a>`;
  }
  const use = action_id === undefined ? NOT_HERE : html`data-action="${action_id}"${question(confirm)}`;
  return html`<button type="button" class="button ${style ?? ''}" ${use} aria-label="${label}">${renderPlain(text)}</button>`;
}

const NOT_HERE = html`disabled title="Works in Slack; this page only shows it"`;

function renderOverflow({ options }: Overflow): Html {
  const list = options.map(({ text }) => text.text).join(', ');
  return html`<button type="button" class="button" disabled title="${list}" aria-label="More: ${list}">⋯</button>`;
}

function renderSelect({ placeholder, options = [], initial_option, action_id, confirm }: StaticSelect): Html {
  const shown = html`${initial_option?.text.text ?? placeholder?.text ?? 'Choose'} <span class="caret">▾</span>`;
  if (action_id === undefined) {
    const list = options.map(({ text }) => text.text).join(', ');
    return html`<button type="button" class="button" disabled title="${list}">${shown}</button>`;
  }
  const items = options.map(
    ({ text, value }) =>
      html`<button type="button" data-action="${action_id}" data-option="${value ?? ''}"${question(confirm)}>${renderPlain(text)}</button>`,
  );
  return html`<details class="menu" data-key="menu-${action_id}"><summary class="button">${shown}</summary><div class="options">${items}</div></details>`;
}

/** What Slack asks before it tells the app; its own words where the app has none. */
function question(confirm: ConfirmationDialog | undefined): Html {
  if (confirm === undefined) return NONE;
  const { title, text, confirm: yes, deny: no } = confirm;
  return html` data-ask="${text.text}" data-title="${title?.text ?? 'Are you sure?'}" data-yes="${yes?.text ?? 'Yes'}" data-no="${no?.text ?? 'Cancel'}"`;
}
