/** Dead letters → log, count on record, one message an hour. The hourly ping says what still waits. */
import { batched } from '../../shared/batch.ts';
import { traceOf } from '../../shared/cloudevents.ts';
import { noteDelivery } from '../../shared/delivery.ts';
import { BadRequestError, type HttpAnswer, type HttpRequest, type Route } from '../../shared/http/route.ts';
import { inTime } from '../../shared/in-time.ts';
import type { Logger } from '../../shared/log.ts';
import { counter } from '../../shared/metrics.ts';
import { adoptTrace } from '../../shared/tracing.ts';
import { counted, type DeadLetters } from './dead-letters.ts';
import { isPing, KNOWN_TYPES, type Letter, type ReceivedEvent, toLetter } from './letter.ts';
import type { Records } from './records.ts';
import { BeingSaidError, type Say } from './say.ts';

export interface DeadLetterHandlerDependencies {
  /** Who may send; anybody where it is not said. */
  readonly authenticate?: NonNullable<Route['authenticate']>;
  /** Throws `BadRequestError`. */
  readonly parseEvents: (request: Pick<HttpRequest, 'headers' | 'body'>) => readonly ReceivedEvent[];
  readonly records: Pick<Records, 'update'>;
  readonly say: Say;
  readonly log: Logger;
  readonly now: () => Date;
  /** `LIMITS`, unless a test has others. */
  readonly limits?: typeof LIMITS;
}

/** Together less than a closing server waits for its answers (`shared/http/server.ts`). What takes longer goes on, and is not waited for. */
export const LIMITS = { recordMs: 7_000, sayMs: 8_000 };

const MAX_BODY = 2 * 1024 * 1024;
/** A batch may hold a thousand. */
const MAX_LISTED = 10;
const ACCEPTED: HttpAnswer = { status: 202 };

const deadLetters = counter('archwatch_dead_letters_total', 'Events that nobody could handle, by type.', ['type']);
const failures = counter('archwatch_dead_letter_failures_total', 'Tries to put dead letters on record, or to tell of them, that failed.', [
  'what',
]);

/** `POST /`: 202 when every letter is on record; who is told of it, and when, is not the broker's concern. 15 s at most. */
export function createDeadLetterHandler(dependencies: DeadLetterHandlerDependencies): Route {
  const { authenticate, say, log, limits = LIMITS } = dependencies;
  const record = createRecorder(dependencies);
  return {
    method: 'post',
    path: '/',
    bodyLimit: MAX_BODY,
    isDelivery: true,
    ...(authenticate ? { authenticate } : {}),
    handle: async (request) => {
      const events = parse(request, dependencies);
      const letters = events.filter((event) => !isPing(event)).map(toLetter);
      noteDelivery({ count: events.length, events: events.slice(0, MAX_LISTED).map(describeOne) });
      for (const letter of letters) log.warn(fieldsOf(letter), 'an event that nobody could handle');
      if (letters.length > 0) await inTime(record(letters), limits.recordMs).catch(unrecorded);
      // A ping that could not do its work is to come again; a letter that is on record has done its own.
      const isPinged = letters.length < events.length;
      await (isPinged ? inTime(say(), limits.sayMs).catch(untold) : inTime(say().catch(unsaid(log)), limits.sayMs).catch(unsaid(log)));
      return ACCEPTED;
    },
  };
}

function parse(request: HttpRequest, { parseEvents }: Pick<DeadLetterHandlerDependencies, 'parseEvents'>): readonly ReceivedEvent[] {
  try {
    const events = parseEvents(request);
    adoptTrace(events.map(traceOf).find((trace) => trace !== undefined));
    return events;
  } catch (error) {
    if (error instanceof BadRequestError) deadLetters.inc({ type: 'unreadable' });
    throw error;
  }
}

/** For the line of the log. */
function describeOne(event: ReceivedEvent): object {
  const { id, source, type, subject } = toLetter(event);
  return { id, source, type, subject, became: isPing(event) ? 'ping' : 'letter' };
}

function fieldsOf({ key: _, ...fields }: Letter): Omit<Letter, 'key'> {
  return fields;
}

/** Letters that come together are recorded together: fewer writers meet. */
function createRecorder({ records, now }: DeadLetterHandlerDependencies): (letters: readonly Letter[]) => Promise<void> {
  return batched(async (deliveries: readonly (readonly Letter[])[]) => {
    let isNew: readonly Letter[] = [];
    const letters = [...new Map(deliveries.flat().map((letter) => [letter.key, letter])).values()];
    const count = (record: DeadLetters): DeadLetters => {
      isNew = letters.filter(({ key }) => !record.recent.includes(key));
      return isNew.reduce((next, letter) => counted(next, letter, now()), record);
    };
    await records.update(count);
    for (const { type } of isNew) deadLetters.inc({ type: KNOWN_TYPES.includes(type) ? type : 'other' });
  });
}

function unrecorded(error: unknown): never {
  failures.inc({ what: 'record' });
  throw error;
}

function untold(error: unknown): never {
  if (!(error instanceof BeingSaidError)) failures.inc({ what: 'message' });
  throw error;
}

function unsaid(log: Logger): (error: unknown) => void {
  return (error) => {
    if (error instanceof BeingSaidError) return log.debug({}, `left to the next letter or ping: ${error.message}`);
    failures.inc({ what: 'message' });
    log.error({ err: error }, `not said, with the next letter or ping it is: ${error instanceof Error ? error.message : error}`);
  };
}
