/** Brings the channel to what the record says: the message, its files, its thread. Each step is recorded before the next. */
import { createHash } from 'node:crypto';
import type { Episode, Incident, Said } from './incidents/incident.ts';
import type { IncidentStore } from './incidents/store.ts';
import type { Logger } from './log.ts';
import { type Reply, renderAnnouncement } from './slack/announcement.ts';
import { CALL_TIME_MS, type Chat, type PostedMessage } from './slack/chat.ts';
import { type AttachedFile, type Message, type MessageSettings, renderIncident } from './slack/message.ts';
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
  const { incidents, settings, now } = dependencies;
  let current = incident;
  let basedOn = version;
  for (;;) {
    const { episode } = current;
    if (!episode) return current;
    const message = renderIncident(current, episode, settings);
    const step = nextStep(current, episode, message, now(), dependencies);
    if (!step) return attachFiles(current, basedOn, message, deadline, dependencies);
    if (now().getTime() + CALL_TIME_MS > deadline) throw new OutOfTimeError(`no time left to say ${current.key}`);
    const said = await takeStep(step, episode);
    current = { ...current, episode: { ...episode, said } };
    basedOn = await incidents.write(current, basedOn);
  }
}

/** One call to Slack; returns what the channel shows then. */
type Step = () => Promise<Said>;

/** Undefined where the message is not there any more, or closed for edits: nothing is said then, and the next step posts it anew. */
async function takeStep(step: Step, { said }: Episode): Promise<Said | undefined> {
  try {
    return await step();
  } catch (error) {
    if (said !== undefined && error instanceof SlackError && error.refusal === 'gone') return undefined;
    throw error;
  }
}

type StepDependencies = Pick<SayDependencies, 'chat' | 'log'>;

function nextStep(incident: Incident, episode: Episode, message: Message, now: Date, { chat, log }: StepDependencies): Step | undefined {
  const { said, announcements } = episode;
  if (said === undefined) return async () => saidBy(episode, await chat.post(message));
  if (said.revision < episode.revision || isOutdated(episode, said, now)) {
    return async () => {
      await chat.edit(said, message);
      return { ...said, revision: episode.revision, checkedAt: episode.facts?.checkedAt };
    };
  }
  const announcement = announcements[said.announcements];
  if (announcement === undefined) return undefined;
  const number = said.announcements + 1;
  const told = { ...said, announcements: number };
  return () => reply(chat, log, said, renderAnnouncement(incident, episode, announcement, number)).then(() => told);
}

/** What was to be announced before the first post is in the message itself. */
function saidBy({ revision, facts, announcements }: Episode, { channel, ts }: PostedMessage): Said {
  return { channel, ts, revision, checkedAt: facts?.checkedAt, announcements: announcements.length, files: {} };
}

function isOutdated({ overAt, facts, failure }: Episode, { checkedAt }: Said, now: Date): boolean {
  if (overAt !== undefined || failure || !facts || checkedAt === undefined || facts.checkedAt === checkedAt) return false;
  return now.getTime() - Date.parse(checkedAt) > MAX_CHECKED_AGE_MS;
}

/** What Slack will never take as a reply is logged and left, so that what comes after it can be said. */
async function reply(chat: Chat, log: Logger, said: Said, message: Reply): Promise<void> {
  try {
    await chat.reply(said, message);
  } catch (error) {
    if (!(error instanceof SlackError) || error.refusal !== 'refused') throw error;
    log.error({ text: message.text }, `a reply is not in the thread: ${error.message}`);
  }
}

/** Files are a help, the message stands without them: what Slack does not take is logged, and nothing waits for it. */
async function attachFiles(
  incident: Incident,
  version: string,
  { files }: Message,
  deadline: number,
  { incidents, chat, log, now }: SayDependencies,
): Promise<Incident> {
  const { episode } = incident;
  if (!episode?.said) return incident;
  const missing = files.filter(({ name, content }) => episode.said?.files[name] !== digest(content));
  const attached: Record<string, string> = { ...episode.said.files };
  for (const file of missing) {
    const isSettled = now().getTime() + CALL_TIME_MS <= deadline && (await attach(chat, log, episode.said, file));
    if (isSettled) attached[file.name] = digest(file.content);
  }
  if (missing.length === 0) return incident;
  const next = { ...incident, episode: { ...episode, said: { ...episode.said, files: attached } } };
  await incidents.write(next, version);
  return next;
}

/** Whether it is there, or never will be; what was only not reached is tried at the next signal. */
async function attach(chat: Chat, log: Logger, said: Said, file: AttachedFile): Promise<boolean> {
  try {
    await chat.attach(said, file);
    return true;
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    log.error({ file: file.name }, `a file is not in the thread: ${error.message}`);
    return error.refusal !== 'failed' && error.refusal !== 'rate-limited';
  }
}

function digest(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
