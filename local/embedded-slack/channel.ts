/** The channel's messages, as a person sees them: what was posted, edited, answered and deleted. */
import type { MessageMetadata } from '@slack/types';
import type { MessageBlock } from './block-schemas.ts';
import type { MessageContent } from './message-content.ts';

/** A file that was shared in the channel. */
export interface ChannelFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly content: string;
}

/** One message or reply, without its thread. */
export interface Posted {
  readonly ts: string;
  readonly author: 'app' | 'person';
  /** The parent's `ts` in a reply. */
  readonly threadTs?: string;
  /** A reply that is also shown in the channel. */
  readonly broadcast: boolean;
  readonly text: string;
  readonly blocks: readonly MessageBlock[];
  readonly metadata?: MessageMetadata;
  readonly files: readonly ChannelFile[];
  readonly edits: number;
  /** A deleted parent whose replies are still there. */
  readonly deleted: boolean;
}

/** A message of the channel with its replies, oldest first. */
export interface ChannelMessage extends Posted {
  readonly replies: readonly Posted[];
}

/** What is posted, and by whom. */
export interface NewMessage extends MessageContent {
  readonly author: Posted['author'];
  readonly threadTs?: string;
  readonly broadcast?: boolean;
  readonly files?: readonly ChannelFile[];
}

/** Keeps messages. It decides nothing: whoever calls it has checked. */
export interface Channel {
  post(message: NewMessage): Posted;
  find(ts: string): Posted | undefined;
  edit(posted: Posted, content: MessageContent): Posted;
  remove(posted: Posted): void;
  /** Oldest first. */
  all(): readonly Posted[];
  repliesTo(ts: string): readonly Posted[];
}

/** Where ids come from, and who wants to know of each change. */
export interface ChannelOptions {
  readonly nextTimestamp: () => string;
  readonly changed: () => void;
}

/** An empty channel. */
export function createChannel({ nextTimestamp, changed }: ChannelOptions): Channel {
  const byTs = new Map<string, Posted>();
  const keep = (posted: Posted): Posted => {
    byTs.set(posted.ts, posted);
    changed();
    return posted;
  };
  const all = () => [...byTs.values()];
  const repliesTo = (ts: string) => all().filter((message) => message.threadTs === ts);
  return {
    post: (message) => keep(newPosted(nextTimestamp(), message)),
    find: (ts) => byTs.get(ts),
    edit: (posted, content) => keep(edited(posted, content)),
    remove: (posted) => {
      if (repliesTo(posted.ts).length > 0) byTs.set(posted.ts, tombstone(posted));
      else byTs.delete(posted.ts);
      removeEmptyTombstone(byTs, posted.threadTs, repliesTo);
      changed();
    },
    all,
    repliesTo,
  };
}

function newPosted(ts: string, { author, text, blocks, metadata, threadTs, broadcast = false, files = [] }: NewMessage): Posted {
  const thread = threadTs === undefined ? {} : { threadTs };
  return { ts, author, ...thread, broadcast, text, blocks, ...(metadata ? { metadata } : {}), files, edits: 0, deleted: false };
}

/** Text without blocks wipes the blocks, and metadata that is not mentioned stays: docs.slack.dev/reference/methods/chat.update. */
function edited({ metadata: before, ...posted }: Posted, { text, blocks, metadata = before }: MessageContent): Posted {
  return { ...posted, text, blocks, ...(metadata ? { metadata } : {}), edits: posted.edits + 1 };
}

function tombstone({ metadata: _, ...posted }: Posted): Posted {
  return { ...posted, text: '', blocks: [], files: [], deleted: true };
}

function removeEmptyTombstone(byTs: Map<string, Posted>, ts: string | undefined, repliesTo: Channel['repliesTo']): void {
  if (ts !== undefined && byTs.get(ts)?.deleted && repliesTo(ts).length === 0) byTs.delete(ts);
}
