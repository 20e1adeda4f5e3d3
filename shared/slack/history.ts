/** Reading the channel back: what stands there that we have posted, found by its metadata. */
import type { Call } from './client.ts';

/** A message or reply with metadata, and the files of one without. */
export interface HistoryMessage {
  readonly channel: string;
  readonly ts: string;
  /** `metadata.event_type`; empty where there is none. */
  readonly eventType: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly files: readonly HistoryFile[];
}

export interface HistoryFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

export interface HistoryOptions {
  /** Nothing older is read. */
  readonly oldest: Date;
  /** No further page is begun after this time, in ms since the epoch: what is older stays unread. */
  readonly until: number;
}

export interface History {
  /** The channel's own messages, newest first. Throws `SlackError`; without the scope its code is `missing_scope`. */
  readonly messages: (options: HistoryOptions) => Promise<readonly HistoryMessage[]>;
  /** The replies in a message's thread, oldest first; throws as above. */
  readonly replies: (ts: string, options: HistoryOptions) => Promise<readonly HistoryMessage[]>;
}

/** Slack recommends no more. https://docs.slack.dev/reference/methods/conversations.history */
const PAGE = 200;

/** At most so many pages in a row: Slack allows 50 a minute, and others need some of them. */
const MAX_PAGES = 12;

/** Only what we have posted ourselves: anybody in the workspace can write metadata like ours. */
export function createHistory(call: Call, channel: string, now: () => Date): History {
  const ourselves = once(() => call('auth.test', (client, token) => client.auth.test({ token })));
  const read = (method: 'conversations.history' | 'conversations.replies', thread: object, { oldest, until }: HistoryOptions) =>
    pages(until, now, (cursor) =>
      call(method, async (client, token) => {
        const page = { channel, oldest: (oldest.getTime() / 1_000).toFixed(6), include_all_metadata: true, limit: PAGE };
        return client.apiCall(method, { token, ...thread, ...page, ...(cursor ? { cursor } : {}) });
      }),
    );
  const ours = async (messages: readonly WireMessage[]) => {
    const { bot_id: bot, user_id: user } = await ourselves();
    const isOurs = (message: WireMessage) => (bot !== undefined && message.bot_id === bot) || (user !== undefined && message.user === user);
    return messages.filter(isOurs).map((message) => toMessage(channel, message));
  };
  return {
    messages: async (options) => ours(await read('conversations.history', {}, options)),
    replies: async (ts, options) => {
      const thread = await read('conversations.replies', { ts }, options);
      return ours(thread.filter((message) => message.ts !== ts)); // the parent comes first
    },
  };
}

/** Asked again only after it failed. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask().catch((error) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}

/** What the SDK types of a page in use here. */
interface Page {
  readonly messages?: readonly WireMessage[];
  readonly response_metadata?: { readonly next_cursor?: string };
}

interface WireMessage {
  readonly ts?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: object };
  readonly files?: readonly { readonly name?: string; readonly size?: number }[];
}

async function pages(until: number, now: () => Date, read: (cursor: string | undefined) => Promise<Page>): Promise<readonly WireMessage[]> {
  const found: WireMessage[] = [];
  let cursor: string | undefined;
  let count = 0;
  do {
    const page = await read(cursor);
    count += 1;
    found.push(...(page.messages ?? []));
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor && count < MAX_PAGES && now().getTime() < until);
  return found;
}

function toMessage(channel: string, { ts = '', metadata, files = [] }: WireMessage): HistoryMessage {
  return {
    channel,
    ts,
    eventType: metadata?.event_type ?? '',
    payload: { ...metadata?.event_payload },
    files: files.map(({ name = '', size = -1 }) => ({ name, size })),
  };
}
