/** Brings the channel to what the record says, one step at a time. Each is intended on record, taken, and then recorded as done. */
import { countAnnounced } from '../incidents/announcements.ts';
import type { Episode, Incident, Intent } from '../incidents/incident.ts';
import type { Sightings } from '../incidents/sightings.ts';
import { nextStep, withoutMessage } from '../incidents/steps.ts';
import { type Recorded, readRecord, rewrite } from '../incidents/store/record.ts';
import type { OpenMessage } from '../incidents/tidy.ts';
import type { Logger } from '../log.ts';
import { CALL_TIME_MS } from '../slack/client.ts';
import { type MessageSettings, renderIncident } from '../slack/message.ts';
import { SlackError } from '../slack/refusal.ts';
import { removeAll } from './look-back.ts';
import { type StepDependencies, takeStep } from './take-step.ts';

export interface SayDependencies extends StepDependencies {
  readonly settings: MessageSettings;
  readonly sightings: Sightings;
  readonly pause: (ms: number) => Promise<void>;
}

/** There was no time left for another call to Slack; what is unsaid is said at the next signal. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

/** Somebody is at work on this message, or was until a moment ago; nobody else may be. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** Somebody else's clock wrote since when there may be something: a day is more than any clock is wrong. */
const CLOCK_MARGIN_MS = 24 * 3_600_000;
/** How often it is seen whether another's step is finished. */
const POLL_MS = 250;

/**
 * Says what is unsaid of an incident and returns it with what was said on record. Throws what Slack or the store threw:
 * whatever was done until then is on record. `deadline` is in ms since the epoch.
 */
export async function say(recorded: Recorded, deadline: number, dependencies: SayDependencies): Promise<Incident> {
  let current = recorded;
  for (;;) {
    const { incident } = current;
    const { episode } = incident;
    if (episode === undefined) return incident;
    const next = episode.intent
      ? await afterIntent(current, episode, episode.intent, deadline, dependencies)
      : await sayNext(current, episode, deadline, dependencies);
    if (next === undefined) return incident;
    current = next;
  }
}

/** Takes the next step; undefined where there is none, or none that anybody has to wait for. */
async function sayNext(
  current: Recorded,
  episode: Episode,
  deadline: number,
  dependencies: SayDependencies,
): Promise<Recorded | undefined> {
  const { now, settings, log, chat } = dependencies;
  const isElsewhere = episode.said !== undefined && episode.said.channel !== chat.channel; // SLACK_CHANNEL is another one now
  if (isElsewhere) return rewrite(dependencies.incidents, current, withoutMessage(episode));
  const message = renderIncident(current.incident, episode, settings);
  const step = nextStep(episode, message.files, now());
  if (step === undefined) return undefined;
  const hasTime = () => now().getTime() + CALL_TIME_MS <= deadline;
  if (step.kind === 'file') {
    // Files are a help, the message stands without them: nothing waits for one.
    if (!hasTime()) return undefined;
    return takeStep(current, episode, step, message, dependencies).catch((error) => {
      if (!(error instanceof SlackError)) throw error;
      log.error({ file: step.file.name }, `a file is not in the thread: ${error.message}`);
      return undefined;
    });
  }
  const adopted = step.kind === 'post' && hasTime() ? await adopt(current, episode, deadline, dependencies) : undefined;
  if (adopted) return adopted;
  if (!hasTime()) throw new OutOfTimeError(`no time left to say ${current.incident.key}`);
  return takeStep(current, episode, step, message, dependencies);
}

/** Rule 1: waits while the intent's owner may be at work. Rule 2: then looks back for what came of it. */
async function afterIntent(
  current: Recorded,
  episode: Episode,
  intent: Intent,
  deadline: number,
  { incidents, lookBack, sightings, now, pause }: SayDependencies,
): Promise<Recorded> {
  const { key } = current.incident;
  if (!sightings.isRunning(intent)) {
    const said = await lookBack.outcomeOf(key, episode, intent, deadline - CALL_TIME_MS);
    return rewrite(incidents, current, { ...episode, intent: undefined, ...(said ? { said } : {}) });
  }
  if (sightings.isOwn(intent)) throw new BusyError(`the ${intent.step} of ${key} was not answered: it may still be done`);
  if (now().getTime() + POLL_MS + CALL_TIME_MS > deadline) throw new BusyError(`another's ${intent.step} of ${key} is not finished`);
  await pause(POLL_MS);
  return readRecord(incidents, { ...current.incident, episode: undefined });
}

/**
 * Rule 5: a message that was posted while the record was away becomes this episode's; where there are several, the oldest. So does
 * one of this very episode that a look-back did not find, because its owner's clock was wrong.
 */
async function adopt(
  current: Recorded,
  episode: Episode,
  deadline: number,
  { incidents, lookBack, chat, log }: SayDependencies,
): Promise<Recorded | undefined> {
  const since = episode.searchFrom === undefined ? undefined : new Date(Date.parse(episode.searchFrom) - CLOCK_MARGIN_MS);
  const span = { since, until: deadline - 2 * CALL_TIME_MS };
  const open = await lookBack.openMessages(current.incident.key, span, episode.id).catch(nothingIfRefused(log));
  const [oldest, ...others] = open.filter(({ ts }) => !episode.closed.includes(ts));
  if (oldest === undefined) return undefined;
  const { channel, ts } = oldest;
  const said = { channel, ts, revision: 0, checkedAt: undefined, announcements: countAnnounced(episode), files: {} };
  const written = await rewrite(incidents, current, { ...episode, said });
  if (written.incident.episode?.said?.ts === ts) await removeAll(chat, others, log);
  return written;
}

/** A message that comes twice is found by the next ping; one that is not posted, by nobody. */
function nothingIfRefused(log: Logger): (error: unknown) => readonly OpenMessage[] {
  return (error) => {
    if (!(error instanceof SlackError)) throw error;
    log.warn({}, `what is posted now may be there already: ${error.message}`);
    return [];
  };
}
