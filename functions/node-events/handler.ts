/** CloudEvents about Nodes and the HyperConverged, and the hourly ping → look again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type CloudEvent, parseEvents, readRawHeader, traceOf } from '../../shared/cloudevents.ts';
import { noteDelivery } from '../../shared/delivery.ts';
import type { HttpAnswer, Route } from '../../shared/http/route.ts';
import { inTime } from '../../shared/in-time.ts';
import type { LookAgain, LookedAgain, LookOptions } from '../../shared/look-again/look-again.ts';
import type { Signal } from '../../shared/look-again/signal.ts';
import { counter } from '../../shared/metrics.ts';
import { adoptTrace } from '../../shared/tracing.ts';
import { type Change, type EventMeaning, readEvent } from './change.ts';
import { createEventLooks, type EventLooks } from './coalesce.ts';
import { type Became, describe, type EventLabel, labelOf, notFromHere } from './describe.ts';
import { createRelevance, type Relevance } from './relevance.ts';

export interface NodeEventsHandlerDependencies {
  /** Who may send; anybody where it is not said. */
  readonly authenticate?: NonNullable<Route['authenticate']>;
  readonly looking: Looking;
  /** What Alertmanager lists now, where it may be asked. Never throws: where it does not answer, the signal says nothing. */
  readonly pull?: () => Promise<Signal>;
  readonly cluster: { readonly name: string; readonly id: string | undefined };
  readonly now: () => Date;
  /** Real time, unless a test has another. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** What is asked of the one use case. */
export interface Looking extends Pick<LookAgain, 'recordedLook'> {
  readonly lookAgain: (signal: Signal, options?: LookOptions) => Promise<LookedAgain>;
}

/** All that is kept of an event while it waits for a look: its data may be 2 MiB. */
interface Heard {
  readonly label: EventLabel;
  readonly meaning: EventMeaning | { readonly kind: 'other-cluster'; readonly why: string };
}

const MAX_BODY = 2 * 1024 * 1024;
/** An event may wait for the look that is under way, then 5 s for the next; each is done within 10 s. Brokers wait for a minute. */
const ANSWER_TIME_MS = 25_000;
/** A body, any body, would be taken for an event in reply, or for a failure: Knative's data plane contract. */
const ACCEPTED: HttpAnswer = { status: 202 };
const SAYS_NOTHING: Signal = new Map();

const eventsSeen = counter('archwatch_events_total', 'CloudEvents, by what became of them.', ['kind']);

/** `POST /events`: 202 when what the events say is on record, or cannot matter; 503 where they must come again. */
export function createNodeEventsHandler(dependencies: NodeEventsHandlerDependencies): Route {
  const { authenticate, looking, pull, cluster, now, pause = realPause } = dependencies;
  const relevance = createRelevance();
  const looks = createEventLooks<'ping'>({
    look: async (pings) => {
      const isPing = pings.length > 0;
      const signal = isPing && pull ? await pull() : SAYS_NOTHING;
      const { look, verdicts } = await looking.lookAgain(signal, { tidy: isPing });
      noteDelivery({ verdicts });
      return look.versions;
    },
    recorded: looking.recordedLook,
    now,
    pause,
  });
  const take = async ({ label, meaning }: Heard): Promise<Became> => {
    if (meaning.kind === 'other' || meaning.kind === 'other-cluster') return { ...meaning, label };
    if (meaning.kind === 'ping') return { kind: await inTime(answerPing(looks), ANSWER_TIME_MS), label };
    return { kind: await inTime(lookAfter(meaning, looks, relevance), ANSWER_TIME_MS), label };
  };
  const takeAll = async (heard: readonly Heard[]): Promise<HttpAnswer> => {
    const became = await Promise.all(heard.map((one) => take(one).catch(failed(one.label))));
    for (const { kind } of became) eventsSeen.inc({ kind });
    const failure = became.find((one) => one.kind === 'failed');
    noteDelivery(describe(became));
    if (failure) throw failure.error;
    return ACCEPTED;
  };
  return {
    method: 'post',
    path: '/events',
    bodyLimit: MAX_BODY,
    isDelivery: true,
    ...(authenticate ? { authenticate } : {}),
    // nothing is awaited here: what waits keeps all that it can see
    handle: async (request) => takeAll(heardIn(parseEvents(request), cluster)),
  };
}

function heardIn(events: readonly CloudEvent[], cluster: NodeEventsHandlerDependencies['cluster']): readonly Heard[] {
  adoptTrace(events.map(traceOf).find((trace) => trace !== undefined));
  return events.map((event) => hear(event, cluster));
}

function hear(event: CloudEvent, cluster: NodeEventsHandlerDependencies['cluster']): Heard {
  const label = labelOf(event);
  return isElsewhere(event, cluster) ? { label, meaning: notFromHere(event) } : { label, meaning: readEvent(event) };
}

/** A look at the next turn: a ping proves no more than an event does, and many of them cause no more looks. */
async function answerPing(looks: EventLooks<'ping'>): Promise<'ping'> {
  await looks.looked('ping');
  return 'ping';
}

async function lookAfter(change: Change, looks: EventLooks<'ping'>, relevance: Relevance): Promise<'irrelevant' | 'covered' | 'looked'> {
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

/** Rule 12. Where the source says nothing of a cluster, it is this one: it knows no other. Its name may have come unencoded. */
function isElsewhere({ extensions }: CloudEvent, { name, id }: NodeEventsHandlerDependencies['cluster']): boolean {
  const { cluster } = extensions;
  if (cluster === undefined || cluster === '') return false;
  return ![name, id].some((own) => own !== undefined && (cluster === own || cluster === readRawHeader(own)));
}

function failed(label: EventLabel) {
  return (error: unknown): Became => ({ kind: 'failed', error, label });
}

async function realPause(ms: number): Promise<void> {
  await sleep(ms);
}
