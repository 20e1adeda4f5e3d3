/** Several processes at once, that share nothing but the record and the channel. */
import assert from 'node:assert/strict';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { hyperConvergedCrd } from './servers/paths.ts';
import { assess, type Expected } from './world/assess.ts';
import { createSlots } from './world/in-parallel.ts';
import { capture, deliver, ping, tellAdded } from './world/signals.ts';
import { tally } from './world/tally.ts';
import { openWorld, type World } from './world/world.ts';

const EARLY = { verdict: 'early-warning', condition: 'present', claim: 'none' };

describe('several processes', function () {
  this.timeout(180_000);
  let server: ApiServer;
  let world: World;
  const counted = tally('several processes');
  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19')] });
  });
  beforeEach(async () => {
    world = await openWorld(server);
    await world.addNode('amd', 'amd64');
  });
  afterEach(() => world.stop());
  after(async () => {
    counted.print();
    await server.stop();
  });
  const assertFound = async (expected: Expected) =>
    assert.deepEqual(
      counted.add(assess(world.slack.messages(), await world.incidents(), expected)),
      { losses: [], duplicates: [] },
      world.output(),
    );

  it('two replicas hear the same of two Alertmanagers, while nodes join and a third function hears of those: one message', async () => {
    const webhooks = await Promise.all([world.start('alertmanager-webhook'), world.start('alertmanager-webhook')]);
    const nodeEvents = await world.start('node-events');
    const join = async (number: number) => tellAdded(nodeEvents, await world.addNode(`arm-${number}`, 'arm64'));
    const joins = Array.from({ length: 8 }, (_, number) => join(number));
    const deliveries = webhooks.flatMap((webhook) => Array.from({ length: 5 }, () => deliver(webhook, capture(1))));
    const told = await Promise.all(joins);
    await Promise.all(deliveries);
    assert.ok(told.every(({ to }) => to === 'subscriber'));
    await ping(nodeEvents);
    // Whether a node or an alert was first is theirs to race for.
    const wasEarly = (world.slack.messages()[0]?.replies.length ?? 0) > 0;
    const replies = wasEarly ? [{ says: /Alertmanager now says it too/, broadcast: false }] : [];
    await assertFound({ state: { verdict: 'confirmed', condition: 'present', claim: 'firing' }, shows: /arm64\s+8 of 9/, replies });
  });

  it('two replicas hear of the same restart of the operator, in another order: one message that says what is true', async () => {
    await world.addNode('arm', 'arm64');
    const webhooks = await Promise.all([world.start('alertmanager-webhook'), world.start('alertmanager-webhook')]);
    await Promise.all(webhooks.map((webhook) => deliver(webhook, capture(1))));
    await Promise.all([deliver(webhooks[0], capture(3)), deliver(webhooks[1], capture(2))]);
    await deliver(webhooks[0], capture(3));
    const isTold = (world.slack.messages()[0]?.replies.length ?? 0) > 0;
    const replies = isTold ? [{ says: /is resolved\. It is not/, broadcast: true }] : [];
    await assertFound({ state: { verdict: 'confirmed', condition: 'present', claim: 'firing' }, shows: /run-\d+-arm/, replies });
  });

  const NODES = 300;
  const LIST = 'nodes.txt';
  for (const { source, most } of [
    { source: 'one after another', most: 1 },
    { source: 'all at once', most: NODES },
  ]) {
    it(`${NODES} nodes join in a burst, and their events come ${source}: one message, and a look every 5 s`, async () => {
      const nodeEvents = await world.start('node-events');
      const [creating, sending] = [createSlots(8), createSlots(most)];
      const began = Date.now();
      world.gate.watch();
      const told = await Promise.all(
        Array.from({ length: NODES }, async (_, number) => {
          const node = await creating(() => world.addNode(`arm-${number}`, 'arm64'));
          return sending(() => tellAdded(nodeEvents, node));
        }),
      );
      const looks = world.gate.steps().filter(({ label }) => label.endsWith('/hyperconvergeds')).length;
      assert.deepEqual(new Set(told.map(({ to, answers }) => `${to} ${answers.length}`)), new Set(['subscriber 1']));
      assert.ok(looks <= (Date.now() - began) / 5_000 + 2, `${looks} looks in ${Date.now() - began} ms`);
      const expected = { state: EARLY, shows: new RegExp(`arm64\\s+${NODES} of ${NODES + 1}`), replies: [], files: [LIST] };
      await assertFound(expected);
    });
  }
});
