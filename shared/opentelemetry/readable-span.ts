/** A span of ours as OpenTelemetry's exporter takes it. */
import type { Context, HrTime, SpanContext } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { FinishedSpan } from '../tracing.ts';

type Sdk = typeof import('./sdk.ts');

export function readableSpan(span: FinishedSpan, resource: Resource, sdk: Sdk): ReadableSpan {
  const { name, kind, spanId, parentId, isParentRemote, startedAt, endedAt, attributes, isFailed } = span;
  const flags = sdk.TraceFlags.SAMPLED;
  return {
    name,
    kind: { server: sdk.SpanKind.SERVER, client: sdk.SpanKind.CLIENT, internal: sdk.SpanKind.INTERNAL }[kind],
    spanContext: () => contextAt(span, spanId, flags, false, sdk),
    ...(parentId ? { parentSpanContext: contextAt(span, parentId, flags, isParentRemote, sdk) } : {}),
    startTime: hrTime(startedAt),
    endTime: hrTime(endedAt),
    duration: hrTime(endedAt - startedAt),
    status: { code: isFailed ? sdk.SpanStatusCode.ERROR : sdk.SpanStatusCode.UNSET },
    attributes: { ...attributes },
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: 'archwatch' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** By what a sampler decides: all spans of a trace that are ours alike, so that none is without its parent. */
export function contextOf(span: FinishedSpan, sdk: Sdk): Context {
  const { inherited, spanId } = span;
  if (inherited === undefined) return sdk.ROOT_CONTEXT;
  const flags = inherited ? sdk.TraceFlags.SAMPLED : sdk.TraceFlags.NONE;
  return sdk.trace.setSpanContext(sdk.ROOT_CONTEXT, contextAt(span, spanId, flags, true, sdk));
}

function contextAt({ traceId, state }: FinishedSpan, spanId: string, traceFlags: number, isRemote: boolean, sdk: Sdk): SpanContext {
  return { traceId, spanId, traceFlags, isRemote, ...(state ? { traceState: sdk.createTraceState(state) } : {}) };
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  return [Math.trunc(ms / 1_000), Math.round((ms % 1_000) * 1_000_000)];
}
