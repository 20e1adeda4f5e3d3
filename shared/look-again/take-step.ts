/** One step in the channel: intended on record, done, recorded as done. What Slack leaves open is recorded as that. */
import { randomUUID } from 'node:crypto';
import type { Episode, Intent } from '../incidents/incident.ts';
import type { Sightings } from '../incidents/sightings.ts';
import { intentOf, type Step, withoutMessage } from '../incidents/steps.ts';
import { type Recorded, rewrite, settle } from '../incidents/store/record.ts';
import type { IncidentStore } from '../incidents/store/store.ts';
import type { Logger } from '../log.ts';
import { renderAnnouncement } from '../slack/announcement.ts';
import type { Chat, PostedMessage } from '../slack/chat.ts';
import type { Message } from '../slack/message.ts';
import { isAmbiguous, type Refusal, SlackError } from '../slack/refusal.ts';
import { type LookBack, removeAll } from './look-back.ts';
import { countSaid } from './seen.ts';

export interface StepDependencies {
  readonly incidents: IncidentStore;
  readonly chat: Chat;
  readonly lookBack: LookBack;
  readonly sightings: Sightings;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Takes the step if nobody wrote meanwhile; the answer is what stands on record then. Throws `SlackError`, or what the store threw. */
export async function takeStep(
  current: Recorded,
  episode: Episode,
  step: Step,
  message: Message,
  dependencies: StepDependencies,
): Promise<Recorded> {
  const { incidents, sightings, chat, log, now } = dependencies;
  const intent = intentOf(step, episode, { id: randomUUID(), now: now() });
  const intended = await rewrite(incidents, current, { ...episode, intent });
  if (intended.incident.episode?.intent?.id !== intent.id) return intended;
  sightings.own(intent);
  const place = await attempt(intended, intent, dependencies, () => act(step, intended, message, dependencies));
  if (place === undefined) return settle(incidents, intended, intent, (now) => ({ ...withoutMessage(now), intent: undefined }));
  countSaid(step.kind);
  const said = { ...intent.willSay, ...place };
  const settled = await settle(incidents, intended, intent, (now) => ({ ...now, intent: undefined, said }));
  const shown = settled.incident.episode?.said;
  const isDouble = step.kind === 'post' && shown !== undefined && shown.ts !== said.ts;
  if (isDouble) await removeAll(chat, [place], log); // ours came too late: another looked back before it was there
  return settled;
}

/** Where the message is then; undefined where it is gone. What Slack did not do for certain stands on record before it is thrown. */
async function attempt(
  intended: Recorded,
  intent: Intent,
  { incidents, log }: StepDependencies,
  run: () => Promise<PostedMessage>,
): Promise<PostedMessage | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    if (error.refusal === 'gone' && intent.step !== 'post') return undefined;
    if (error.refusal === 'unanswered' && intent.step !== 'file') throw error; // it may still be done: nobody may do anything meanwhile
    const isInDoubt = isAmbiguous(error); // nothing waits for a file, which is a help
    const left = isInDoubt ? { ...intent, isInDoubt } : undefined;
    await settle(incidents, intended, intent, (episode) => ({ ...episode, intent: left })).catch((cause: Error) =>
      log.warn({ key: intended.incident.key }, `an intent stays on record until its time is over: ${cause.message}`),
    );
    throw error;
  }
}

async function act(step: Step, { incident }: Recorded, message: Message, { chat, log }: StepDependencies): Promise<PostedMessage> {
  if (step.kind === 'post') return chat.post(message);
  const { channel, ts } = step.said;
  if (step.kind === 'edit') await chat.edit({ channel, ts }, message);
  if (step.kind === 'file') {
    const { file, said } = step;
    await chat
      .attach(said, file)
      .catch(leaving(REFUSED_FILE, (why) => log.error({ file: file.name }, `a file is not in the thread: ${why}`)));
  }
  if (step.kind === 'reply' && incident.episode) {
    const reply = renderAnnouncement(incident, incident.episode, step.announcement, step.number);
    await chat
      .reply(step.said, reply)
      .catch(leaving(['refused'], (why) => log.error({ text: reply.text }, `a reply is not in the thread: ${why}`)));
  }
  return { channel, ts };
}

/** Files are a help: without the scope, or in a thread that is closed, there are none. */
const REFUSED_FILE: readonly Refusal[] = ['refused', 'misconfigured', 'invalid-blocks', 'gone'];

/** What Slack will not take for good is told and left, so that what comes after it can be said. */
function leaving(forGood: readonly Refusal[], tell: (why: string) => void): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof SlackError) || !forGood.includes(error.refusal)) throw error;
    tell(error.message);
  };
}
