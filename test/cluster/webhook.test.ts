/** An alert of a real Alertmanager, the message that it makes, and each command of that message carried out on a real API server. */
import assert from 'node:assert/strict';
import { nodes, placements, releases } from './cluster-shapes.ts';
import { addHyperConverged, GOLDEN_IMAGES } from './hyperconverged.ts';
import { headOf, linesOf, nodesNamedIn, remediesIn } from './message.ts';
import { alertFrom, ended, messageWith, type OnCall, repliesOf, startOnCall } from './on-call.ts';
import { assertEnds, carryOut, overBy, targetOf } from './remedies.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { createNode, deleteAll } from './servers/objects.ts';
import { hyperConvergedCrd } from './servers/paths.ts';
import { waitUntil } from './servers/wait.ts';

for (const { release, version, gates, placed } of releases) {
  describe(`an alert on a cluster with HyperConverged ${release}`, () => {
    let server: ApiServer;
    let onCall: OnCall;
    let pods = 0;
    const fire = async () => {
      pods += 1;
      const alert = alertFrom(`hyperconverged-cluster-operator-${pods}`);
      await onCall.alertmanager.sendAlerts([alert]);
      return alert;
    };
    before(async () => {
      server = await startApiServer({ crds: [hyperConvergedCrd(release)] });
      onCall = await startOnCall(server);
    });
    beforeEach(async () => {
      await onCall.startAnew();
      for (const node of nodes) await createNode(server, node);
    });
    afterEach(() => deleteAll(server));
    after(async () => {
      await onCall?.stop();
      await server?.stop();
    });

    const cases = placements.flatMap((placement, row) => gates.map((gate, column) => ({ ...placement, ...gate, number: row + column })));
    for (const { shape, placement, workloadNodes, spelling, spec, readAt, number } of cases) {
      it(`makes one message, and each of its commands ends it: ${shape}, ${spelling}`, async () => {
        await addHyperConverged(server, { version, spec: { ...spec, ...(placement && placed(placement)) } });
        const alert = await fire();
        const message = await messageWith(onCall, { verdict: 'confirmed', condition: 'present', claim: 'firing' });
        assert.match(headOf(message), new RegExp(`prod-eu-1.*${GOLDEN_IMAGES.length} boot images`));
        assert.deepEqual(nodesNamedIn(message, nodes), workloadNodes);
        assert.ok(
          linesOf(message).some((line) => line.includes(`import: off; ${readAt} is `)),
          `it was not read at ${readAt}`,
        );

        const remedies = await waitUntil('every command is there, in the message or in its thread', () => {
          const printed = onCall.messages().flatMap((shown) => remediesIn(shown));
          assert.ok(printed.every(({ command }) => command !== undefined));
          return printed;
        });
        assert.deepEqual(remedies.map(targetOf).sort(), [...Object.keys(workloadNodes), 'every architecture'].sort());
        for (const remedy of remedies) await assertEnds(server, version, remedy);

        const last = remedies[number % remedies.length];
        await carryOut(server, version, last);
        await onCall.alertmanager.sendAlerts([ended(alert)]);
        const over = await messageWith(onCall, { verdict: 'resolved', condition: 'absent', claim: 'resolved' });
        assert.equal(over.ts, message.ts);
        assert.match(headOf(over), overBy(last));
        await waitUntil('the thread says so too', () => assert.match(repliesOf(onCall).join('\n'), overBy(last)));
      });
    }

    it('is said not to be verified while the API server is away, is delivered again, and the same message is corrected', async () => {
      await addHyperConverged(server, { version });
      const message = await withoutApiServer(async () => {
        await fire();
        return messageWith(onCall, { verdict: 'unverifiable', condition: 'unknown', claim: 'firing' });
      });
      assert.match(headOf(message), /not verified/);
      const corrected = await messageWith(onCall, { verdict: 'confirmed', condition: 'present', claim: 'firing' });
      assert.equal(corrected.ts, message.ts);
      assert.deepEqual(nodesNamedIn(corrected, nodes), placements[0]?.workloadNodes);
    });

    it('keeps what was verified while the API server is away, and says since when it cannot be checked', async () => {
      await addHyperConverged(server, { version });
      await fire();
      const before = await messageWith(onCall, { verdict: 'confirmed' });
      const meanwhile = await withoutApiServer(async () => {
        await fire();
        return messageWith(onCall, { verdict: 'unverifiable', condition: 'unknown', claim: 'firing' });
      });
      assert.match(headOf(meanwhile), /2 boot images.*not checkable/);
      assert.match(linesOf(meanwhile).join('\n'), /not checkable since 20\d\d-[\s\S]*unreachable/i);
      assert.deepEqual(nodesNamedIn(meanwhile, nodes), nodesNamedIn(before, nodes));
      const corrected = await messageWith(onCall, { verdict: 'confirmed', condition: 'present' });
      assert.deepEqual([corrected.ts, headOf(corrected)], [before.ts, headOf(before)]);
    });

    /** What happens in an outage; it lasts until Alertmanager has been told to come again. */
    async function withoutApiServer<T>(work: () => Promise<T>): Promise<T> {
      const refusals = () => onCall.alertmanager.output().split('status code 503').length;
      await server.down();
      try {
        const before = refusals();
        const result = await work();
        await waitUntil('Alertmanager is answered 503', () => assert.ok(refusals() > before));
        return result;
      } finally {
        await server.up();
      }
    }
  });
}
