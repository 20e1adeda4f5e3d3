import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { noteDelivery, secondsSinceReceipt } from '../../shared/delivery.ts';
import { createApp } from '../../shared/http/express-app.ts';
import { listen } from '../../shared/http/listen.ts';
import { BadRequestError, ForbiddenError, type HttpAnswer, NO_CONTENT, type Route, UnauthorizedError } from '../../shared/http/route.ts';
import type { Listening } from '../../shared/http/server.ts';
import { openServer } from '../../shared/http/server.ts';
import { metricsPage } from '../../shared/metrics.ts';
import { recordingLog } from '../helpers/log.ts';

const TOKEN = 'token-never-shown';
const fail = (error: Error) => async () => Promise.reject(error);

interface Case {
  readonly when: string;
  readonly route?: Partial<Route>;
  readonly body?: string;
  readonly status: number;
  readonly outcome: string;
}

const cases: readonly Case[] = [
  { when: 'it is done', status: 204, outcome: 'accepted' },
  { when: 'nobody knows the caller', route: { authenticate: fail(new UnauthorizedError('who?')) }, status: 401, outcome: 'unauthorized' },
  { when: 'the caller may not', route: { authenticate: fail(new ForbiddenError('not you')) }, status: 403, outcome: 'forbidden' },
  { when: 'it makes no sense', route: { handle: fail(new BadRequestError('what?')) }, status: 400, outcome: 'malformed' },
  { when: 'it is too large', body: 'x'.repeat(11), status: 413, outcome: 'too-large' },
  { when: 'it must come again', route: { handle: fail(new Error('not now')) }, status: 503, outcome: 'unavailable' },
  { when: 'the secret cannot be read', route: { authenticate: fail(new Error('no file')) }, status: 503, outcome: 'unavailable' },
];

describe('a delivery', () => {
  let server: Listening;
  let log: ReturnType<typeof recordingLog>;

  const start = async (route: Partial<Route> = {}) => {
    log = recordingLog();
    const handle = async (): Promise<HttpAnswer> => NO_CONTENT;
    server = await listen([{ method: 'post', path: '/alerts/:name', bodyLimit: 10, isDelivery: true, handle, ...route }], { port: 0, log });
  };
  afterEach(() => server.close());
  const post = async (body = '{}', path = '/alerts/one') => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    return (await fetch(`http://localhost:${server.port}${path}`, { method: 'POST', headers, body })).status;
  };
  const counts = async () => {
    const { body } = await metricsPage();
    return Object.fromEntries(
      [...body.matchAll(/^archwatch_deliveries_total\{outcome="([^"]+)"\} (\d+)$/gm)].map(([, outcome, count]) => [outcome, Number(count)]),
    );
  };
  const told = () => log.lines.filter(({ level }) => level === 'info').map(({ message, fields }) => ({ message, ...fields }));

  for (const { when, route, body, status, outcome } of cases) {
    it(`is counted as ${outcome}, and said in one line, where ${when}`, async () => {
      await start(route);
      const before = await counts();
      assert.equal(await post(body), status);
      assert.deepEqual(await counts(), { ...before, [outcome]: (before[outcome] ?? 0) + 1 });
      const [line, ...more] = told();
      const { duration_ms, trace_id, ...rest } = Object(line);
      assert.deepEqual([rest, more], [{ message: 'delivery', method: 'POST', path: '/alerts/:name', status, outcome }, []]);
      assert.ok(Number.isInteger(duration_ms) && duration_ms >= 0);
      assert.match(trace_id, /^[0-9a-f]{32}$/);
      assert.equal(log.lines.length, status < 300 ? 1 : 2, 'a fault has a line of its own, before it');
      assert.equal(log.lines.at(-1)?.level, 'info');
      assert.doesNotMatch(JSON.stringify(log.lines), /never-shown/);
    });
  }

  it('has in its line what is known of it by then, also where it fails', async () => {
    await start({
      handle: async () => {
        noteDelivery({ groupKey: 'g', verdicts: {} });
        await new Promise((resolve) => setImmediate(resolve));
        noteDelivery({ verdicts: { a: 'confirmed' } });
        throw new Error('not now');
      },
    });
    await post();
    const [{ groupKey, verdicts, status } = Object()] = told();
    assert.deepEqual([groupKey, verdicts, status], ['g', { a: 'confirmed' }, 503]);
  });

  it('keeps to itself what others note at the same time', async () => {
    const gate = Promise.withResolvers<void>();
    let inside = 0;
    await start({
      handle: async ({ body }) => {
        inside += 1;
        if (inside === 2) gate.resolve();
        await gate.promise;
        noteDelivery({ id: body.toString() });
        return NO_CONTENT;
      },
    });
    await Promise.all([post('1'), post('2')]);
    assert.deepEqual(
      told()
        .map((line) => Object(line).id)
        .sort(),
      ['1', '2'],
    );
    assert.equal(new Set(told().map((line) => Object(line).trace_id)).size, 2);
  });

  it('is answered once, although its caller did not wait', async () => {
    const [arrived, gate, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await start({
      handle: async () => {
        arrived.resolve();
        await gate.promise;
        setImmediate(done.resolve);
        return NO_CONTENT;
      },
    });
    const socket = connect(server.port, 'localhost');
    socket.write('POST /alerts/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}');
    await arrived.promise;
    socket.destroy();
    gate.resolve();
    await done.promise;
    assert.deepEqual(
      told().map((line) => Object(line).outcome),
      ['accepted'],
    );
  });

  it('is no health check, no scrape, no stranger’s path and no route that does not say so', async () => {
    await start({ isDelivery: false });
    const before = await counts();
    assert.equal(await post(), 204);
    assert.equal(await post('{}', '/nowhere'), 404);
    for (const path of ['/metrics', '/health/readiness']) assert.equal((await fetch(`http://localhost:${server.port}${path}`)).status, 200);
    assert.deepEqual([await counts(), told()], [before, []]);
  });

  it('is not taken for accepted where its answer cannot be sent', async () => {
    await start({ handle: async () => ({ status: 200, headers: { 'x-name': 'two\nlines' } }) });
    assert.equal(await post(), 503);
    assert.deepEqual(
      told().map((line) => Object(line).outcome),
      ['unavailable'],
    );
  });

  it('has been here since it came, also where what answers it was loaded after that', async () => {
    const gate = Promise.withResolvers<void>();
    let seconds = 0;
    log = recordingLog();
    server = await openServer({ port: 0 }, async ({ closing }) => {
      await gate.promise;
      const handle = async () => {
        seconds = secondsSinceReceipt() ?? 0;
        return NO_CONTENT;
      };
      return createApp([{ method: 'post', path: '/alerts', isDelivery: true, handle }], { log, closing });
    });
    const sent = request({ port: server.port, path: '/alerts', method: 'POST', headers: { expect: '100-continue' } });
    const answered = once(sent, 'response');
    sent.flushHeaders();
    await once(sent, 'continue'); // so it is there
    const there = performance.now();
    while (performance.now() - there < 20) await new Promise((resolve) => setImmediate(resolve));
    gate.resolve();
    sent.end('{}');
    const [answer] = await answered;
    answer.resume();
    assert.ok(seconds >= 0.02, `${seconds}`);
    assert.ok(Object(told()[0]).duration_ms >= 20);
  });

  it('knows how long it has been here, and outside of it nobody asks', async () => {
    const begun = performance.now();
    let seconds: number | undefined;
    await start({
      handle: async () => {
        seconds = secondsSinceReceipt();
        return NO_CONTENT;
      },
    });
    await post();
    assert.ok(seconds !== undefined && seconds > 0 && seconds * 1_000 <= performance.now() - begun);
    assert.equal(secondsSinceReceipt(), undefined);
    noteDelivery({ heard: 'by nobody' });
  });
});
