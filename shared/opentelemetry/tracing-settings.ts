/** How traces are exported, by OpenTelemetry's own variables: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
import { address, ConfigError, choice, integer, optional, type Variable } from '../config.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
/** What the exporter speaks: the one that needs no library of its own. */
const PROTOCOLS = ['http/json'] as const;
/** The first that is set counts. */
const PROTOCOL_NAMES = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'];
const MAX_DELAY_MS = 600_000;
export type SamplerName = (typeof SAMPLERS)[number];

export interface TracingSettings {
  readonly sampler: SamplerName;
  /** Of the samplers that take a share of all traces. */
  readonly ratio: number;
  /** Where OTEL_SERVICE_NAME names none. */
  readonly serviceName: string;
  /** For so long, in ms, spans are gathered before they are sent together. */
  readonly delayMs: number;
}

/** Undefined where nobody wants traces. The address, its headers and all else are read by OpenTelemetry's exporter itself. */
export const tracing: Variable<TracingSettings | undefined> = (environment) => {
  const endpoint = address('OTEL_EXPORTER_OTLP_ENDPOINT', undefined)(environment);
  if (endpoint === undefined || optional('OTEL_SDK_DISABLED')(environment)?.toLowerCase() === 'true') return undefined;
  if (choice('OTEL_TRACES_EXPORTER', ['otlp', 'none'], 'otlp')(environment) === 'none') return undefined;
  const [protocol = ''] = PROTOCOL_NAMES.filter((name) => optional(name)(environment) !== undefined);
  choice(protocol, PROTOCOLS, 'http/json')(environment);
  const sampler = choice('OTEL_TRACES_SAMPLER', SAMPLERS, 'parentbased_always_on')(environment);
  const ratio = Number(optional('OTEL_TRACES_SAMPLER_ARG')(environment) ?? 1);
  if (!(ratio >= 0 && ratio <= 1)) throw new ConfigError('OTEL_TRACES_SAMPLER_ARG is not a number from 0 to 1');
  const delayMs = integer('OTEL_BSP_SCHEDULE_DELAY', { min: 0, max: MAX_DELAY_MS, fallback: 5_000 })(environment);
  return { sampler, ratio, delayMs, serviceName: optional('K_SERVICE')(environment) ?? 'archwatch' };
};
