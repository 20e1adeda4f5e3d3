/** A message as the Web API writes it. */
import type { ChannelFile, Posted } from './channel.ts';
import { APP, PERSON } from './workspace.ts';

/** What `include_all_metadata` and the thread add to a message. */
export interface WireOptions {
  readonly metadata: boolean;
  readonly replies: readonly Posted[];
}

/** A message as `conversations.history` and `conversations.replies` show it. */
export function writeMessage(posted: Posted, { metadata, replies }: WireOptions): Readonly<Record<string, unknown>> {
  return {
    type: 'message',
    ...(posted.author === 'app' ? APP : PERSON),
    ...subtype(posted),
    text: posted.deleted ? 'This message was deleted.' : posted.text,
    ts: posted.ts,
    ...(posted.blocks.length > 0 ? { blocks: posted.blocks } : {}),
    ...(posted.files.length > 0 ? { files: posted.files.map(writeFile) } : {}),
    ...(posted.edits > 0 ? { edited: { user: APP.user, ts: posted.ts } } : {}),
    ...(metadata && posted.metadata ? { metadata: posted.metadata } : {}),
    ...thread(posted, replies),
  };
}

/** A file as it is listed in a message. */
export function writeFile({ id, name, title, content }: ChannelFile): Readonly<Record<string, unknown>> {
  return { id, name, title, mode: 'snippet', size: Buffer.byteLength(content) };
}

function subtype({ deleted, broadcast }: Posted): object {
  if (deleted) return { subtype: 'tombstone' };
  return broadcast ? { subtype: 'thread_broadcast' } : {};
}

function thread({ ts, threadTs }: Posted, replies: readonly Posted[]): object {
  if (threadTs !== undefined) return { thread_ts: threadTs };
  const latest = replies.at(-1);
  return latest ? { thread_ts: ts, reply_count: replies.length, latest_reply: latest.ts } : {};
}
