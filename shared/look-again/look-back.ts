/** What of ours stands in the channel already: asked before anything is posted that may be there. */
import { CLAIMS, OVER, VERDICTS } from '../golden-images/verdict.ts';
import type { Episode, Intent, Said } from '../incidents/incident.ts';
import type { OpenMessage } from '../incidents/tidy.ts';
import type { Logger } from '../log.ts';
import { counter } from '../metrics.ts';
import type { Chat, PostedMessage } from '../slack/chat.ts';
import type { History, HistoryMessage } from '../slack/history.ts';
import { metadataKey } from '../slack/message.ts';
import { SlackError } from '../slack/refusal.ts';

/** Each throws what Slack threw; only where the history scope is missing it knows nothing but our own, for a double is better than a loss. */
export interface LookBack {
  /** What the channel shows if what was intended was done after all; undefined where it was not. */
  readonly outcomeOf: (key: string, episode: Episode, intent: Intent, until: number) => Promise<Said | undefined>;
  /** All messages of this key that are about something open, and all of an episode, oldest first. */
  readonly openMessages: (key: string, span: Span, episode?: string) => Promise<readonly OpenMessage[]>;
}

/** What of the channel is read. */
export interface Span {
  /** Since when there may be what nobody has on record; undefined where nothing is known of that. */
  readonly since: Date | undefined;
  /** No page is begun after this time, in ms since the epoch: what is older stays unread. */
  readonly until: number;
}

/** Rule 2: clocks differ, Slack's too. */
export const SLACK_TIME_MS = 5 * 60_000;
/** How far the channel is read back where nothing is on record. */
const LONGEST_MS = 7 * 24 * 3_600_000;

const blindLooks = counter('archwatch_blind_looks_back_total', 'Looks back that Slack refused for want of the history scope.', []);

export interface LookBackDependencies {
  readonly chat: History;
  readonly log: Pick<Logger, 'warn'>;
  readonly now: () => Date;
  /** What this process has told without a record, by the incident's key: without the scope nobody else knows of it. */
  readonly told?: ReadonlyMap<string, OpenMessage>;
}

export function createLookBack({ chat, log, now, told }: LookBackDependencies): LookBack {
  const readOnce = shared(chat.messages);
  const seen = (read: Promise<readonly HistoryMessage[]>) => read.catch(undefinedWithoutScope(log));
  return {
    outcomeOf: async (key, episode, intent, until) => {
      const { at, step } = intent;
      if (step === 'edit') return undefined; // to edit again is to edit once
      const oldest = new Date(Date.parse(at) - SLACK_TIME_MS);
      if (step === 'post') return posted(key, episode, intent, (await seen(chat.messages({ oldest, until }))) ?? []);
      if (episode.said === undefined) return undefined;
      const { channel, ts } = episode.said;
      const isDone = step === 'reply' ? isReply(key, episode, intent) : hasFile(episode.said, intent);
      const replies = await seen(chat.replies(ts, { oldest: new Date(Number(ts) * 1_000), until }).catch(nothingInGoneThread));
      return replies?.some(isDone) ? { ...intent.willSay, channel, ts } : undefined;
    },
    openMessages: async (key, { since, until }, episode) => {
      const longest = now().getTime() - LONGEST_MS;
      const oldest = new Date(Math.max(longest, since ? since.getTime() - SLACK_TIME_MS : longest));
      const messages = await seen(readOnce({ oldest, until }));
      if (messages === undefined) return [told?.get(key)].filter((message) => message !== undefined);
      const ours = messages.filter((message) => isIncident(message, key)).map(toOpenMessage);
      return ours.filter((message) => message.episode === episode || !OVER.includes(message.verdict)).toReversed();
    },
  };
}

/** The three alerts of one look ask at the same time for the same: one answer serves them all. */
function shared(read: History['messages']): History['messages'] {
  let reading: { readonly from: number; readonly messages: Promise<readonly HistoryMessage[]> } | undefined;
  return (span) => {
    const from = span.oldest.getTime();
    if (reading === undefined || reading.from > from) {
      const begun = { from, messages: read(span) };
      reading = begun;
      const end = () => {
        if (reading === begun) reading = undefined;
      };
      begun.messages.then(end, end);
    }
    return reading.messages;
  };
}

/** For what reading the channel throws: without the history scope nothing is known, which is counted and logged; all else is thrown. */
export function undefinedWithoutScope(log: Pick<Logger, 'warn'>): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof SlackError) || error.code !== 'missing_scope') throw error;
    blindLooks.inc();
    log.warn({}, `what is posted now may be there already: ${error.message}`);
    return undefined;
  };
}

/** A person deleted the message: whoever goes on with it finds that out, and posts it anew. */
function nothingInGoneThread(error: unknown): readonly HistoryMessage[] {
  if (error instanceof SlackError && error.refusal === 'gone') return [];
  throw error;
}

function isIncident({ eventType, payload }: HistoryMessage, key: string): boolean {
  return eventType === 'archwatch_incident' && payload.key === metadataKey(key);
}

/** The payload is what somebody in the workspace wrote: words that are none of ours are not known. */
function toOpenMessage({ channel, ts, payload }: HistoryMessage): OpenMessage {
  const verdict = VERDICTS.find((name) => name === payload.verdict) ?? 'unverifiable';
  const claim = CLAIMS.find((name) => name === payload.claim) ?? 'none';
  return { channel, ts, verdict, claim, episode: String(payload.episode), revision: revisionOf(payload) };
}

function revisionOf({ revision }: HistoryMessage['payload']): number {
  return typeof revision === 'number' && Number.isSafeInteger(revision) && revision > 0 ? revision : 1;
}

/** The oldest, where a double was posted. */
function posted(key: string, { id, closed }: Episode, { willSay }: Intent, messages: readonly HistoryMessage[]): Said | undefined {
  const isIt = (message: HistoryMessage) => isIncident(message, key) && message.payload.episode === id && !closed.includes(message.ts);
  const found = messages.findLast(isIt);
  return found && { ...willSay, channel: found.channel, ts: found.ts };
}

function isReply(key: string, { id }: Episode, { willSay }: Intent): (message: HistoryMessage) => boolean {
  const is = { key: metadataKey(key), episode: id, number: willSay.announcements };
  return ({ eventType, payload }) =>
    eventType === 'archwatch_reply' && payload.key === is.key && payload.episode === is.episode && payload.number === is.number;
}

/** Files carry no metadata: they are known by name and size. */
function hasFile(said: Said, { willSay }: Intent): (message: HistoryMessage) => boolean {
  const intended = Object.entries(willSay.files).filter(([name, mark]) => said.files[name] !== mark);
  return ({ files }) => intended.some(([name, mark]) => files.some((file) => file.name === name && mark.endsWith(`-${file.size}`)));
}

/** Deletes messages of ours that nobody needs; one that cannot be deleted is logged and left. */
export async function removeAll(chat: Pick<Chat, 'remove'>, messages: readonly PostedMessage[], log: Pick<Logger, 'warn'>): Promise<void> {
  for (const { channel, ts } of messages) {
    await chat.remove({ channel, ts }).catch((error: Error) => log.warn({ ts }, `a double is still in the channel: ${error.message}`));
  }
}

/** Says at the start what a later look back would find out too late. Any other trouble with Slack is not its business. */
export async function warnIfBlind(chat: History, log: Pick<Logger, 'warn'>, now: Date): Promise<void> {
  try {
    await chat.messages({ oldest: now, until: 0 });
  } catch (error) {
    if (error instanceof SlackError && error.code === 'missing_scope')
      log.warn({}, `messages may come twice after trouble: ${error.message}`);
  }
}
