/** Brings the channel to what the record says: the message, its files, its thread. Each step is recorded before the next. */
import { createHash } from 'node:crypto';
import type { Episode, Incident, Said } from './incidents/incident.ts';
import type { IncidentStore } from './incidents/store.ts';
import type { Logger } from './log.ts';
import { renderAnnouncement } from './slack/announcement.ts';
import { CALL_TIME_MS, type Chat, type PostedMessage } from './slack/chat.ts';
import { type Message, type MessageSettings, renderIncident } from './slack/message.ts';
import { SlackError } from './slack/refusal.ts';

/** A "checked" time that is older than this is edited even when nothing else changed. */
export const MAX_CHECKED_AGE_MS = 60 * 60 * 1_000;

export interface SayDependencies {
  readonly incidents: IncidentStore;
  readonly chat: Chat;
  readonly settings: MessageSettings;
  readonly log: Logger;
  readonly now: () => Date;
}

/** There was no time left for another call to Slack; what is unsaid is said at the next signal. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

/**
 * Says what is unsaid of an incident and returns it with what was said on record. Throws what Slack or the store threw:
 * whatever was done until then is on record. `deadline` is in ms since the epoch.
 */
export async function say(incident: Incident, version: string, deadline: number, dependencies: SayDependencies): Promise<Incident> {
  const { incidents, chat, settings, now } = dependencies;
  let current = incident;
  let basedOn = version;
  for (;;) {
    const { episode } = current;
    const step = episode && nextStep(current, episode, renderIncident(current, episode, settings), now());
    if (!episode || !step) return current;
    if (now().getTime() + CALL_TIME_MS > deadline) throw new OutOfTimeError(`no time left to say ${current.key}`);
    const said = await takeStep(step, chat, dependencies.log);
    current = { ...current, episode: { ...episode, said } };
    basedOn = await incidents.write(current, basedOn);
  }
}

/** One call to Slack; returns what the channel shows then. */
type Step = (chat: Chat, log: Logger) => Promise<Said>;

/** Undefined where the message is not there any more, or closed for edits: nothing is said then, and the next step posts it anew. */
async function takeStep(step: Step, chat: Chat, log: Logger): Promise<Said | undefined> {
  try {
    return await step(chat, log);
  } catch (error) {
    if (error instanceof SlackError && error.refusal === 'gone') return undefined;
    throw error;
  }
}

function nextStep(incident: Incident, episode: Episode, message: Message, now: Date): Step | undefined {
  const { said, announcements } = episode;
  if (said === undefined) return async (chat) => saidBy(episode, await chat.post(message));
  if (said.revision < episode.revision || isOutdated(episode, said, now)) {
    return async (chat) => {
      await chat.edit(said, message);
      return { ...said, revision: episode.revision, checkedAt: episode.facts?.checkedAt };
    };
  }
  const file = message.files.find(({ name, content }) => said.files[name] !== digest(content));
  if (file) return async (chat, log) => ({ ...said, files: { ...said.files, [file.name]: await attach(chat, log, said, file) } });
  const announcement = announcements[said.announcements];
  if (announcement === undefined) return undefined;
  const number = said.announcements + 1;
  return async (chat) => {
    await chat.reply(said, renderAnnouncement(incident, episode, announcement, number));
    return { ...said, announcements: number };
  };
}

/** What was to be announced before the first post is in the message itself. */
function saidBy({ revision, facts, announcements }: Episode, { channel, ts }: PostedMessage): Said {
  return { channel, ts, revision, checkedAt: facts?.checkedAt, announcements: announcements.length, files: {} };
}

function isOutdated({ overAt, facts, failure }: Episode, { checkedAt }: Said, now: Date): boolean {
  if (overAt !== undefined || failure || !facts || checkedAt === undefined || facts.checkedAt === checkedAt) return false;
  return now.getTime() - Date.parse(checkedAt) > MAX_CHECKED_AGE_MS;
}

/** A file is a help: without the scope for files, or the thread, the message is still there. So these refusals are told and left. */
async function attach(chat: Chat, log: Logger, said: Said, file: Message['files'][number]): Promise<string> {
  try {
    await chat.attach(said, file);
  } catch (error) {
    if (!(error instanceof SlackError) || (error.code !== 'missing_scope' && error.refusal !== 'gone')) throw error;
    log.error({ file: file.name }, `the file is not in the thread: ${error.message}`);
  }
  return digest(file.content);
}

function digest(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
