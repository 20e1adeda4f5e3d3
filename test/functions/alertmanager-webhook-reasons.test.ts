/** Why Alertmanager and the cluster disagree, and who ended an incident: from the cluster to the thread. */
import assert from 'node:assert/strict';
import { captured } from '../helpers/deliveries.ts';
import { payloadOf, type RunningWebhook, startWebhook, textOf } from '../helpers/webhook.ts';

const [FIRES, RESOLVES] = [captured(1), captured(2)];

describe('a resolve', () => {
  let running: RunningWebhook;
  beforeEach(async () => {
    running = await startWebhook();
    await running.deliver(FIRES);
    running.wait(3);
  });
  afterEach(() => running.close());
  const replies = () => running.message().replies.map(({ text }) => text);

  it('that is not true is told with the operator that has gone, once', async () => {
    running.cluster.setOperator('gone');
    for (let times = 0; times < 2; times++) await running.deliver(RESOLVES);
    assert.equal(payloadOf(running.message()).verdict, 'contradicted');
    const why = /HCO’s operator has no pod, and without its metric the alert goes quiet\./;
    assert.match(textOf(running.message()), why);
    assert.match(replies().join('\n'), why);
    assert.equal(replies().length, 1);
  });

  it('that is true names who switched the import on', async () => {
    running.cluster.patchHyperConverged('v1', { spec: { workloadSources: { enableMultiArchBootImageImport: true } } }, 'kubectl-edit');
    running.wait(1);
    await running.deliver(RESOLVES);
    assert.deepEqual(replies(), [
      'prod-eu-1: It is over: the multi-architecture import is on (set by kubectl-edit at 2026-11-22 17:03:55 UTC).',
    ]);
  });

  it('that is true names who narrowed the placement, in whatever version that was written, and the nodes that left', async () => {
    running.cluster.patchHyperConverged(
      'v1beta1',
      { spec: { workloads: { nodePlacement: { nodeSelector: { 'kubernetes.io/arch': 'amd64' } } } } },
      'argocd',
    );
    running.wait(1);
    await running.deliver(RESOLVES);
    const [reply = '', ...others] = replies();
    assert.match(
      reply,
      /the placement was narrowed: .* \(set by argocd at .* UTC\)\. No longer workload nodes: worker-arm-1 and worker-arm-2\.$/,
    );
    assert.deepEqual(others, []);
  });

  it('that is true names nobody where nodes left', async () => {
    for (const name of ['worker-arm-1', 'worker-arm-2']) running.cluster.removeNode(name);
    await running.deliver(RESOLVES);
    assert.deepEqual(replies(), [
      'prod-eu-1: It is over: nodes are gone: all workload nodes have the same architecture. No longer workload nodes: worker-arm-1 and worker-arm-2.',
    ]);
  });
});
