/** Who answers for what on a real API server: the pods of HCO's operator, and the field managers of the CR. */
import assert from 'node:assert/strict';
import { readyPod } from '../../shared/golden-images/operator.ts';
import { readSetBy, type SetBy } from '../../shared/golden-images/set-by.ts';
import { failedReads, type Snapshot } from '../../shared/golden-images/snapshot.ts';
import { addHyperConverged, NAME } from './hyperconverged.ts';
import { lookWith } from './look.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { createNamespace, createNode, createObject, deleteAll } from './servers/objects.ts';
import { hyperConvergedCrd } from './servers/paths.ts';
import { waitUntil } from './servers/wait.ts';

const OPERATOR = 'hyperconverged-cluster-operator';
const PODS = `/api/v1/namespaces/${NAME}/pods`;

describe('the operator on a real API server', () => {
  let server: ApiServer;
  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19')], authorization: 'RBAC' });
    await createNamespace(server, NAME);
    // Nobody is here to make it, and no pod is admitted without it.
    await server.send('APPLY', `/api/v1/namespaces/${NAME}/serviceaccounts/default`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: NAME },
    });
  });
  beforeEach(async () => {
    await addHyperConverged(server, { version: 'v1' });
    await createNode(server, { name: 'worker-1', architecture: 'amd64' });
  });
  afterEach(async () => {
    await server.send('DELETE', `${PODS}?gracePeriodSeconds=0`);
    await deleteAll(server);
  });
  after(() => server.stop());

  it('has no pod where there is none', async () => assert.deepEqual(await podsOf(server), []));

  it('is found by its label, with when it was started, and its webhook is not', async () => {
    await addPod(server, OPERATOR, { ready: true });
    await addPod(server, 'hyperconverged-cluster-webhook', { ready: true });
    const { operator } = (await lookWith(server.kubeconfig)).snapshot;
    assert.ok(operator?.ok);
    assert.deepEqual(readyPod(operator.value), { name: `${OPERATOR}-1`, ready: true, startedAt: STARTED, restarts: 3, reason: undefined });
    assert.equal(operator.value.pods.length, 1);
  });

  it('is not ready with the reason that its kubelet gives', async () => {
    await addPod(server, OPERATOR, { ready: false });
    assert.deepEqual(await podsOf(server), [
      { name: `${OPERATOR}-1`, ready: false, startedAt: undefined, restarts: 3, reason: 'CrashLoopBackOff' },
    ]);
  });

  it('is not known where pods may not be listed, and everything else is', async () => {
    const kubeconfig = await accountWithoutPods(server);
    await waitUntil('its role is known', async () => {
      const { operator, ...snapshot } = (await lookWith(kubeconfig)).snapshot;
      assert.deepEqual(failedReads({ operator, ...snapshot }), []);
      assert.ok(operator && !operator.ok);
      assert.deepEqual([operator.failure.resource, operator.failure.reason], ['pods', 'forbidden']);
    });
  });

  for (const { version, patch, input } of [
    { version: 'v1', patch: { spec: { workloadSources: { enableMultiArchBootImageImport: true } } }, input: 'gate' },
    {
      version: 'v1',
      patch: { spec: { deployment: { nodePlacements: { workload: { nodeSelector: { zone: 'a' } } } } } },
      input: 'placement',
    },
  ] as const) {
    it(`knows that kubectl wrote the ${input}, and when`, async () => {
      const started = Date.now();
      const resource = `hyperconvergeds.${version}.hco.kubevirt.io`;
      const { status, stderr } = await server.kubectl(['patch', resource, '-n', NAME, NAME, '--type=merge', '-p', JSON.stringify(patch)]);
      assert.equal(status, 0, stderr);
      const setBy = setByOf((await lookWith(server.kubeconfig)).snapshot);
      const { gate, placement } = setBy;
      const [owner, other] = input === 'gate' ? [gate, placement] : [placement, gate];
      assert.deepEqual([owner?.manager, owner?.operation, other], ['kubectl-patch', 'Update', undefined]);
      assert.ok(Math.abs(Date.parse(owner?.at ?? '') - started) < 60_000, owner?.at);
    });
  }

  it('knows who applied a field, and that the writer of the status is another', async () => {
    const path = `/apis/hco.kubevirt.io/v1/namespaces/${NAME}/hyperconvergeds/${NAME}`;
    const metadata = { name: NAME, namespace: NAME };
    const spec = { workloadSources: { enableMultiArchBootImageImport: true } };
    await server.send('APPLY', path, { apiVersion: 'hco.kubevirt.io/v1', kind: 'HyperConverged', metadata, spec });
    await server.send('PATCH', `${path}/status?fieldManager=the-operator`, { status: { observedGeneration: 7 } });
    const { gate } = setByOf((await lookWith(server.kubeconfig)).snapshot);
    assert.deepEqual([gate?.manager, gate?.operation], ['archwatch-test', 'Apply']);
  });
});

const STARTED = '2026-11-22T09:00:00Z';

/** A pod as its kubelet would leave it; nobody runs it. */
async function addPod(server: ApiServer, name: string, { ready }: { readonly ready: boolean }): Promise<void> {
  const state = ready ? { running: { startedAt: STARTED } } : { waiting: { reason: 'CrashLoopBackOff' } };
  const image = 'registry.example.org/operator';
  await createObject(server, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-1`, namespace: NAME, labels: { name } },
    spec: { containers: [{ name, image }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ name, image, imageID: '', ready, restartCount: 3, state }],
    },
  });
}

async function podsOf(server: ApiServer) {
  const { operator } = (await lookWith(server.kubeconfig)).snapshot;
  assert.ok(operator?.ok, JSON.stringify(operator));
  return operator.value.pods;
}

function setByOf({ hyperConverged }: Snapshot): SetBy {
  assert.ok(hyperConverged.ok && hyperConverged.value);
  return readSetBy(hyperConverged.value);
}

/** The kubeconfig of an account that may read what a condition needs, and no pods. */
async function accountWithoutPods(server: ApiServer): Promise<string> {
  const name = 'reads-no-pods';
  const commands = [
    `kubectl create serviceaccount ${name} -n default`,
    `kubectl create clusterrole ${name} --verb=list --resource=nodes --resource=hyperconvergeds.hco.kubevirt.io`,
    `kubectl create clusterrolebinding ${name} --clusterrole=${name} --serviceaccount=default:${name}`,
  ];
  const { status, stderr } = await server.runShell(commands.join(' && '));
  assert.equal(status, 0, stderr);
  return server.kubeconfigOf({ namespace: 'default', name });
}
