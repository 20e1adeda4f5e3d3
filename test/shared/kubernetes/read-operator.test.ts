import assert from 'node:assert/strict';
import { createEmbeddedCluster } from '../../../local/embedded-cluster/embedded-cluster.ts';
import { failedReads, type Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { listen } from '../../../shared/http/listen.ts';
import type { Route } from '../../../shared/http/route.ts';
import { createCluster } from '../../../shared/kubernetes/cluster.ts';
import { CLOCK } from '../../helpers/embedded-cluster.ts';
import { silentLog } from '../../helpers/log.ts';
import { connectTo } from '../../helpers/webhook.ts';

const PODS = '/api/v1/namespaces/kubevirt-hyperconverged/pods';

/** What a look makes of a cluster with a worker, where this answers the list of pods. */
async function lookWith(handle?: Route['handle']): Promise<{ snapshot: Snapshot; paths: readonly string[] }> {
  const cluster = createEmbeddedCluster({ prefix: '', release: '1.19', now: CLOCK });
  cluster.addNode({ name: 'worker-1', architecture: 'amd64' });
  const routes = handle ? [{ method: 'get' as const, path: PODS, handle }, ...cluster.routes] : cluster.routes;
  const server = await listen(routes, { port: 0, log: silentLog });
  try {
    const connect = await connectTo(`http://localhost:${server.port}`);
    const snapshot = await createCluster({ connect, hyperConverged: undefined, now: CLOCK, log: silentLog }).look();
    return { snapshot, paths: cluster.requests().map(({ path }) => path) };
  } finally {
    await server.close();
  }
}

describe('a look at the operator', () => {
  it('reads its pods beside the HyperConverged', async () => {
    const { snapshot, paths } = await lookWith();
    assert.ok(snapshot.operator?.ok);
    assert.deepEqual(
      snapshot.operator.value.pods.map(({ ready }) => ready),
      [true],
    );
    assert.equal(paths.filter((path) => path === PODS).length, 1);
  });

  const forbidden = JSON.stringify({ kind: 'Status', message: 'pods is forbidden' });
  const cases: readonly { when: string; handle: Route['handle']; reason: string }[] = [
    { when: 'it is forbidden', handle: async () => ({ status: 403, body: forbidden }), reason: 'forbidden' },
    { when: 'the answer is no list', handle: async () => ({ status: 200, body: '{}' }), reason: 'server-error' },
    { when: 'a pod is none', handle: async () => ({ status: 200, body: '{"kind":"PodList","items":[7]}' }), reason: 'malformed' },
    { when: 'nobody answers', handle: () => new Promise((resolve) => setTimeout(resolve, 2_500, { status: 503 })), reason: 'timeout' },
  ];
  for (const { when, handle, reason } of cases) {
    it(`is ${reason} when ${when}, and everything else is read all the same`, async () => {
      const { operator, ...snapshot } = (await lookWith(handle)).snapshot;
      assert.ok(operator && !operator.ok);
      assert.deepEqual([operator.failure.resource, operator.failure.reason], ['pods', reason]);
      assert.deepEqual(failedReads({ operator, ...snapshot }), []);
    }).timeout(10_000);
  }
});
