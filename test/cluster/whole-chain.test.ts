/** From the operator's gauge to the channel with nothing left out: Prometheus, Alertmanager, the function, the API server, a person with kubectl. */
import assert from 'node:assert/strict';
import { nodes, placements } from './cluster-shapes.ts';
import { addHyperConverged } from './hyperconverged.ts';
import { headOf, nodesNamedIn, remediesIn } from './message.ts';
import { messageWith, type OnCall, repliesOf, startOnCall } from './on-call.ts';
import { carryOut, overBy, targetOf } from './remedies.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { type Exporter, hyperConvergedRules, startExporter } from './servers/exporter.ts';
import { createNode } from './servers/objects.ts';
import { hyperConvergedCrd } from './servers/paths.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';
import { waitUntil } from './servers/wait.ts';

const version = 'v1';

describe('one incident, from the gauge to the channel', () => {
  const stops: (() => Promise<void>)[] = [];
  const stopLast = <T extends { stop(): Promise<void> }>(started: T): T => {
    stops.unshift(() => started.stop());
    return started;
  };
  let server: ApiServer;
  let onCall: OnCall;
  let exporter: Exporter;
  let prometheus: Prometheus;
  /** The `ts` of the first message: it stays the only one. */
  let ts: string;

  before(async () => {
    server = stopLast(await startApiServer({ crds: [hyperConvergedCrd('1.19')] }));
    onCall = stopLast(await startOnCall(server));
    exporter = stopLast(await startExporter());
    const alertmanagerUrl = onCall.alertmanager.url;
    prometheus = stopLast(await startPrometheus({ rules: hyperConvergedRules, scrapeTargets: [exporter.target()], alertmanagerUrl }));
    for (const node of nodes) await createNode(server, node);
    await addHyperConverged(server, { version });
  });
  after(async () => {
    for (const stop of stops) await stop();
  });

  it('is confirmed when the gauge becomes 0', async () => {
    exporter.set({ importEnabled: 0 });
    const message = await messageWith(onCall, { verdict: 'confirmed', condition: 'present', claim: 'firing' });
    ts = message.ts;
    assert.deepEqual(nodesNamedIn(message, nodes), placements[0]?.workloadNodes);
  });

  it('is contradicted when the operator is down: the series is gone, and the mismatch is not', async () => {
    exporter.set(undefined);
    const message = await messageWith(onCall, { verdict: 'contradicted', condition: 'present', claim: 'resolved' });
    assert.equal(message.ts, ts);
    assert.match(headOf(message), /Alertmanager says.*2 boot images/);
    await waitUntil('the channel hears of it', () =>
      assert.match(broadcasts(onCall).join('\n'), /Alertmanager says .* is resolved\. It is not/),
    );
  });

  it('is confirmed again when the operator is back as another pod', async () => {
    await prometheus.scrape([exporter.target('hyperconverged-cluster-operator-2')]);
    exporter.set({ importEnabled: 0 });
    const message = await messageWith(onCall, { verdict: 'confirmed', condition: 'present', claim: 'firing' });
    assert.equal(message.ts, ts);
  });

  it('is resolved when a person has run the command of the first remedy and the gauge has followed', async () => {
    const [remedy] = remediesIn(await messageWith(onCall, { verdict: 'confirmed' }));
    await carryOut(server, version, remedy);
    assert.equal(remedy && targetOf(remedy), 'every architecture');
    exporter.set({ importEnabled: 1 });
    const message = await messageWith(onCall, { verdict: 'resolved', condition: 'absent', claim: 'resolved' });
    assert.equal(message.ts, ts);
    assert.match(headOf(message), overBy(remedy));
    await waitUntil('the thread says so too', () => assert.match(repliesOf(onCall).at(-1) ?? '', overBy(remedy)));
    assert.equal(repliesOf(onCall).length, 2, repliesOf(onCall).join('\n'));
  });
});

/** Replies that the whole channel was shown. */
function broadcasts({ messages }: OnCall): readonly string[] {
  return messages().flatMap(({ replies }) => replies.filter(({ broadcast }) => broadcast).map(({ text }) => text));
}
