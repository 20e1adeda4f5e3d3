/** `conversations.*`: reading the channel back, in pages. */
import { type Arguments, flagArgument, requiredArgument, textArgument } from './arguments.ts';
import type { Posted } from './channel.ts';
import { HISTORY_PAGE } from './limits.ts';
import { Refusal } from './refusal.ts';
import { compareTimestamps } from './timestamps.ts';
import { writeMessage } from './wire.ts';
import { type Method, requireChannel, type Workspace } from './workspace.ts';

/** Newest first, without the replies that are only in threads. https://docs.slack.dev/reference/methods/conversations.history */
export const readHistory: Method = (call, workspace) => {
  requireChannel(call, workspace.name);
  const shown = workspace.channel.all().filter(({ threadTs, broadcast }) => threadTs === undefined || broadcast);
  return page(shown.filter(within(call)).toReversed(), call, workspace);
};

/** The parent and its replies, oldest first. https://docs.slack.dev/reference/methods/conversations.replies */
export const readReplies: Method = (call, workspace) => {
  requireChannel(call, workspace.name);
  const parent = workspace.channel.find(requiredArgument(call, 'ts'));
  if (parent === undefined || parent.threadTs !== undefined) throw new Refusal('thread_not_found');
  const replies = workspace.channel.repliesTo(parent.ts).filter(within(call));
  return page([parent, ...replies], call, workspace);
};

/** Whether a message lies between `oldest` and `latest`; the ends themselves only when asked for. */
function within(call: Arguments): (posted: Posted) => boolean {
  const oldest = textArgument(call, 'oldest') ?? '0';
  const latest = textArgument(call, 'latest');
  const least = flagArgument(call, 'inclusive') ? 0 : Number.MIN_VALUE;
  return ({ ts }) => compareTimestamps(ts, oldest) >= least && (latest === undefined || compareTimestamps(latest, ts) >= least);
}

function page(messages: readonly Posted[], call: Arguments, { channel }: Workspace): Readonly<Record<string, unknown>> {
  const start = startOf(call);
  const end = start + sizeOf(call);
  const more = end < messages.length;
  const metadata = flagArgument(call, 'include_all_metadata');
  return {
    messages: messages.slice(start, end).map((posted) => writeMessage(posted, { metadata, replies: channel.repliesTo(posted.ts) })),
    has_more: more,
    ...(more ? { response_metadata: { next_cursor: Buffer.from(`start:${end}`).toString('base64') } } : {}),
  };
}

function sizeOf(call: Arguments): number {
  const limit = Number(textArgument(call, 'limit') ?? HISTORY_PAGE.usual);
  if (!Number.isInteger(limit) || limit < 1 || limit > HISTORY_PAGE.most) throw new Refusal('invalid_limit');
  return limit;
}

function startOf(call: Arguments): number {
  const cursor = textArgument(call, 'cursor');
  if (cursor === undefined) return 0;
  const start = /^start:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1];
  if (start === undefined) throw new Refusal('invalid_cursor');
  return Number(start);
}
