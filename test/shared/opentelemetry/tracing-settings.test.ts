import assert from 'node:assert/strict';
import { ConfigError } from '../../../shared/config.ts';
import { tracing } from '../../../shared/opentelemetry/tracing-settings.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

describe('the settings of traces', () => {
  for (const environment of [
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_TRACES_SAMPLER: 'x' },
    { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' },
    { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' },
    { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  ])
    it(`want none: ${JSON.stringify(environment)}`, () => assert.equal(tracing(environment), undefined));

  for (const more of [{}, { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, { OTEL_EXPORTER_OTLP_PROTOCOL: '' }])
    it(`keep what the caller keeps, and all of our own, where only the collector is named, with ${JSON.stringify(more)}`, () =>
      assert.deepEqual(tracing({ ...ENDPOINT, ...more }), {
        sampler: 'parentbased_always_on',
        ratio: 1,
        serviceName: 'archwatch',
        delayMs: 5_000,
      }));

  it('take the share of a sampler, and the name that Knative gives', () =>
    assert.deepEqual(
      tracing({ ...ENDPOINT, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25', K_SERVICE: 'node-events' }),
      {
        sampler: 'traceidratio',
        ratio: 0.25,
        serviceName: 'node-events',
        delayMs: 5_000,
      },
    ));

  it('take the protocol of traces before the one of everything', () =>
    assert.ok(tracing({ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' })));

  for (const wrong of [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'grpc://collector' },
    { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'jaeger_remote' },
    { ...ENDPOINT, OTEL_TRACES_SAMPLER_ARG: '2' },
    { ...ENDPOINT, OTEL_TRACES_SAMPLER_ARG: 'half' },
    { ...ENDPOINT, OTEL_BSP_SCHEDULE_DELAY: '-1' },
    { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'zipkin' },
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' },
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' },
  ]) {
    const name = Object.keys(wrong).at(-1) ?? '';
    it(`name what is wrong: ${JSON.stringify(wrong)}`, () =>
      assert.throws(
        () => tracing(wrong),
        (error) => error instanceof ConfigError && error.message.startsWith(name),
      ));
  }
});
