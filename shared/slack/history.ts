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
  /** No page is begun after this time, in ms since the epoch: what is older stays unread. */
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

export function createHistory(call: Call, channel: string, now: () => Date): History {
  const read = (method: 'conversations.history' | 'conversations.replies', thread: object, { oldest, until }: HistoryOptions) =>
    pages(until, now, (cursor) =>
      call(method, async (client, token) => {
        const page = { channel, oldest: (oldest.getTime() / 1_000).toFixed(6), include_all_metadata: true, limit: PAGE };
        return client.apiCall(method, { token, ...thread, ...page, ...(cursor ? { cursor } : {}) });
      }),
    );
  return {
    messages: async (options) => (await read('conversations.history', {}, options)).map((message) => toMessage(channel, message)),
    replies: async (ts, options) => {
      const thread = await read('conversations.replies', { ts }, options);
      return thread.map((message) => toMessage(channel, message)).filter((message) => message.ts !== ts); // the parent comes first
    },
  };
}

/** What the SDK types of a page in use here. */
interface Page {
  readonly messages?: readonly WireMessage[];
  readonly response_metadata?: { readonly next_cursor?: string };
}

interface WireMessage {
  readonly ts?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: object };
  readonly files?: readonly { readonly name?: string; readonly size?: number }[];
}

async function pages(until: number, now: () => Date, read: (cursor: string | undefined) => Promise<Page>): Promise<readonly WireMessage[]> {
  const found: WireMessage[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    found.push(...(page.messages ?? []));
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor && now().getTime() < until);
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
