import assert from 'node:assert/strict';
import { listen } from '../../shared/http/listen.ts';
import type { Listening } from '../../shared/http/server.ts';
import { createSlackClient } from '../../shared/slack/client.ts';
import { adoptTrace, currentTrace, exportSpansTo, type FinishedSpan, inSpan, startRequestSpan } from '../../shared/tracing.ts';
import { silentLog } from '../helpers/log.ts';
import { connectTo } from '../helpers/webhook.ts';

const FROM = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', isSampled: true, state: 'a=1' };
const OTHER = { ...FROM, traceId: '1af7651916cd43dd8448eb211c80319c' };
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('a trace', () => {
  let spans: FinishedSpan[];
  beforeEach(() => {
    spans = [];
    exportSpansTo((span) => void spans.push(span));
  });
  afterEach(() => exportSpansTo(undefined));
  const request = (from = FROM) => startRequestSpan('POST /x', from, Date.now());
  const outline = () => spans.map(({ name, parentId }) => [name, spans.find(({ spanId }) => spanId === parentId)?.name]);

  it('has each span below that in which it began, also of work that goes on at the same time', async () => {
    const span = request();
    await span.run(() =>
      Promise.all([
        inSpan({ name: 'a' }, async () => {
          await soon();
          await inSpan({ name: 'b' }, soon);
        }),
        inSpan({ name: 'c' }, soon),
      ]),
    );
    span.end({}, false);
    assert.deepEqual(outline().toSorted(), [
      ['POST /x', undefined],
      ['a', 'POST /x'],
      ['b', 'a'],
      ['c', 'POST /x'],
    ]);
    assert.deepEqual(
      [...new Set(spans.map(({ traceId, state, inherited }) => `${traceId} ${state} ${inherited}`))],
      [`${FROM.traceId} a=1 true`],
    );
    assert.equal(spans.find(({ name }) => name === 'POST /x')?.parentId, FROM.spanId);
  });

  it('has the kind of an error and not its words, and throws it on', async () => {
    const error = new TypeError('the token is xoxb-1');
    const work = request().run(() => inSpan({ name: 'a', attributes: { b: 1 } }, () => Promise.reject(error)));
    await assert.rejects(work, error);
    assert.deepEqual(
      spans.map(({ isFailed, attributes }) => [isFailed, attributes]),
      [[true, { b: 1, 'error.type': 'TypeError' }]],
    );
  });

  it('is adopted from a body only where the headers named none, and not below another span', async () => {
    const named = request();
    named.run(() => adoptTrace(OTHER));
    assert.equal(named.traceId(), FROM.traceId);
    const unnamed = startRequestSpan('POST /x', undefined, Date.now());
    await unnamed.run(async () => {
      await inSpan({ name: 'a' }, async () => adoptTrace(OTHER));
      assert.notEqual(unnamed.traceId(), OTHER.traceId);
      adoptTrace(undefined);
      adoptTrace(OTHER);
      adoptTrace(FROM);
    });
    assert.equal(unnamed.traceId(), OTHER.traceId);
  });

  it('costs no span outside of a request, or where nobody exports them, and the work is done all the same', async () => {
    assert.equal(await inSpan({ name: 'a' }, async () => 1), 1);
    assert.equal(currentTrace(), undefined);
    exportSpansTo(undefined);
    await request().run(async () => {
      const here = currentTrace();
      assert.equal(here?.traceId, FROM.traceId);
      assert.deepEqual(await inSpan({ name: 'a' }, async () => currentTrace()), here);
    });
    assert.deepEqual(spans, []);
  });

  it('is said to be kept only where somebody keeps it', async () => {
    const flags = () => startRequestSpan('x', undefined, 0).run(() => currentTrace()?.parent.slice(-2));
    assert.equal(flags(), '01');
    exportSpansTo(undefined);
    assert.equal(flags(), '00');
    assert.equal(
      request({ ...FROM, isSampled: false }).run(() => currentTrace()?.parent.slice(-2)),
      '00',
    );
  });

  describe('of requests of ours', () => {
    let server: Listening;
    let asked: { readonly path: string; readonly traceparent: unknown }[];
    beforeEach(async () => {
      asked = [];
      const answer = async ({ path, headers }: { path: string; headers: object }) => {
        asked.push({ path, traceparent: Reflect.get(headers, 'traceparent') });
        return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' };
      };
      server = await listen([{ method: 'all', path: '/*rest', handle: answer }], { port: 0, log: silentLog });
    });
    afterEach(() => server.close());

    it('is carried on to the API server, below the span of the request, and not to Slack', async () => {
      const api = await (await connectTo(`http://localhost:${server.port}/kubernetes`))();
      const call = createSlackClient({ token: async () => 'x', apiUrl: `http://localhost:${server.port}/slack/`, now: () => new Date() });
      await request().run(async () => {
        await api.get('/api/v1/nodes?limit=1', AbortSignal.timeout(5_000));
        await call('auth.test', (client, token) => client.auth.test({ token }));
      });
      await api.close();
      const [read, slack] = spans;
      assert.deepEqual(asked, [
        { path: '/kubernetes/api/v1/nodes', traceparent: `00-${FROM.traceId}-${read?.spanId}-01` },
        { path: '/slack/auth.test', traceparent: undefined },
      ]);
      assert.deepEqual(
        [read?.name, read?.kind, read?.attributes['url.path'], slack?.name],
        ['API server GET', 'client', '/api/v1/nodes', 'Slack auth.test'],
      );
    });
  });
});
