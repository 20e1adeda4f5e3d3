/** The channel: posts, edits, replies and files, through Slack's SDK. Nothing is tried twice here: the delivery comes again. */
import { LogLevel, WebClient } from '@slack/web-api';
import type { Reply } from './announcement.ts';
import type { AttachedFile, Message } from './message.ts';
import { SlackError, toSlackError } from './refusal.ts';
import type { Block } from './rich-text.ts';

/** Rule 10: one call, in ms. The SDK itself would wait for ever. */
export const CALL_TIME_MS = 3_000;
/** Where Slack does not say how long (plain 429): its limit for posting is about one a second. */
const DEFAULT_RETRY_AFTER_S = 1;

export interface PostedMessage {
  readonly channel: string;
  readonly ts: string;
}

/** Each throws `SlackError` where Slack did not do it. */
export interface Chat {
  readonly post: (message: Message) => Promise<PostedMessage>;
  readonly edit: (posted: PostedMessage, message: Message) => Promise<void>;
  readonly reply: (posted: PostedMessage, reply: Reply) => Promise<void>;
  readonly attach: (posted: PostedMessage, file: AttachedFile) => Promise<void>;
}

export interface ChatOptions {
  /** Asked for each call, so that a rotated token holds at once. */
  readonly token: () => Promise<string>;
  readonly channel: string;
  readonly apiUrl: string;
  readonly now: () => Date;
}

export function createChat({ token, channel, apiUrl, now }: ChatOptions): Chat {
  const client = new WebClient(undefined, {
    slackApiUrl: apiUrl,
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_TIME_MS,
    logLevel: LogLevel.ERROR,
  });
  const call = createCaller(now);
  return {
    post: (message) =>
      withSimplerBlocks(message, async (blocks) => {
        const { text, metadata } = message;
        const posted = await call('chat.postMessage', async () =>
          client.chat.postMessage({
            token: await token(),
            channel,
            text,
            blocks: [...blocks],
            metadata,
            unfurl_links: false,
            unfurl_media: false,
          }),
        );
        if (!posted.ts || !posted.channel) throw new SlackError('chat.postMessage', 'failed', 'the answer names no message');
        return { channel: posted.channel, ts: posted.ts };
      }),
    edit: (posted, message) =>
      withSimplerBlocks(message, async (blocks) => {
        const { text, metadata } = message;
        await call('chat.update', async () => client.chat.update({ token: await token(), ...posted, text, blocks: [...blocks], metadata }));
      }),
    reply: async ({ channel: id, ts }, { text, blocks, metadata, broadcast }) => {
      const thread = { channel: id, thread_ts: ts, text, blocks: [...blocks], metadata, unfurl_links: false, unfurl_media: false };
      await call('chat.postMessage', async () => client.chat.postMessage({ token: await token(), ...thread, reply_broadcast: broadcast }));
    },
    attach: async ({ channel: id, ts }, { name, title, content }) => {
      const file = { filename: name, title, content };
      await call('files.upload', async () => client.filesUploadV2({ token: await token(), channel_id: id, thread_ts: ts, ...file }));
    },
  };
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

/** Holds calls of a method back while Slack wants it quiet: asking again only prolongs it. */
function createCaller(now: () => Date) {
  const quietUntil = new Map<string, number>();
  return async <T>(method: string, run: () => Promise<T>): Promise<T> => {
    const wait = (quietUntil.get(method) ?? 0) - now().getTime();
    if (wait > 0) throw new SlackError(method, 'rate-limited', 'still rate limited', { retryAfterSeconds: wait / 1_000 });
    try {
      return await run();
    } catch (error) {
      const refused = toSlackError(method, error);
      if (refused.refusal === 'rate-limited') {
        quietUntil.set(method, now().getTime() + (refused.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_S) * 1_000);
      }
      throw refused;
    }
  };
}
