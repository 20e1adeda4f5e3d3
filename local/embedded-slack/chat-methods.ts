/** `chat.*`: posting, editing and deleting messages. */
import { type Arguments, flagArgument, requiredArgument, textArgument } from './arguments.ts';
import type { Channel, Posted } from './channel.ts';
import { parseContent } from './message-content.ts';
import { Refusal } from './refusal.ts';
import { writeMessage } from './wire.ts';
import { type Method, PERSON, requireChannel } from './workspace.ts';

/** https://docs.slack.dev/reference/methods/chat.postMessage */
export const postMessage: Method = (call, { name, channel }) => {
  requireChannel(call, name, { byName: true });
  const content = parseContent(call);
  const thread = findThread(call, channel);
  const posted = channel.post({
    ...content,
    ...thread,
    author: 'app',
    broadcast: 'threadTs' in thread && flagArgument(call, 'reply_broadcast'),
  });
  return { channel: name.id, ts: posted.ts, message: writeMessage(posted, { metadata: true, replies: [] }) };
};

/** https://docs.slack.dev/reference/methods/chat.update */
export const updateMessage: Method = (call, { name, channel }) => {
  requireChannel(call, name);
  const posted = findOwn(call, channel, 'cant_update_message');
  const edited = channel.edit(posted, parseContent(call));
  const message = writeMessage(edited, { metadata: true, replies: channel.repliesTo(edited.ts) });
  return { channel: name.id, ts: edited.ts, text: edited.text, message };
};

/** https://docs.slack.dev/reference/methods/chat.delete */
export const deleteMessage: Method = (call, { name, channel }) => {
  requireChannel(call, name);
  const posted = findOwn(call, channel, 'cant_delete_message');
  channel.remove(posted);
  return { channel: name.id, ts: posted.ts };
};

/** The channel has one person in it. https://docs.slack.dev/reference/methods/chat.postEphemeral */
export const postEphemeral: Method = (call, { name, channel, ephemerals }) => {
  requireChannel(call, name, { byName: true });
  if (requiredArgument(call, 'user') !== PERSON.user) throw new Refusal('user_not_in_channel');
  const { ts } = ephemerals.show({ ...parseContent(call), ...findThread(call, channel) });
  return { message_ts: ts };
};

/** The thread that a call wants to answer in. Slack wants its parent, and so do we, also when that one was deleted. */
export function findThread(call: Arguments, channel: Channel): { readonly threadTs: string } | Record<string, never> {
  const threadTs = textArgument(call, 'thread_ts');
  if (threadTs === undefined) return {};
  const parent = channel.find(threadTs);
  if (parent === undefined || parent.deleted || parent.threadTs !== undefined) throw new Refusal('thread_not_found');
  return { threadTs };
}

function findOwn(call: Arguments, channel: Channel, refusal: string): Posted {
  const posted = channel.find(requiredArgument(call, 'ts'));
  if (posted === undefined || posted.deleted) throw new Refusal('message_not_found');
  if (posted.author !== 'app') throw new Refusal(refusal);
  return posted;
}
