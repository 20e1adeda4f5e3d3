import assert from 'node:assert/strict';
import { ApiException, type V1ConfigMap } from '@kubernetes/client-node';
import { type RunningCluster, startCluster } from '../helpers/embedded-cluster.ts';

const ONE = { namespace: 'archwatch', name: 'record' };
const PATH = '/api/v1/namespaces/archwatch/configmaps/record';

describe('ConfigMaps of the embedded cluster', () => {
  let running: RunningCluster;
  beforeEach(async () => {
    running = await startCluster();
  });
  afterEach(() => running.close());
  const create = (data: Record<string, string>, name = ONE.name): Promise<V1ConfigMap> =>
    running.core.createNamespacedConfigMap({ namespace: ONE.namespace, body: { metadata: { name }, data } });
  const refusal = async (work: Promise<unknown>): Promise<readonly [number, string]> => {
    const error = await work.catch((caught: unknown) => caught);
    assert.ok(error instanceof ApiException, String(error));
    return [error.code, JSON.parse(error.body).reason];
  };

  it('are created and read, in their namespace', async () => {
    const created = await create({ a: '1' });
    assert.deepEqual([created.metadata?.namespace, created.data], ['archwatch', { a: '1' }]);
    assert.deepEqual(await running.core.readNamespacedConfigMap(ONE), created);
    const listed = async (namespace: string) => (await running.core.listNamespacedConfigMap({ namespace })).items.length;
    assert.deepEqual([await listed('archwatch'), await listed('elsewhere')], [1, 0]);
    assert.deepEqual(await refusal(running.core.readNamespacedConfigMap({ ...ONE, namespace: 'elsewhere' })), [404, 'NotFound']);
  });

  it('are created once', async () => {
    await create({});
    assert.deepEqual(await refusal(create({ a: '1' })), [409, 'AlreadyExists']);
  });

  it('take a merge patch for their version, and refuse it for another', async () => {
    const { metadata: before } = await create({ a: '1', b: '2' });
    const patched = await running.patch(PATH, { metadata: { resourceVersion: before?.resourceVersion }, data: { a: null, c: '3' } });
    assert.deepEqual([patched.status, patched.body.data], [200, { b: '2', c: '3' }]);
    assert.ok(Number(patched.body.metadata.resourceVersion) > Number(before?.resourceVersion));
    const stale = await running.patch(PATH, { metadata: { resourceVersion: before?.resourceVersion }, data: { b: '9' } });
    assert.deepEqual([stale.status, stale.body.reason], [409, 'Conflict']);
    const { status, body } = await running.patch(PATH, { data: { b: '2' } });
    assert.deepEqual([status, body], [200, patched.body], 'a patch that changes nothing is no new version');
  });

  const wrong: readonly { readonly when: string; readonly body: unknown; readonly type?: string; readonly status: number }[] = [
    { when: 'a value is not text', body: { data: { a: 1 } }, status: 400 },
    { when: 'a key is not one', body: { data: { 'a b': '1' } }, status: 400 },
    { when: 'it is no JSON', body: '{', status: 400 },
    { when: 'it is another kind of patch', body: [], type: 'application/json-patch+json', status: 415 },
  ];
  for (const { when, body, type, status } of wrong) {
    it(`answer ${status} to a patch where ${when}`, async () => {
      await create({ a: '1' });
      assert.equal((await running.patch(PATH, body, type)).status, status);
      assert.deepEqual((await running.get(PATH)).body.data, { a: '1' });
    });
  }

  it('are not found by a patch where there is none', async () => {
    assert.equal((await running.patch(PATH, { data: {} })).status, 404);
  });

  it('fail with the rest of the cluster', async () => {
    await create({});
    running.cluster.setOutage('forbidden');
    assert.deepEqual(await refusal(running.core.readNamespacedConfigMap(ONE)), [403, 'Forbidden']);
    assert.deepEqual(await refusal(create({}, 'other')), [403, 'Forbidden']);
    const { body } = await running.patch(PATH, { data: {} });
    assert.match(body.message, /cannot patch resource "configmaps" in API group "" in the namespace "archwatch"/);
    running.cluster.setOutage('refused-503');
    assert.equal((await running.get(PATH)).status, 503);
  });

  it('are put, deleted and seen from within', () => {
    running.cluster.setConfigMap(ONE, { a: '1' });
    assert.deepEqual(
      running.cluster.configMaps().map(({ data }) => data),
      [{ a: '1' }],
    );
    running.cluster.setConfigMap(ONE, undefined);
    assert.deepEqual(running.cluster.configMaps(), []);
  });
});
