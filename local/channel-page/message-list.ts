/** The channel from top to bottom: messages and broadcast replies by time, with a line between days. */
import type { ChannelMessage } from '../embedded-slack/channel.ts';
import type { Ephemeral } from '../embedded-slack/ephemerals.ts';
import { formatDate } from './dates.ts';
import { type Html, html } from './html.ts';
import { renderBroadcast, renderEphemeral, renderMessage } from './message.ts';
import type { View } from './view.ts';

/** All that is in the channel for the person who looks, or a word on how to change that. */
export function renderMessages(messages: readonly ChannelMessage[], ephemerals: readonly Ephemeral[], view: View): Html {
  const threads = Map.groupBy(ephemerals, ({ threadTs }) => threadTs);
  const items = [
    ...messages.flatMap((message) => itemsOf(message, threads.get(message.ts) ?? [], view)),
    ...(threads.get(undefined) ?? []).map((ephemeral) => ({ at: Number(ephemeral.ts), rendered: renderEphemeral(ephemeral, view) })),
  ].toSorted((one, other) => one.at - other.at);
  if (items.length === 0) return EMPTY;
  const days = items.map(({ at }) => formatDate(at, '{day_divider_pretty}', view));
  return html`${items.map(({ rendered }, index) => [
    days[index] === days[index - 1] ? undefined : html`<div class="day" data-key="day-${days[index]}"><span>${days[index]}</span></div>`,
    rendered,
  ])}`;
}

interface Item {
  readonly at: number;
  readonly rendered: Html;
}

function itemsOf(message: ChannelMessage, ephemerals: readonly Ephemeral[], view: View): readonly Item[] {
  const broadcast = message.replies.filter((reply) => reply.broadcast);
  return [
    { at: Number(message.ts), rendered: renderMessage(message, ephemerals, view) },
    ...broadcast.map((reply) => ({ at: Number(reply.ts), rendered: renderBroadcast(reply, message, view) })),
  ];
}

const EMPTY = html`<div class="empty" data-key="empty"><img src="/channel/icon.svg" alt="" width="64" height="64">
<p><strong>Nothing has happened yet.</strong></p><p>Play the first step of the story; what archwatch has to say about it appears here.</p></div>`;
