/** What is to be done in the channel next, so that it shows what the record says. Pure. */
import { createHash } from 'node:crypto';
import type { AttachedFile } from '../slack/message.ts';
import { countAnnounced, untold } from './announcements.ts';
import type { Announcement, Episode, Intent, Said } from './incident.ts';

/** A "checked" time that is older than this is edited even when nothing else changed. */
export const MAX_CHECKED_AGE_MS = 60 * 60 * 1_000;
/** Of an episode's messages that are closed so many are remembered. */
const MAX_CLOSED = 20;
/** Rule 1: what Slack may take for a step, each of its calls 3 s, and 30 s for what is still on its way. */
const INTENT_MS = 3 * 3_000 + 30_000;

export type Step =
  | { readonly kind: 'post' }
  | { readonly kind: 'edit'; readonly said: Said }
  /** `number` is the announcement's place in its episode. */
  | { readonly kind: 'reply'; readonly said: Said; readonly announcement: Announcement; readonly number: number }
  | { readonly kind: 'file'; readonly said: Said; readonly file: AttachedFile };

/** The next step, or undefined where the channel shows everything. `files` belong to the message as it is rendered now. */
export function nextStep(episode: Episode, files: readonly AttachedFile[], now: Date): Step | undefined {
  const { said } = episode;
  if (said === undefined) return { kind: 'post' };
  if (said.revision < episode.revision || isOutdated(episode, said, now)) return { kind: 'edit', said };
  const [announcement] = untold(episode);
  if (announcement) return { kind: 'reply', said, announcement, number: said.announcements + 1 };
  const file = files.find(({ name, content }) => said.files[name] !== fileMark(content));
  return file && { kind: 'file', said, file };
}

function isOutdated({ overAt, facts, failure }: Episode, { checkedAt }: Said, now: Date): boolean {
  if (overAt !== undefined || failure || !facts || checkedAt === undefined || facts.checkedAt === checkedAt) return false;
  return now.getTime() - Date.parse(checkedAt) > MAX_CHECKED_AGE_MS;
}

/** The episode without its message, which is gone or closed for edits: the next step posts it anew, and no look-back may find the old one. */
export function withoutMessage({ closed, said, ...episode }: Episode): Episode {
  return { ...episode, said: undefined, closed: [...closed, ...(said ? [said.ts] : [])].slice(-MAX_CLOSED) };
}

/** The intent to take that step. */
export function intentOf(step: Step, episode: Episode, { id, now }: { readonly id: string; readonly now: Date }): Intent {
  return { id, step: step.kind, at: now.toISOString(), lastsMs: INTENT_MS, isInDoubt: false, willSay: willSay(step, episode) };
}

function willSay(step: Step, episode: Episode): Intent['willSay'] {
  const { revision, facts } = episode;
  const checkedAt = facts?.checkedAt;
  switch (step.kind) {
    case 'post': // what was to be announced before it is in the message itself
      return { revision, checkedAt, announcements: countAnnounced(episode), files: {} };
    case 'edit':
      return { ...shown(step.said), revision, checkedAt };
    case 'reply':
      return { ...shown(step.said), announcements: step.number };
    case 'file':
      return { ...shown(step.said), files: { ...step.said.files, [step.file.name]: fileMark(step.file.content) } };
  }
}

function shown({ channel: _channel, ts: _ts, ...rest }: Said): Intent['willSay'] {
  return rest;
}

/** What a file is known by: a digest, and its bytes, which Slack lists. */
export function fileMark(content: string): string {
  return `${createHash('sha256').update(content).digest('hex').slice(0, 16)}-${Buffer.byteLength(content)}`;
}
