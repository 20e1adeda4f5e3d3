/** CloudEvents about Nodes and the HyperConverged, and the hourly ping → look again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type CloudEvent, parseEvents } from '../../shared/cloudevents.ts';
import type { HttpAnswer, Route } from '../../shared/http.ts';
import { inTime } from '../../shared/in-time.ts';
import type { Logger } from '../../shared/log.ts';
import type { LookAgain, LookedAgain, LookOptions } from '../../shared/look-again/look-again.ts';
import type { Signal } from '../../shared/look-again/signal.ts';
import { counter } from '../../shared/metrics.ts';
import { type Change, readEvent } from './change.ts';
import { createEventLooks, type EventLooks } from './coalesce.ts';
import { type Became, describe } from './describe.ts';
import { createRelevance, type Relevance } from './relevance.ts';

export interface NodeEventsHandlerDependencies {
  readonly looking: Looking;
  /** What Alertmanager lists now, where it may be asked. Never throws: where it does not answer, the signal says nothing. */
  readonly pull?: () => Promise<Signal>;
  readonly cluster: { readonly name: string; readonly id: string | undefined };
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly now: () => Date;
  /** Real time, unless a test has another. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** What is asked of the one use case. */
export interface Looking extends Pick<LookAgain, 'recordedLook'> {
  readonly lookAgain: (signal: Signal, options?: LookOptions) => Promise<Pick<LookedAgain, 'look'>>;
}

const MAX_BODY = 2 * 1024 * 1024;
/** An event may wait 5 s for the next look; the look is done within 10 s. */
const ANSWER_TIME_MS = 15_000;
/** A body, any body, would be taken for an event in reply, or for a failure: Knative's data plane contract. */
const ACCEPTED: HttpAnswer = { status: 202 };
const SAYS_NOTHING: Signal = new Map();

const eventsSeen = counter('archwatch_events_total', 'CloudEvents, by what became of them.', ['kind']);

/** `POST /events`: 202 when what the events say is on record, or cannot matter; 503 where they must come again. */
export function createNodeEventsHandler(dependencies: NodeEventsHandlerDependencies): Route {
  const { looking, pull, cluster, log, now, pause = realPause } = dependencies;
  const relevance = createRelevance();
  const looks = createEventLooks<Signal>({
    look: async (signals) => (await looking.lookAgain(signals.at(-1) ?? SAYS_NOTHING, { tidy: signals.length > 0 })).look.versions,
    recorded: looking.recordedLook,
    now,
    pause,
  });
  const take = async (event: CloudEvent): Promise<Became> => {
    if (isElsewhere(event, cluster)) return { kind: 'other-cluster', event };
    const meaning = readEvent(event);
    if (meaning.kind === 'other') return { ...meaning, event };
    if (meaning.kind === 'ping') return { kind: await inTime(answerPing(looks, pull), ANSWER_TIME_MS), event };
    return { kind: await inTime(lookAfter(meaning, looks, relevance), ANSWER_TIME_MS), event };
  };
  return {
    method: 'post',
    path: '/events',
    bodyLimit: MAX_BODY,
    handle: async (request) => {
      const became = await Promise.all(parseEvents(request).map((event) => take(event).catch(failed(event))));
      for (const { kind } of became) eventsSeen.inc({ kind });
      const failure = became.find((one) => one.kind === 'failed');
      log[failure ? 'warn' : 'info'](describe(became), 'events');
      if (failure) throw failure.error;
      return ACCEPTED;
    },
  };
}

/** A look at the next turn: a ping proves no more than an event does, and many of them cause no more looks. */
async function answerPing(looks: EventLooks<Signal>, pull: NodeEventsHandlerDependencies['pull']): Promise<'ping'> {
  await looks.looked((await pull?.()) ?? SAYS_NOTHING);
  return 'ping';
}

async function lookAfter(change: Change, looks: EventLooks<Signal>, relevance: Relevance): Promise<'irrelevant' | 'covered' | 'looked'> {
  const followed = relevance.follow(change);
  if (followed === undefined) return 'irrelevant';
  try {
    const how = await looks.covered({ resource: change.resource, resourceVersion: followed.resourceVersion });
    followed.succeeded();
    return how;
  } catch (error) {
    followed.failed();
    throw error;
  }
}

/** Rule 12. Where the source says nothing of a cluster, it is this one: it knows no other. */
function isElsewhere({ extensions }: CloudEvent, { name, id }: NodeEventsHandlerDependencies['cluster']): boolean {
  const { cluster } = extensions;
  return cluster !== undefined && cluster !== '' && cluster !== name && cluster !== id;
}

function failed(event: CloudEvent) {
  return (error: unknown): Became => ({ kind: 'failed', error, event });
}

async function realPause(ms: number): Promise<void> {
  await sleep(ms);
}
