/** What goes wrong in the story while something is said: functions that are killed, answers that are lost, events that nobody takes. */
import type { Broker } from '../eventing/broker.ts';
import type { StepParts } from './parts.ts';
import { isThere, join, leave, ODD_WORKER } from './workers.ts';

/** An event waits up to 5 s for its look. */
const POST_WITHIN_MS = 12_000;
const NOTHING_SAID = `nothing was posted within ${POST_WITHIN_MS / 1_000} s: play this while the mismatch is there`;

/** It joins, or leaves if it is there: either is told in the thread while an incident is open. */
export function joinOrLeave({ cluster }: Pick<StepParts, 'cluster'>): Promise<void> {
  return (isThere(cluster, ODD_WORKER.name) ? leave : join)(cluster, [ODD_WORKER]);
}

/** Slack posts and does not answer; whoever waits for it is killed, and started again. */
export async function killWhilePosting({ cluster, functions, slack }: StepParts): Promise<void> {
  const [isPosting] = await Promise.all([slack.holdNextAnswer(POST_WITHIN_MS), joinOrLeave({ cluster })]);
  if (!isPosting) throw new Error(NOTHING_SAID);
  await functions.kill(['node-events']);
  await functions.start();
}

export async function loseAnswer({ cluster, slack }: StepParts): Promise<void> {
  const [wasPosted] = await Promise.all([slack.loseNextAnswer(POST_WITHIN_MS), joinOrLeave({ cluster })]);
  if (!wasPosted) throw new Error(NOTHING_SAID);
}

export async function restartFunctions({ functions }: Pick<StepParts, 'functions'>): Promise<void> {
  await functions.kill();
  await functions.start();
}

/** For longer than the broker tries. */
export async function keepNodeEventsAway({ cluster, functions, broker }: StepParts): Promise<void> {
  await functions.kill(['node-events']);
  try {
    await joinOrLeave({ cluster });
    await broker.idle();
  } finally {
    await functions.start();
  }
}

/** The ping of the hour, now. Rejects where a function did not take it. */
export async function passAnHour(broker: Pick<Broker, 'deliver'>, event: Parameters<Broker['deliver']>[0]): Promise<void> {
  const failed = (await broker.deliver(event)).find(({ to }) => to !== 'subscriber');
  if (failed === undefined) return;
  const { status, error } = failed.answered;
  const where = failed.to === 'lost' ? 'nobody took it, and it is lost' : 'it went to the dead letters';
  throw new Error(`The broker gave the ping up: ${status === undefined ? error : `the function answered ${status}`}; ${where}.`);
}
