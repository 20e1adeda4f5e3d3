import assert from 'node:assert/strict';
import { createEmbeddedCluster, type EmbeddedCluster } from '../../../local/embedded-cluster/embedded-cluster.ts';
import { listen } from '../../../shared/http/listen.ts';
import type { Listening } from '../../../shared/http/server.ts';
import type { ApiConnection, Connect } from '../../../shared/kubernetes/api-connection.ts';
import { ApiStatusError } from '../../../shared/kubernetes/api-status-error.ts';
import { ChangedMeanwhileError, createConfigMaps } from '../../../shared/kubernetes/config-maps.ts';
import { keepConnection } from '../../../shared/kubernetes/kept-connection.ts';
import { CLOCK } from '../../helpers/embedded-cluster.ts';
import { silentLog } from '../../helpers/log.ts';
import { connectTo } from '../../helpers/webhook.ts';

const NAME = { namespace: 'archwatch', name: 'record' };

describe('a ConfigMap as a record', () => {
  let cluster: EmbeddedCluster;
  let server: Listening;
  let connect: Connect;
  beforeEach(async () => {
    cluster = createEmbeddedCluster({ prefix: '', release: '1.19', now: CLOCK });
    server = await listen(cluster.routes, { port: 0, log: silentLog });
    connect = await connectTo(`http://localhost:${server.port}`);
  });
  afterEach(async () => {
    cluster.setOutage(undefined);
    await server.close();
  });

  it('is undefined where it is missing, and empty where it has no data', async () => {
    const maps = createConfigMaps({ connect });
    assert.equal(await maps.read(NAME), undefined);
    await maps.create(NAME, {});
    assert.deepEqual((await maps.read(NAME))?.data, {});
  });

  it('is created once', async () => {
    const maps = createConfigMaps({ connect });
    const { resourceVersion } = await maps.create(NAME, { a: '1' });
    await assert.rejects(maps.create(NAME, { a: '2' }), ChangedMeanwhileError);
    assert.deepEqual(await maps.read(NAME), { data: { a: '1' }, resourceVersion });
  });

  it('is changed entry by entry, and only in the version that was seen', async () => {
    const maps = createConfigMaps({ connect });
    const first = await maps.create(NAME, { a: '1', b: '2' });
    const second = await maps.patch(NAME, { a: undefined, c: '3' }, first.resourceVersion);
    assert.deepEqual(second.data, { b: '2', c: '3' });
    await assert.rejects(maps.patch(NAME, { b: '9' }, first.resourceVersion), ChangedMeanwhileError);
    cluster.setConfigMap(NAME, undefined);
    await assert.rejects(maps.patch(NAME, { b: '9' }, second.resourceVersion), ChangedMeanwhileError);
  });

  it('fails with the method and the path of what was refused', async () => {
    const maps = createConfigMaps({ connect });
    const { resourceVersion } = await maps.create(NAME, {});
    cluster.setOutage('forbidden');
    const refused = (method: string, path: string) => (error: unknown) =>
      error instanceof ApiStatusError &&
      error.status === 403 &&
      error.message.startsWith(`${method} /api/v1/namespaces/archwatch/configmaps${path}: 403`);
    await assert.rejects(maps.read(NAME), refused('GET', '/record'));
    await assert.rejects(maps.create(NAME, {}), refused('POST', ''));
    await assert.rejects(maps.patch(NAME, {}, resourceVersion), refused('PATCH', '/record'));
  });

  it('fails in time where nobody answers, and where the credentials do not come', async () => {
    cluster.setOutage('hang');
    const isTimeout = (error: unknown) => error instanceof Error && error.name === 'TimeoutError';
    await assert.rejects(createConfigMaps({ connect, timeMs: 30 }).read(NAME), isTimeout);
    const never = Promise.withResolvers<ApiConnection>();
    await assert.rejects(createConfigMaps({ connect: () => never.promise, timeMs: 30 }).read(NAME), isTimeout);
  });

  it('is read over one connection, and over a new one where the old one has failed', async () => {
    let opened = 0;
    let broken = 0;
    const counting = async (): Promise<ApiConnection> => {
      const connection = await connect();
      opened += 1;
      const get: ApiConnection['get'] = (path, signal) =>
        opened === broken ? Promise.reject(new TypeError('fetch failed')) : connection.get(path, signal);
      return { ...connection, get };
    };
    const maps = createConfigMaps({ connect: counting });
    for (let times = 0; times < 3; times++) await maps.read(NAME);
    assert.equal(opened, 1);
    broken = 1;
    await maps.read(NAME);
    assert.equal(opened, 2);
  });
});

describe('a connection that is kept', () => {
  let time: number;
  let opened: number;
  let closed: number[];
  const signal = new AbortController().signal;
  const start = () => {
    [time, opened, closed] = [0, 0, []];
    const unasked = () => Promise.reject(new Error('nobody asks'));
    return keepConnection(
      async () => {
        opened += 1;
        const number = opened;
        return { get: unasked, send: unasked, close: async () => void closed.push(number) };
      },
      () => time,
    );
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  const cases: readonly { readonly after: string; readonly error: Error; readonly opens: number }[] = [
    { after: 'the credentials were refused', error: new ApiStatusError('/', 401, 'no'), opens: 2 },
    { after: 'there was no answer', error: new TypeError('fetch failed'), opens: 2 },
    { after: 'something was forbidden', error: new ApiStatusError('/', 403, 'no'), opens: 1 },
    { after: 'the server failed', error: new ApiStatusError('/', 503, 'no'), opens: 1 },
    { after: 'the answer was not JSON', error: new SyntaxError('no'), opens: 1 },
  ];
  for (const { after, error, opens } of cases) {
    it(`is ${opens === 1 ? 'used again' : 'opened anew'} after ${after}`, async () => {
      const use = start();
      await assert.rejects(
        use(signal, () => Promise.reject(error)),
        error,
      );
      await use(signal, async () => undefined);
      await settled();
      assert.deepEqual([opened, closed], [opens, opens === 1 ? [] : [1]]);
    });
  }

  it('is opened anew after a minute, and closed when the last of its users is done', async () => {
    const use = start();
    const working = Promise.withResolvers<void>();
    const first = use(signal, () => working.promise);
    time = 59_999;
    await use(signal, async () => undefined);
    assert.equal(opened, 1);
    time = 60_000;
    await use(signal, async () => undefined);
    await settled();
    assert.deepEqual([opened, closed], [2, []]);
    working.resolve();
    await first;
    await settled();
    assert.deepEqual(closed, [1]);
  });
});
