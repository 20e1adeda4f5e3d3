/** Traces: which one we are in, and spans for whoever exports them. Without an exporter only the ids are carried. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { formatTraceParent, newSpanId, newTraceId, type TraceContext } from './trace-context.ts';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span that is over. */
export interface FinishedSpan {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined where the trace begins with it. */
  readonly parentId: string | undefined;
  /** Whether the parent is in another process. */
  readonly isParentRemote: boolean;
  /** Whether whoever began the trace keeps it; undefined where it began here. */
  readonly inherited: boolean | undefined;
  readonly state: string | undefined;
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: SpanAttributes;
  readonly isFailed: boolean;
}

/** The span of a request that came in. */
export interface RequestSpan {
  /** Runs what belongs to it. */
  readonly run: <T>(work: () => T) => T;
  readonly traceId: () => string;
  readonly end: (attributes: SpanAttributes, isFailed: boolean) => void;
}

/** Where a span is in its trace. */
interface Place extends Pick<FinishedSpan, 'traceId' | 'spanId' | 'parentId' | 'isParentRemote' | 'inherited' | 'state'> {}

const places = new AsyncLocalStorage<{ place: Place }>();
let receive: ((span: FinishedSpan) => void) | undefined;

/** From now on spans are given to this function; undefined: to nobody. */
export function exportSpansTo(exporter: ((span: FinishedSpan) => void) | undefined): void {
  receive = exporter;
}

/** Goes on with the caller's trace, or begins one. `startedAt` is in ms since the epoch. */
export function startRequestSpan(name: string, from: TraceContext | undefined, startedAt: number): RequestSpan {
  const store = { place: from ? placeBelow(from) : newTrace() };
  return {
    run: (work) => places.run(store, work),
    traceId: () => store.place.traceId,
    end: (attributes, isFailed) => finish(store.place, { name, kind: 'server', startedAt, attributes, isFailed }),
  };
}

/** A trace that the body of a request names, where its headers named none. Spans that are over by then stay where they are. */
export function adoptTrace(from: TraceContext | undefined): void {
  const store = places.getStore();
  if (from && store && store.place.parentId === undefined) store.place = placeBelow(from);
}

/** What a request of ours carries on; undefined outside of a trace. */
export function currentTrace(): { readonly traceId: string; readonly parent: string; readonly state: string | undefined } | undefined {
  const place = places.getStore()?.place;
  if (place === undefined) return undefined;
  const parent = formatTraceParent({ ...place, isSampled: place.inherited ?? receive !== undefined });
  return { traceId: place.traceId, parent, state: place.state };
}

/** Does some work in a span of its own, if anybody exports it. */
export async function inSpan<T>(
  { name, kind = 'internal', attributes = {} }: { name: string; kind?: 'client' | 'internal'; attributes?: SpanAttributes },
  work: () => Promise<T>,
): Promise<T> {
  const parent = places.getStore()?.place;
  if (receive === undefined || parent === undefined) return work();
  const place = { ...parent, spanId: newSpanId(), parentId: parent.spanId, isParentRemote: false };
  const span = { name, kind, startedAt: time() };
  try {
    const result = await places.run({ place }, work);
    finish(place, { ...span, attributes, isFailed: false });
    return result;
  } catch (error) {
    // its name only: a message may hold what a collector must not
    finish(place, { ...span, attributes: { ...attributes, 'error.type': error instanceof Error ? error.name : 'Error' }, isFailed: true });
    throw error;
  }
}

function finish(place: Place, span: Pick<FinishedSpan, 'name' | 'kind' | 'startedAt' | 'attributes' | 'isFailed'>): void {
  receive?.({ ...place, ...span, endedAt: time() });
}

function newTrace(): Place {
  const nobody = { parentId: undefined, isParentRemote: false, inherited: undefined, state: undefined };
  return { traceId: newTraceId(), spanId: newSpanId(), ...nobody };
}

function placeBelow({ traceId, spanId, isSampled, state }: TraceContext): Place {
  return { traceId, spanId: newSpanId(), parentId: spanId, isParentRemote: true, inherited: isSampled, state };
}

/** It never goes back while a process lives. */
function time(): number {
  return performance.timeOrigin + performance.now();
}
