/** Spans on their way to a collector. Nobody waits for it, and where it is away or slow that is said once. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Sampler, SpanExporter } from '@opentelemetry/sdk-trace';
import { inTime } from '../in-time.ts';
import type { Logger } from '../log.ts';
import { exportSpansTo, type FinishedSpan } from '../tracing.ts';
import { contextOf, readableSpan } from './readable-span.ts';
import type { SamplerName, TracingSettings } from './tracing-settings.ts';

type Sdk = typeof import('./sdk.ts');

export interface SpanExport {
  /** Sends what is left, and waits a moment for that. */
  readonly stop: () => Promise<void>;
}

/** What waits until the SDK is loaded. */
const MAX_WAITING = 2_048;
/** The SDK takes long to load: the answer that ends the first span is to have left by then. */
const LOAD_AFTER_MS = 500;
const STOP_TIME_MS = 2_000;

/** From now on spans are exported. The SDK is loaded when the first of them is over. */
export function exportSpans(settings: TracingSettings, log: Pick<Logger, 'warn'>): SpanExport {
  const waiting: FinishedSpan[] = [];
  const outside = AsyncLocalStorage.snapshot(); // what goes wrong is no part of the request whose span it was
  let opened: Promise<Pipeline | undefined> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const open = () => {
    opened ??= openPipeline(settings, log).catch((error: Error) => {
      exportSpansTo(undefined);
      log.warn({ err: error }, `no traces are exported: ${error.message}`);
      return undefined;
    });
    return opened;
  };
  const drain = async () => {
    const pipeline = await open();
    for (const span of waiting.splice(0)) pipeline?.take(span);
    if (pipeline) exportSpansTo((span) => outside(pipeline.take, span));
    return pipeline;
  };
  exportSpansTo((span) => {
    if (waiting.length < MAX_WAITING) waiting.push(span);
    timer ??= outside(() => setTimeout(drain, LOAD_AFTER_MS).unref());
  });
  return {
    stop: async () => {
      if (timer === undefined) return;
      clearTimeout(timer);
      const sent = drain().then((pipeline) => pipeline?.stop());
      await inTime(sent, STOP_TIME_MS).catch((error: Error) => log.warn({}, `the last spans are not exported: ${error.message}`));
    },
  };
}

interface Pipeline {
  readonly take: (span: FinishedSpan) => void;
  readonly stop: () => Promise<void>;
}

async function openPipeline({ sampler, ratio, serviceName, delayMs }: TracingSettings, log: Pick<Logger, 'warn'>): Promise<Pipeline> {
  const sdk = await import('./sdk.ts');
  const named = sdk.resourceFromAttributes({ 'service.name': serviceName });
  const resource = sdk
    .defaultResource()
    .merge(named)
    .merge(sdk.detectResources({ detectors: [sdk.envDetector] }));
  const processor = new sdk.BatchSpanProcessor({
    exporter: tellingOnce(new sdk.OTLPTraceExporter(), sdk, log),
    scheduledDelayMillis: delayMs,
  });
  const decide = samplerOf(sampler, ratio, sdk);
  return {
    take: (span) => {
      const { decision } = decide.shouldSample(contextOf(span, sdk), span.traceId, span.name, sdk.SpanKind.INTERNAL, {}, []);
      if (decision === sdk.SamplingDecision.RECORD_AND_SAMPLED) processor.onEnd(readableSpan(span, resource, sdk));
    },
    stop: () => processor.shutdown(),
  };
}

function samplerOf(name: SamplerName, ratio: number, sdk: Sdk): Sampler {
  const roots: Readonly<Record<string, () => Sampler>> = {
    always_on: () => new sdk.AlwaysOnSampler(),
    always_off: () => new sdk.AlwaysOffSampler(),
    traceidratio: () => new sdk.TraceIdRatioBasedSampler(ratio),
  };
  const root = roots[name.replace('parentbased_', '')]?.() ?? new sdk.AlwaysOnSampler();
  return name.startsWith('parentbased_') ? new sdk.ParentBasedSampler({ root }) : root;
}

/** A collector that is away costs one line, until it has taken something again. */
function tellingOnce(exporter: SpanExporter, { ExportResultCode }: Sdk, log: Pick<Logger, 'warn'>): SpanExporter {
  let isTold = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, ({ code, error }) => {
        const isAway = code !== ExportResultCode.SUCCESS;
        if (isAway && !isTold) log.warn({}, `traces cannot be exported: ${error?.message ?? 'the collector does not take them'}`);
        isTold = isAway;
        done({ code: ExportResultCode.SUCCESS });
      }),
    shutdown: () => exporter.shutdown(),
  };
}
