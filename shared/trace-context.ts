/** W3C trace context: the trace that somebody else began, as it comes in headers. https://www.w3.org/TR/trace-context/ */
import { randomBytes } from 'node:crypto';

/** A span of a trace, and what is passed on with it. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whether whoever began it keeps its spans. */
  readonly isSampled: boolean;
  /** What tracing systems add, as it came. */
  readonly state: string | undefined;
}

/** Undefined for what is absent or malformed: then a new trace begins. A state that is malformed or too long is left out. */
export function parseTraceContext(parent: unknown, state: unknown): TraceContext | undefined {
  const [, version, traceId, spanId, flags, more] = (typeof parent === 'string' && PARENT.exec(parent.trim())) || [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (NOTHING.test(traceId) || NOTHING.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0, state: readState(state) };
}

/** The value of `traceparent`. */
export function formatTraceParent({ traceId, spanId, isSampled }: Omit<TraceContext, 'state'>): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

export function newTraceId(): string {
  return newId(16);
}

export function newSpanId(): string {
  return newId(8);
}

/** Versions after 00 may add fields. */
const PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NOTHING = /^0+$/;
const SAMPLED = 1;
/** What everybody has to pass on at least. */
const MAX_STATE = 512;

function readState(state: unknown): string | undefined {
  return typeof state === 'string' && state.length <= MAX_STATE && /^[\x20-\x7e]+$/.test(state) ? state : undefined;
}

function newId(bytes: number): string {
  const id = randomBytes(bytes).toString('hex');
  return NOTHING.test(id) ? newId(bytes) : id;
}
