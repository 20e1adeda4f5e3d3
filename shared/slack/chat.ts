/** The channel: posts, edits, replies and files, through Slack's SDK. Nothing is tried twice here: the delivery comes again. */
import type { Reply } from './announcement.ts';
import { type Call, createSlackClient, type SlackClientOptions } from './client.ts';
import { createHistory, type History } from './history.ts';
import type { AttachedFile, Message } from './message.ts';
import { SlackError } from './refusal.ts';
import type { Block } from './rich-text.ts';

export interface PostedMessage {
  readonly channel: string;
  readonly ts: string;
}

/** A message of its own, about no incident. */
export interface Notice {
  /** For notifications and screen readers; mrkdwn. */
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly metadata: { readonly event_type: string; readonly event_payload: Readonly<Record<string, string | number | boolean>> };
}

/** Each throws `SlackError` where Slack did not do it. */
export interface Chat extends History {
  /** The id of the channel that everything is posted to. */
  readonly channel: string;
  readonly post: (message: Message) => Promise<PostedMessage>;
  readonly edit: (posted: PostedMessage, message: Message) => Promise<void>;
  readonly reply: (posted: PostedMessage, reply: Reply) => Promise<void>;
  readonly attach: (posted: PostedMessage, file: AttachedFile) => Promise<void>;
  /** Deletes a message of ours; one that is not there any more is fine. */
  readonly remove: (posted: PostedMessage) => Promise<void>;
  readonly notify: (notice: Notice) => Promise<PostedMessage>;
}

export interface ChatOptions extends SlackClientOptions {
  readonly channel: string;
}

export function createChat({ channel, ...options }: ChatOptions): Chat {
  const call = createSlackClient(options);
  return {
    channel,
    ...createHistory(call, channel, options.now),
    post: (message) => withSimplerBlocks(message, (blocks) => post(call, channel, { ...message, blocks })),
    edit: (posted, message) =>
      withSimplerBlocks(message, async (blocks) => {
        const { text, metadata } = message;
        await call('chat.update', (client, token) => client.chat.update({ token, ...posted, text, blocks: [...blocks], metadata }));
      }),
    reply: async ({ channel: id, ts }, { text, blocks, metadata, broadcast }) => {
      const thread = { channel: id, thread_ts: ts, reply_broadcast: broadcast, text, blocks: [...blocks], metadata, ...NO_UNFURLING };
      await call('chat.postMessage', (client, token) => client.chat.postMessage({ token, ...thread }));
    },
    attach: async ({ channel: id, ts }, { name, title, content }) => {
      const file = { filename: name, title, content };
      await call('files.upload', (client, token) => client.filesUploadV2({ token, channel_id: id, thread_ts: ts, ...file }));
    },
    remove: async (posted) => {
      try {
        await call('chat.delete', (client, token) => client.chat.delete({ token, ...posted }));
      } catch (error) {
        if (!(error instanceof SlackError) || error.refusal !== 'gone') throw error;
      }
    },
    notify: (notice) => post(call, channel, notice),
  };
}

const NO_UNFURLING = { unfurl_links: false, unfurl_media: false };

async function post(call: Call, channel: string, { text, blocks, metadata }: Notice | Message): Promise<PostedMessage> {
  const message = { channel, text, blocks: [...blocks], metadata: { ...metadata }, ...NO_UNFURLING };
  const posted = await call('chat.postMessage', (client, token) => client.chat.postMessage({ token, ...message }));
  if (posted.ts && posted.channel) return { channel: posted.channel, ts: posted.ts };
  throw new SlackError('chat.postMessage', 'failed', 'the answer names no message');
}

/** Folding is young, and the limit of the whole is not published: a Slack that refuses it gets it unfolded, then in its shortest form. */
async function withSimplerBlocks<T>(
  { blocks, flatBlocks, shortBlocks }: Message,
  send: (blocks: readonly Block[]) => Promise<T>,
): Promise<T> {
  return send(blocks)
    .catch(simpler(() => send(flatBlocks)))
    .catch(simpler(() => send(shortBlocks)));
}

function simpler<T>(send: () => Promise<T>): (error: unknown) => Promise<T> {
  return (error) => {
    if (error instanceof SlackError && error.refusal === 'invalid-blocks') return send();
    throw error;
  };
}
