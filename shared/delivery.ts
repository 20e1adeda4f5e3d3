/** A delivery from its receipt to its answer: counted, said in one line of the log, and the first span of its trace. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from './log.ts';
import { counter } from './metrics.ts';
import { parseTraceContext } from './trace-context.ts';
import { type RequestSpan, startRequestSpan } from './tracing.ts';

interface Delivery {
  /** ms, of a clock that is never set. */
  readonly receivedAt: number;
  readonly span: RequestSpan;
  readonly log: Logger;
  readonly request: { readonly method: string; readonly path: string };
  /** For its line in the log. */
  facts: object;
}

const current = new AsyncLocalStorage<Delivery>();
const deliveries = counter('archwatch_deliveries_total', 'Deliveries, events and clicks that were answered, by outcome.', ['outcome']);

export interface ReceivedRequest {
  readonly method: string;
  /** Of the route, so that there are few. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** ms, by `performance.now()`. */
  readonly receivedAt: number;
}

/** Runs all that answers it. */
export function receiveDelivery({ method, path, headers, receivedAt }: ReceivedRequest, log: Logger, work: () => void): void {
  // The header names the hop before us, the attributes of an event its origin: the nearer one is the parent.
  // https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/distributed-tracing.md
  const from = parseTraceContext(headers.traceparent, headers.tracestate);
  const origin = parseTraceContext(headers['ce-traceparent'], headers['ce-tracestate']);
  const span = startRequestSpan(`${method} ${path}`, from ?? origin, performance.timeOrigin + receivedAt);
  const delivery = { receivedAt, span, log, request: { method, path }, facts: {} };
  current.run(delivery, () => span.run(work));
}

/** What its line in the log says beside the answer: who sent it, and what came of it. Outside of a delivery nobody listens. */
export function noteDelivery(facts: object): void {
  const delivery = current.getStore();
  if (delivery) delivery.facts = { ...delivery.facts, ...facts };
}

/** How long the delivery that is being answered has been here; undefined outside of one. */
export function secondsSinceReceipt(): number | undefined {
  const delivery = current.getStore();
  return delivery && (performance.now() - delivery.receivedAt) / 1_000;
}

/** It was answered, with this status: all that belongs to it is done. */
export function deliveryAnswered(status: number): void {
  const delivery = current.getStore();
  if (delivery === undefined) return;
  const { receivedAt, span, log, request, facts } = delivery;
  const outcome = outcomeOf(status);
  deliveries.inc({ outcome });
  const answer = { status, outcome, duration_ms: Math.round(performance.now() - receivedAt), trace_id: span.traceId() };
  log.info({ ...facts, ...request, ...answer }, 'delivery');
  span.end({ 'http.request.method': request.method, 'http.route': request.path, 'http.response.status_code': status }, status >= 500);
}

const OUTCOMES: Readonly<Record<number, string>> = { 401: 'unauthorized', 403: 'forbidden', 413: 'too-large' };

function outcomeOf(status: number): string {
  if (status < 400) return 'accepted';
  return OUTCOMES[status] ?? (status < 500 ? 'malformed' : 'unavailable');
}
