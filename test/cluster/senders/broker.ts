/** How a Knative broker delivers an event to a subscriber: knative/eventing `pkg/kncloudevents/retries.go`, with the delivery of our Trigger. */
import { setTimeout as pause } from 'node:timers/promises';
import type { EventRequest } from '../../../local/story/node-event.ts';
import { type Answered, type Attempt, attempt, isSuccess } from './attempt.ts';

export interface DeliverySettings {
  readonly url: string;
  /** Ms; two seconds unless given, doubled each time. */
  readonly backoffDelayMs?: number;
  /** Who sends; the network unless given. */
  readonly send?: Attempt;
}

export interface Dispatched {
  /** Where the event went in the end. */
  readonly to: 'subscriber' | 'dead-letter-sink';
  readonly answers: readonly Answered[];
}

/** `delivery`: retry 5, exponential, PT2S, timeout PT60S. */
const RETRIES = 5;
const BACKOFF_DELAY_MS = 2_000;
const TIMEOUT_MS = 60_000;

/** Delivers one event, or gives it up to the dead-letter sink. */
export async function dispatch(event: EventRequest, settings: DeliverySettings): Promise<Dispatched> {
  const { url, backoffDelayMs = BACKOFF_DELAY_MS, send = attempt } = settings;
  const answers: Answered[] = [];
  for (let tries = 0; ; tries++) {
    const answered = await send({ url, headers: { ...event.headers, prefer: 'reply' }, body: event.body }, TIMEOUT_MS);
    answers.push(answered);
    if (isAccepted(answered)) return { to: 'subscriber', answers };
    if (tries === RETRIES || !isToBeRetried(answered)) return { to: 'dead-letter-sink', answers };
    await pause(backoffDelayMs * 2 ** tries);
  }
}

/** A body that is no event makes the broker's filter answer 502 to its own channel. */
function isAccepted(answered: Answered): boolean {
  return isSuccess(answered) && answered.body === '';
}

/** `SelectiveRetry`. */
function isToBeRetried(answered: Answered): boolean {
  const { status } = answered;
  return status === undefined || (status >= 200 && status < 300) || status >= 500 || [404, 408, 409, 429].includes(status);
}
