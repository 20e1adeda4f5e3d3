/** What a collector gets of a function that runs, and what a function that runs has of its collector: nothing to wait for. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { ALERT_BODY } from '../../../local/build/alert-body.ts';
import { BEARER, type Started, startNode, startWorld, type World } from '../../../local/build/world.ts';
import { attributesOf, type Collector, startCollector } from '../../helpers/collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PING = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/ping', 'ce-type': 'dev.knative.sources.ping' };

/** https://nodejs.org/api/module.html#moduleregisterhooksoptions */
const HOOK = `import { registerHooks } from 'node:module';
registerHooks({ resolve: (name, context, next) => (process.stdout.write('loads ' + name + '\\n'), next(name, context)) });`;
const SAYS_WHAT_IS_LOADED = `data:text/javascript;base64,${Buffer.from(HOOK).toString('base64')}`;

describe('traces', () => {
  let world: World;
  let collector: Collector | undefined;
  let started: Started | undefined;

  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());
  afterEach(async () => {
    if (started?.child.exitCode === null) started.child.kill('SIGKILL');
    await collector?.close();
    [started, collector] = [undefined, undefined];
  });

  const start = (name: string, variables: Readonly<Record<string, string>> = {}): Started => {
    const entry = fileURLToPath(new URL(`../../../functions/${name}/index.ts`, import.meta.url));
    started = startNode([entry], { ...world.environmentOf(name), ...variables });
    return started;
  };
  const deliver = async ({ url }: Started, headers: Readonly<Record<string, string>> = {}) => {
    const sent = { authorization: `Bearer ${BEARER}`, ...headers };
    return (await fetch(`${await url}/alerts`, { method: 'POST', headers: sent, body: JSON.stringify(ALERT_BODY) })).status;
  };
  const sendPing = async ({ url }: Started, headers: Readonly<Record<string, string>>, body?: string) =>
    (await fetch(`${await url}/events`, { method: 'POST', headers, ...(body ? { body } : {}) })).status;
  /** Ended well; its log. */
  const stopped = async ({ child, ended, lines }: Started) => {
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
    return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  };
  const deliveriesIn = (lines: readonly { readonly msg: string; readonly trace_id?: string }[]) =>
    lines.filter(({ msg }) => msg === 'delivery');

  it('of one delivery hang together below the caller’s span: the request, the look, its reads, the record and Slack', async () => {
    collector = await startCollector();
    const { spans, requests } = collector;
    const variables = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=one',
      OTEL_SERVICE_NAME: 'named',
    };
    const running = start('alertmanager-webhook', variables);
    assert.equal(await deliver(running, { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'a=1' }), 204);
    const [line, ...others] = deliveriesIn(await stopped(running));
    assert.deepEqual([line?.trace_id, others], [TRACE, []]);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const pathOf = (id: string | undefined): readonly string[] => {
      const span = byId.get(id ?? '');
      return span ? [...pathOf(span.parentSpanId), span.name] : [];
    };
    const paths = new Set(spans.map(({ spanId }) => pathOf(spanId).join(' > ')));
    for (const path of [
      'POST /alerts',
      'POST /alerts > look at the cluster',
      'POST /alerts > look at the cluster > API server GET',
      'POST /alerts > write the record',
      'POST /alerts > Slack chat.postMessage',
    ])
      assert.ok(paths.has(path), `${path} is not in ${[...paths].join('\n')}`);
    for (const { traceId, traceState, startTimeUnixNano: from, endTimeUnixNano: to } of spans) {
      assert.deepEqual([traceId, traceState], [TRACE, 'a=1']);
      assert.ok(BigInt(from) <= BigInt(to) && Math.abs(Number(from) / 1e6 - Date.now()) < 60_000);
    }
    const root = spans.find(({ name }) => name === 'POST /alerts');
    assert.ok(root);
    const attributes = { 'http.request.method': 'POST', 'http.route': '/alerts', 'http.response.status_code': '204' };
    assert.deepEqual(
      [root.parentSpanId, root.kind, JSON.stringify(attributesOf(root))],
      [SPAN, 2, JSON.stringify({ ...attributes, 'http.response.status_code': 204 })],
    );
    assert.deepEqual([requests[0]?.headers['x-tenant'], requests[0]?.resource['service.name']], ['one', 'named']);
    assert.doesNotMatch(JSON.stringify([spans, requests]), /xoxb|bearer-of/);
  });

  for (const { what, headers, body } of [
    { what: 'its headers', headers: { ...PING, 'ce-traceparent': `00-${TRACE}-${SPAN}-01` }, body: undefined },
    {
      what: 'its body',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({ specversion: '1.0', id: '1', source: '/ping', type: PING['ce-type'], traceparent: `00-${TRACE}-${SPAN}-01` }),
    },
  ]) {
    it(`of an event go on with the one that it came in, in ${what}`, async () => {
      collector = await startCollector();
      const running = start('node-events', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, K_SERVICE: 'node-events' });
      assert.equal(await sendPing(running, headers, body), 202);
      const [line] = deliveriesIn(await stopped(running));
      const root = collector.spans.find(({ name }) => name === 'POST /events');
      assert.deepEqual([line?.trace_id, root?.traceId, root?.parentSpanId], [TRACE, TRACE, SPAN]);
      assert.ok(collector.spans.some(({ name, traceId }) => name === 'look at the cluster' && traceId === TRACE));
      assert.equal(collector.requests[0]?.resource['service.name'], 'node-events');
    });
  }

  it('begin anew where the caller’s cannot be read, each delivery its own', async () => {
    collector = await startCollector();
    const running = start('alertmanager-webhook', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    for (let time = 0; time < 2; time++) await deliver(running, { traceparent: `00-${TRACE}-zzzz-01` });
    const ids = deliveriesIn(await stopped(running)).map(({ trace_id }) => trace_id);
    const roots = collector.spans.filter(({ name }) => name === 'POST /alerts');
    assert.deepEqual(
      roots.map(({ traceId, parentSpanId }) => [traceId, parentSpanId]),
      ids.map((id) => [id, undefined]),
    );
    assert.equal(new Set([TRACE, ...ids]).size, 3);
  });

  for (const { when, variables, flags, isKept } of [
    { when: 'the caller keeps none', variables: {}, flags: '00', isKept: false },
    { when: 'the caller keeps none, and all are wanted', variables: { OTEL_TRACES_SAMPLER: 'always_on' }, flags: '00', isKept: true },
    {
      when: 'the share of them is nothing',
      variables: { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
      flags: '01',
      isKept: false,
    },
    { when: 'tracing is switched off', variables: { OTEL_SDK_DISABLED: 'true' }, flags: '01', isKept: false },
  ]) {
    it(`are ${isKept ? '' : 'not '}exported where ${when}`, async () => {
      collector = await startCollector();
      const running = start('alertmanager-webhook', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...variables });
      await deliver(running, { traceparent: `00-${TRACE}-${SPAN}-${flags}` });
      await stopped(running);
      assert.equal(collector.spans.length > 0, isKept);
    });
  }

  for (const { what, answer } of [
    { what: 'never answers', answer: () => new Promise<number>(() => undefined) },
    { what: 'refuses', answer: async () => 400 },
    { what: 'is not there', answer: undefined },
  ]) {
    it(`that a collector does not take cost no delivery anything, and one line: it ${what}`, async () => {
      collector = answer && (await startCollector(answer));
      const running = start('alertmanager-webhook', { OTEL_EXPORTER_OTLP_ENDPOINT: collector?.url ?? 'http://localhost:1' });
      await running.url;
      const begun = performance.now();
      for (let time = 0; time < 3; time++) assert.equal(await deliver(running), 204);
      assert.ok(performance.now() - begun < 9_000, 'an export may take 10 s');
      const faults = (await stopped(running)).filter(({ level }) => level >= 40);
      assert.equal(faults.length, 1, JSON.stringify(faults));
      assert.match(faults[0].msg, /^traces cannot be exported: |^the last spans are not exported: /);
    });
  }

  it('that a collector refuses again and again are said once, and again when it had taken some', async () => {
    let status = 400;
    let heard = Promise.withResolvers<void>();
    collector = await startCollector(async () => {
      heard.resolve();
      return status;
    });
    const running = start('alertmanager-webhook', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' });
    for (status of [400, 400, 400, 200, 400]) {
      heard = Promise.withResolvers();
      assert.equal(await deliver(running), 204);
      await heard.promise;
    }
    const faults = (await stopped(running)).filter(({ level }) => level >= 40);
    assert.deepEqual(
      faults.map(({ msg, trace_id }) => [msg, trace_id]),
      Array(2).fill(['traces cannot be exported: Bad Request', undefined]),
    );
  });

  for (const isWanted of [true, false]) {
    it(`load ${isWanted ? 'the SDK where somebody wants' : 'nothing where nobody wants'} them, and are in the log in any case`, async () => {
      collector = await startCollector();
      const variables = isWanted ? { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } : {};
      const running = start('alertmanager-webhook', { ...variables, NODE_OPTIONS: `--import ${SAYS_WHAT_IS_LOADED}` });
      await deliver(running, { traceparent: `00-${TRACE}-${SPAN}-01` });
      const [line] = deliveriesIn(await stopped(running));
      assert.equal(line?.trace_id, TRACE);
      assert.ok(running.lines.includes('loads @slack/web-api'));
      const isOfTheSdk = (text: string) => text.startsWith('loads @opentelemetry/') && !text.endsWith('/api'); // prom-client has that
      assert.equal(running.lines.some(isOfTheSdk), isWanted);
    });
  }
});
