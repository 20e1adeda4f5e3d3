/** Messages as a person sees them: who, when, what, the files, and the thread below. */
import type { ChannelFile, ChannelMessage, Posted } from '../embedded-slack/channel.ts';
import type { Ephemeral } from '../embedded-slack/ephemerals.ts';
import { time } from './angle.ts';
import { renderBlocks } from './blocks.ts';
import { formatDate } from './dates.ts';
import { type Html, html, type Part } from './html.ts';
import { renderMrkdwn } from './mrkdwn.ts';
import { YOU } from './people.ts';
import { renderPlain } from './text-object.ts';
import type { View } from './view.ts';

/** A message of the channel with its thread; `ephemerals` are those of the thread. */
export function renderMessage(message: ChannelMessage, ephemerals: readonly Ephemeral[], view: View): Html {
  return renderArticle(message, { key: message.ts, below: renderThread(message.replies, ephemerals, view) }, view);
}

/** A message that nobody else sees. */
export function renderEphemeral(ephemeral: Ephemeral, view: View): Html {
  const { ts, text, blocks } = ephemeral;
  const posted = { ts, text, blocks, author: 'app', files: [], edits: 0, deleted: false } as const;
  const below = html`<p class="note"><button type="button" class="dismiss" data-dismiss="${ts}">Dismiss message</button></p>`;
  return renderArticle(posted, { key: ts, kind: 'ephemeral', above: ONLY_YOU, below }, view);
}

const ONLY_YOU = html`<p class="note">Only visible to you</p>`;

/** A reply that is also shown in the channel, with a word on where it belongs. */
export function renderBroadcast(reply: Posted, parent: Posted, view: View): Html {
  const above = html`<p class="note">replied to a thread: <a href="#message-${parent.ts}">${renderPlain({ type: 'plain_text', text: firstLine(parent) })}</a></p>`;
  return renderArticle(reply, { key: `broadcast-${reply.ts}`, above }, view);
}

interface Around {
  /** Tells the page's script which article is which. */
  readonly key: string;
  readonly kind?: 'ephemeral';
  readonly above?: Html | undefined;
  readonly below?: Html | undefined;
}

type Shown = Pick<Posted, 'ts' | 'author' | 'text' | 'blocks' | 'files' | 'edits' | 'deleted'>;

function renderArticle(posted: Shown, { key, kind, above, below }: Around, view: View): Html {
  return html`<article class="message ${kind ?? posted.author}" id="message-${key}" data-key="${key}" data-ts="${posted.ts}">
${renderAvatar(posted)}<div class="content">${renderHead(posted, view)}${above}${renderBody(posted, view)}${posted.files.map(renderFile)}${below}</div>
</article>`;
}

function renderAvatar({ author, deleted }: Shown): Html {
  if (deleted) return html`<span class="avatar gone" aria-hidden="true"></span>`;
  if (author === 'person') return html`<span class="avatar letter" aria-hidden="true">${YOU.charAt(0)}</span>`;
  return html`<img class="avatar" src="/channel/icon.svg" alt="" width="36" height="36">`;
}

function renderHead({ ts, author, edits, deleted }: Shown, view: View): Html {
  const seconds = Number(ts);
  const at = time(seconds, formatDate(seconds, '{time}', view) ?? '');
  if (deleted) return html`<header>${at}</header>`;
  const name = author === 'app' ? html`<strong>archwatch</strong> <span class="badge">APP</span>` : html`<strong>${YOU}</strong>`;
  const edited = edits === 0 ? undefined : html` <span class="edited">edited ${edits === 1 ? 'once' : `${edits} times`}</span>`;
  return html`<header>${name} ${at}${edited}</header>`;
}

function renderBody({ text, blocks, deleted }: Shown, view: View): Part {
  if (deleted) return html`<p class="gone">This message was deleted.</p>`;
  if (blocks.length > 0) return html`<div class="blocks">${renderBlocks(blocks, view)}</div>`;
  return text === '' ? undefined : html`<div class="blocks"><div class="text">${renderMrkdwn(text, view)}</div></div>`;
}

function renderFile({ id, name, title, content }: ChannelFile): Html {
  const lines = content.replace(/\n$/, '').split('\n').length;
  return html`<details class="file" data-key="file-${id}"><summary><span class="file-title">${title}</span>
<span class="file-name">${name === title ? '' : `${name} · `}${lines} ${lines === 1 ? 'line' : 'lines'}</span></summary><pre>${content}</pre></details>`;
}

function renderThread(replies: readonly Posted[], ephemerals: readonly Ephemeral[], view: View): Html | undefined {
  const all = [
    ...replies.map((reply) => ({ ts: reply.ts, rendered: renderReply(reply, view) })),
    ...ephemerals.map((ephemeral) => ({ ts: ephemeral.ts, rendered: renderEphemeral(ephemeral, view) })),
  ].toSorted((one, other) => Number(one.ts) - Number(other.ts));
  if (all.length === 0) return undefined;
  const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  const last = formatDate(Number(all.at(-1)?.ts), '{time}', view);
  const items = all.map(({ rendered }) => rendered);
  return html`<details class="thread" data-key="thread" open>
<summary><span class="count">${count}</span> <span class="last">last at ${last}</span></summary><div class="replies">${items}</div></details>`;
}

function renderReply(reply: Posted, view: View): Html {
  return renderArticle(reply, { key: reply.ts, above: reply.broadcast ? ALSO_SENT : undefined }, view);
}

const ALSO_SENT = html`<p class="note">also sent to the channel</p>`;

function firstLine({ text, deleted }: Posted): string {
  const [line = ''] = (deleted ? 'This message was deleted.' : text).split('\n');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line || 'a message';
}
