/** Says what waits, if it is time: one message, whatever dies or fails on the way (product rules 1, 2 and 8). */
import { randomUUID } from 'node:crypto';
import { noteDelivery } from '../../shared/delivery.ts';
import { createSightings, type Sightings } from '../../shared/incidents/sightings.ts';
import type { Logger } from '../../shared/log.ts';
import { SLACK_TIME_MS, undefinedWithoutScope } from '../../shared/look-again/look-back.ts';
import { counter } from '../../shared/metrics.ts';
import type { Notice, PostedMessage } from '../../shared/slack/chat.ts';
import { CALL_TIME_MS } from '../../shared/slack/client.ts';
import type { HistoryMessage, HistoryOptions } from '../../shared/slack/history.ts';
import { isAmbiguous, SlackError } from '../../shared/slack/refusal.ts';
import { type DeadLetters, givenUp, type Intent, isDue, said, saying, takenOver } from './dead-letters.ts';
import { EVENT_TYPE, renderDeadLetters } from './message.ts';
import type { Records } from './records.ts';

export interface SayDependencies {
  readonly records: Records;
  readonly chat: {
    readonly notify: (notice: Notice) => Promise<PostedMessage>;
    readonly messages: (options: HistoryOptions) => Promise<readonly HistoryMessage[]>;
  };
  readonly clusterName: string;
  readonly log: Pick<Logger, 'warn'>;
  readonly now: () => Date;
}

/** A message is being said, or was begun by a process that is gone; which of them is known when its intent has run out. */
export class BeingSaidError extends Error {
  override readonly name = 'BeingSaidError';
}

/** How long an intent holds: one call to Slack, and what a message may be on its way after it. */
export const INTENT_MS = CALL_TIME_MS + 30_000;
/** For reading the channel back. */
const LOOK_BACK_MS = 4_000;

const messages = counter('archwatch_dead_letter_messages_total', 'Messages about dead letters that were posted.', []);

/** Resolves when nothing is left to be said now. Throws `BeingSaidError`, and what Slack or the API server threw: then it is still on record. */
export type Say = () => Promise<void>;

export function createSay(dependencies: SayDependencies): Say {
  const { records, now } = dependencies;
  const sightings = createSightings(now);
  return async () => {
    const by = randomUUID();
    const found = await records.read();
    const settled = found.intent ? await takeOver(found.intent, by, sightings, dependencies) : found;
    const { intent } = isDue(settled, now()) ? await records.update((record) => begun(record, by, now())) : settled;
    if (!intent) return;
    if (intent.by !== by) throw new BeingSaidError('another is saying it');
    sightings.own(attempt(intent));
    await post(intent, dependencies);
  };
}

function begun(record: DeadLetters, by: string, now: Date): DeadLetters {
  return isDue(record, now) ? saying(record, { id: randomUUID(), by, lastsMs: INTENT_MS, now }) : record;
}

/** The record with the intent taken over; without one where that message is in the channel already. */
async function takeOver(intent: Intent, by: string, sightings: Sightings, dependencies: SayDependencies): Promise<DeadLetters> {
  const { records, now } = dependencies;
  if (sightings.isRunning(attempt(intent))) throw new BeingSaidError('a message may be on its way');
  const posted = await lookBack(intent, dependencies);
  if (posted === undefined) return records.update((current) => takenOver(current, intent, by, now()));
  noteDelivery({ message: intent.id, found: posted.ts });
  return records.update((current) => said(current, intent.id, new Date(intent.at)));
}

/** Without the scope to read it finds nothing: a double is better than a loss. */
async function lookBack({ id, from }: Intent, { chat, log, now }: SayDependencies): Promise<HistoryMessage | undefined> {
  const oldest = new Date(Date.parse(from) - SLACK_TIME_MS);
  const found = await chat.messages({ oldest, until: now().getTime() + LOOK_BACK_MS }).catch(undefinedWithoutScope(log));
  return found?.find(({ eventType, payload }) => eventType === EVENT_TYPE && payload.id === id);
}

/** Where Slack surely did not do it, its letters wait again; where that is not sure, the intent stays until it is known. */
async function post(intent: Intent, { records, chat, clusterName, now }: SayDependencies): Promise<void> {
  try {
    const { ts } = await chat.notify(renderDeadLetters(clusterName, intent));
    messages.inc();
    noteDelivery({ message: intent.id, posted: ts, told: intent.tally.total });
  } catch (error) {
    if (error instanceof SlackError && !isAmbiguous(error)) await records.update((current) => givenUp(current, intent.by));
    throw error;
  }
  await records.update((current) => said(current, intent.id, now()));
}

/** Each attempt at a message is timed anew. */
function attempt({ by, lastsMs }: Intent): Parameters<Sightings['own']>[0] {
  return { id: by, lastsMs, isInDoubt: false };
}
