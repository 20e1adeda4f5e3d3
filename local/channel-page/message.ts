/** Messages as a person sees them: who, when, what, the files, and the thread below. */
import type { ChannelFile, ChannelMessage, Posted } from '../embedded-slack/channel.ts';
import { time } from './angle.ts';
import { renderBlocks } from './blocks.ts';
import { formatDate } from './dates.ts';
import { type Html, html, type Part } from './html.ts';
import { renderMrkdwn } from './mrkdwn.ts';
import { renderPlain } from './text-object.ts';
import type { View } from './view.ts';

/** A message of the channel with its thread. */
export function renderMessage(message: ChannelMessage, view: View): Html {
  return renderArticle(message, { key: message.ts, below: renderThread(message.replies, view) }, view);
}

/** A reply that is also shown in the channel, with a word on where it belongs. */
export function renderBroadcast(reply: Posted, parent: Posted, view: View): Html {
  const above = html`<p class="note">replied to a thread: <a href="#message-${parent.ts}">${renderPlain({ type: 'plain_text', text: firstLine(parent) })}</a></p>`;
  return renderArticle(reply, { key: `broadcast-${reply.ts}`, above }, view);
}

interface Around {
  /** Tells the page's script which article is which. */
  readonly key: string;
  readonly above?: Html | undefined;
  readonly below?: Html | undefined;
}

function renderArticle(posted: Posted, { key, above, below }: Around, view: View): Html {
  return html`<article class="message ${posted.author}" id="message-${key}" data-key="${key}">
${renderAvatar(posted)}<div class="content">${renderHead(posted, view)}${above}${renderBody(posted, view)}${posted.files.map(renderFile)}${below}</div>
</article>`;
}

function renderAvatar({ author, deleted }: Posted): Html {
  if (deleted) return html`<span class="avatar gone" aria-hidden="true"></span>`;
  if (author === 'person') return html`<span class="avatar letter" aria-hidden="true">Y</span>`;
  return html`<img class="avatar" src="/channel/icon.svg" alt="" width="36" height="36">`;
}

function renderHead({ ts, author, edits, deleted }: Posted, view: View): Html {
  const seconds = Number(ts);
  const at = time(seconds, formatDate(seconds, '{time}', view) ?? '');
  if (deleted) return html`<header>${at}</header>`;
  const name = author === 'app' ? html`<strong>archwatch</strong> <span class="badge">APP</span>` : html`<strong>You</strong>`;
  const edited = edits === 0 ? undefined : html` <span class="edited">edited ${edits === 1 ? 'once' : `${edits} times`}</span>`;
  return html`<header>${name} ${at}${edited}</header>`;
}

function renderBody({ text, blocks, deleted }: Posted, view: View): Part {
  if (deleted) return html`<p class="gone">This message was deleted.</p>`;
  if (blocks.length > 0) return html`<div class="blocks">${renderBlocks(blocks, view)}</div>`;
  return text === '' ? undefined : html`<div class="blocks"><div class="text">${renderMrkdwn(text, view)}</div></div>`;
}

function renderFile({ id, name, title, content }: ChannelFile): Html {
  const lines = content.replace(/\n$/, '').split('\n').length;
  return html`<details class="file" data-key="file-${id}"><summary><span class="file-title">${title}</span>
<span class="file-name">${name === title ? '' : `${name} · `}${lines} ${lines === 1 ? 'line' : 'lines'}</span></summary><pre>${content}</pre></details>`;
}

function renderThread(replies: readonly Posted[], view: View): Html | undefined {
  if (replies.length === 0) return undefined;
  const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  const last = formatDate(Number(replies.at(-1)?.ts), '{time}', view);
  const items = replies.map((reply) => renderArticle(reply, { key: reply.ts, above: reply.broadcast ? ALSO_SENT : undefined }, view));
  return html`<details class="thread" data-key="thread" open>
<summary><span class="count">${count}</span> <span class="last">last at ${last}</span></summary><div class="replies">${items}</div></details>`;
}

const ALSO_SENT = html`<p class="note">also sent to the channel</p>`;

function firstLine({ text, deleted }: Posted): string {
  const [line = ''] = (deleted ? 'This message was deleted.' : text).split('\n');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line || 'a message';
}
