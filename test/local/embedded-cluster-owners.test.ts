/** Who does what in the embedded cluster, as the API server tells it: the operator's pod, and who wrote the CR. */
import assert from 'node:assert/strict';
import { readHyperConverged } from '../../shared/golden-images/hyperconverged.ts';
import { OPERATOR_SELECTOR, readOperator } from '../../shared/golden-images/operator.ts';
import { readSetBy } from '../../shared/golden-images/set-by.ts';
import { CLOCK, crPath, type RunningCluster, startCluster } from '../helpers/embedded-cluster.ts';

const PODS = '/api/v1/namespaces/kubevirt-hyperconverged/pods';

describe('the embedded operator’s pod', () => {
  let running: RunningCluster;
  beforeEach(async () => {
    running = await startCluster();
  });
  afterEach(() => running.close());
  const podsIn = async (path: string) => readOperator((await running.get(path)).body.items).pods;
  const selected = () => podsIn(`${PODS}?${new URLSearchParams({ labelSelector: OPERATOR_SELECTOR })}`);

  it('is ready since the installation, forty days ago', async () => {
    const [pod, ...others] = await selected();
    assert.deepEqual([pod?.ready, pod?.startedAt, pod?.restarts, others.length], [true, '2026-10-13T10:00:00Z', 0, 0]);
  });

  it('is found by its own labels and in its own namespace only', async () => {
    assert.equal((await podsIn(PODS)).length, 1);
    for (const path of [`${PODS}?labelSelector=name%3Dother`, '/api/v1/namespaces/default/pods'])
      assert.equal((await podsIn(path)).length, 0);
  });

  it('is not ready, restarted or gone as it is told', async () => {
    running.cluster.setOperator('not-ready');
    assert.deepEqual(
      (await selected()).map(({ ready, reason }) => [ready, reason]),
      [[false, 'CrashLoopBackOff']],
    );
    running.cluster.setOperator('ready');
    assert.deepEqual(
      (await selected()).map(({ ready, startedAt, restarts }) => [ready, startedAt, restarts]),
      [[true, '2026-11-22T10:00:00Z', 1]],
    );
    running.cluster.setOperator('gone');
    assert.deepEqual(await selected(), []);
    running.cluster.setOperator('ready', new Date(CLOCK().getTime() + 60_000));
    assert.deepEqual(
      (await selected()).map(({ startedAt, restarts }) => [startedAt, restarts]),
      [['2026-11-22T10:01:00Z', 0]],
    );
  });

  it('is forbidden where everything is', async () => {
    running.cluster.setOutage('forbidden');
    assert.deepEqual([(await running.get(PODS)).status, (await running.get(PODS)).body.reason], [403, 'Forbidden']);
  });
});

describe('who wrote the embedded HyperConverged', () => {
  let running: RunningCluster;
  beforeEach(async () => {
    running = await startCluster();
  });
  afterEach(() => running.close());
  const IMPORT = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };
  const PLACEMENT = { spec: { deployment: { nodePlacements: { workload: { nodeSelector: { zone: 'a' } } } } } };
  const patch = (body: object, query = '') => running.patch(`${crPath('v1')}${query}`, body);
  const read = async () => (await running.get(crPath('v1'))).body;
  const managers = async () => {
    const { gate, placement } = readSetBy(readHyperConverged(await read()));
    return [gate?.manager, placement?.manager];
  };

  it('is nobody before anybody did', async () => assert.equal((await read()).metadata.managedFields, undefined));

  it('is the field manager of the query, else the program that asks', async () => {
    await patch(IMPORT, '?fieldManager=kubectl-edit');
    await patch(PLACEMENT);
    assert.deepEqual(await managers(), ['kubectl-edit', 'node']);
    assert.deepEqual((await read()).metadata.managedFields[0], {
      apiVersion: 'hco.kubevirt.io/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:workloadSources': { 'f:enableMultiArchBootImageImport': {} } } },
      manager: 'kubectl-edit',
      operation: 'Update',
      time: '2026-11-22T10:00:00Z',
    });
  });

  it('is who changed a field last', async () => {
    await patch(IMPORT, '?fieldManager=first');
    await patch({ spec: { workloadSources: { enableMultiArchBootImageImport: false } } }, '?fieldManager=second');
    assert.deepEqual(await managers(), ['second', undefined]);
    assert.equal((await read()).metadata.managedFields.length, 1);
  });

  it('is not who changed nothing, or only tried', async () => {
    await patch(IMPORT, '?fieldManager=first');
    await patch(IMPORT, '?fieldManager=second');
    await patch(PLACEMENT, '?fieldManager=second&dryRun=All');
    assert.deepEqual(await managers(), ['first', undefined]);
  });

  it('is nobody of what was taken away', async () => {
    await patch(IMPORT, '?fieldManager=first');
    await patch({ spec: { workloadSources: { enableMultiArchBootImageImport: null } } }, '?fieldManager=second');
    assert.deepEqual(await managers(), [undefined, undefined]);
  });

  it('is known across API versions', async () => {
    running.cluster.patchHyperConverged('v1beta1', { spec: { workloads: { nodePlacement: { nodeSelector: { zone: 'a' } } } } }, 'old-tool');
    assert.deepEqual(await managers(), [undefined, 'old-tool']);
  });
});
