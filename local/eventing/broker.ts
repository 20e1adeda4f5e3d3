/** A broker of Knative, as far as a demo needs it: each event goes to every Trigger that wants it, again after a failure, and then to the dead letters. */
import { setTimeout as wait } from 'node:timers/promises';
import type { EventRequest } from '../story/node-event.ts';
import { type Answered, attempt, isTaken, isTriedAgain } from './attempt.ts';

export interface Trigger {
  readonly subscriber: string;
  readonly accepts: (type: string) => boolean;
}

export interface BrokerOptions {
  readonly triggers: readonly Trigger[];
  /** Where events go that a subscriber did not take. */
  readonly deadLetterSink: string;
  /** Pauses between attempts, in ms; their number bounds the attempts. */
  readonly pausesMs?: readonly number[];
}

/** What became of an event at one Trigger. `lost` is what the dead-letter sink did not take either. */
export interface Delivered {
  readonly to: 'subscriber' | 'dead-letter-sink' | 'lost';
  /** The subscriber's last answer. */
  readonly answered: Answered;
}

export interface BrokerCounts {
  readonly taken: number;
  readonly onTheWay: number;
  readonly deadLetters: number;
  readonly lost: number;
}

export interface Broker {
  /** Sends an event at once, and resolves when every Trigger is done with it. Sources do not wait for that: the handler is asynchronous. */
  deliver(event: EventRequest): Promise<readonly Delivered[]>;
  counts(): BrokerCounts;
  /** Resolves when nothing is on the way. */
  idle(): Promise<void>;
  /** Ends all attempts. */
  stop(): void;
  /** Called when the counts change; the answer ends it. */
  subscribe(listener: () => void): () => void;
}

/**
 * A second, doubled: a real Trigger of ours begins with two, and a person at a page waits less. Together with the attempts it must
 * last longer than an intent (39 s) that a killed function left, and than its restart.
 */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 16_000];

export function createBroker({ triggers, deadLetterSink, pausesMs = PAUSES_MS }: BrokerOptions): Broker {
  const stopping = new AbortController();
  const { signal } = stopping;
  const listeners = new Set<() => void>();
  const idle = new Set<() => void>();
  let counts: BrokerCounts = { taken: 0, onTheWay: 0, deadLetters: 0, lost: 0 };
  const count = (change: Partial<BrokerCounts>) => {
    counts = { ...counts, ...change };
    for (const listener of listeners) listener();
    if (counts.onTheWay > 0) return;
    for (const resolve of idle) resolve();
    idle.clear();
  };
  const send = async (url: string, event: EventRequest): Promise<Answered> => {
    for (let tries = 0; ; tries++) {
      const answered = await attempt(url, event, signal);
      const pause = pausesMs[tries];
      if (pause === undefined || signal.aborted || !isTriedAgain(answered)) return answered;
      await wait(pause, undefined, { signal }).catch(() => undefined);
    }
  };
  const dispatch = async ({ subscriber }: Trigger, event: EventRequest): Promise<Delivered> => {
    count({ onTheWay: counts.onTheWay + 1 });
    const answered = await send(subscriber, { ...event, headers: { ...event.headers, prefer: 'reply' } });
    if (isTaken(answered)) {
      count({ onTheWay: counts.onTheWay - 1, taken: counts.taken + 1 });
      return { to: 'subscriber', answered };
    }
    const isKept = isTaken(await send(deadLetterSink, deadLetter(event, subscriber, answered)));
    const sunk = isKept ? { deadLetters: counts.deadLetters + 1 } : { lost: counts.lost + 1 };
    count({ onTheWay: counts.onTheWay - 1, ...sunk });
    return { to: isKept ? 'dead-letter-sink' : 'lost', answered };
  };
  return {
    deliver: (event) => {
      const type = event.headers['ce-type'] ?? '';
      return Promise.all(triggers.filter(({ accepts }) => accepts(type)).map((trigger) => dispatch(trigger, event)));
    },
    counts: () => counts,
    idle: () => (counts.onTheWay === 0 ? Promise.resolve() : new Promise((resolve) => void idle.add(resolve))),
    stop: () => stopping.abort(),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const MAX_DATA = 1_024;

/** The event as it was, and who failed on it: https://knative.dev/docs/eventing/event-delivery/. */
function deadLetter({ headers, body }: EventRequest, subscriber: string, { status, body: said }: Answered): EventRequest {
  return {
    body,
    headers: {
      ...headers,
      'ce-knativeerrordest': subscriber,
      ...(status === undefined ? {} : { 'ce-knativeerrorcode': String(status) }),
      ...(said ? { 'ce-knativeerrordata': Buffer.from(said).toString('base64').slice(0, MAX_DATA) } : {}),
    },
  };
}
