import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { type Listening, openServer } from '../../../shared/http/server.ts';

describe('a server whose rest is still being loaded', () => {
  let server: Listening;
  let loads: number;
  let loading: PromiseWithResolvers<RequestListener>;

  beforeEach(async () => {
    loads = 0;
    loading = Promise.withResolvers();
    server = await openServer({ port: 0 }, () => {
      loads += 1;
      return loading.promise;
    });
  });
  afterEach(() => {
    loading.resolve((_request, response) => response.end());
    return server.close();
  });
  const get = (path: string) => fetch(`http://localhost:${server.port}${path}`);

  it('is live and ready, and loads it once that is said', async () => {
    const bodies: string[] = [];
    for (const path of ['/health/liveness', '/health/readiness']) bodies.push(await (await get(path)).text());
    assert.deepEqual(bodies, ['live', 'ready']);
    while (loads === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(loads, 1);
  });

  const checks = [
    { method: 'GET', path: '/health/liveness', body: 'live' },
    { method: 'GET', path: '/health/readiness?from=kubelet', body: 'ready' },
    { method: 'GET', path: '/health/liveness/', body: 'live' },
    { method: 'GET', path: '/health/readiness/?', body: 'ready' },
    { method: 'GET', path: '/Health/Liveness', body: 'live' },
    { method: 'HEAD', path: '/health/liveness', body: '' },
    { method: 'HEAD', path: '/health/readiness?x', body: '' },
  ];
  for (const { method, path, body } of checks) {
    it(`takes for a health check: ${method} ${path}`, async () => {
      const answer = await fetch(`http://localhost:${server.port}${path}`, { method });
      assert.deepEqual([answer.status, await answer.text()], [200, body]);
    });
  }

  const others = [
    { method: 'POST', path: '/health/liveness' },
    { method: 'GET', path: '/health/livenessx' },
    { method: 'GET', path: '/health/liveness/x' },
    { method: 'GET', path: '/x/health/liveness' },
    { method: 'GET', path: '/?/health/liveness' },
  ];
  for (const { method, path } of others) {
    it(`takes for no health check: ${method} ${path}`, async () => {
      loading.resolve((_request, response) => response.writeHead(404).end());
      assert.equal((await fetch(`http://localhost:${server.port}${path}`, { method })).status, 404);
    });
  }

  it('lets all other requests wait for it, and loads it once', async () => {
    const asked = [get('/alerts'), get('/else')];
    while (loads === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    loading.resolve((request, response) => response.end(request.url));
    const texts = (await Promise.all(asked)).map((answer) => answer.text());
    assert.deepEqual(await Promise.all(texts), ['/alerts', '/else']);
    assert.equal(loads, 1);
  });

  it('loads it although nobody asks for anything', async () => {
    while (loads === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  });

  it('tells it when the server closes, and answers whoever is waiting', async () => {
    let closing: AbortSignal | undefined;
    const other = await openServer({ port: 0 }, async (opened) => {
      closing = opened.closing;
      return loading.promise;
    });
    const waiting = fetch(`http://localhost:${other.port}/`);
    while (closing === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    const closed = other.close();
    assert.ok(closing.aborted);
    loading.resolve((_request, response) => response.end('in time'));
    assert.equal(await (await waiting).text(), 'in time');
    await closed;
  });
});
