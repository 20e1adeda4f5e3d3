/** Told to end while something is in flight: nothing new is taken, and what was begun is finished. */
import assert from 'node:assert/strict';
import type { Answered, Attempt } from './senders/attempt.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { hyperConvergedCrd } from './servers/paths.ts';
import { answersOk, waitUntil } from './servers/wait.ts';
import { capture, deliver, ping } from './world/signals.ts';
import { isCluster } from './world/steps.ts';
import { openWorld, type World } from './world/world.ts';

describe('a function that is told to end', () => {
  let server: ApiServer;
  let world: World;
  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19')] });
  });
  beforeEach(async () => {
    world = await openWorld(server);
    await world.addNode('amd', 'amd64');
    await world.addNode('arm', 'arm64');
  });
  afterEach(() => world.stop());
  after(() => server.stop());

  const cases = [
    { name: 'alertmanager-webhook', send: (to: To) => deliver(to, capture(1)), verdict: 'confirmed' },
    { name: 'node-events', send: ping, verdict: 'early-warning' },
  ] as const;
  for (const { name, send, verdict } of cases) {
    it(`finishes what is in flight, and takes no more: ${name}`, async () => {
      const replica = await world.start(name);
      const [arrived, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      world.gate.intercept((request) => {
        if (!isCluster(request)) return undefined;
        arrived.resolve();
        return opened.promise;
      });
      const answers: Answered[] = [];
      const counting: Attempt = async (outgoing, withinMs) => {
        const answered = await replica.send(outgoing, withinMs);
        answers.push(answered);
        return answered;
      };
      const sending = send({ send: counting });
      await arrived.promise;
      const ending = replica.stop();
      await waitUntil('it has heard of it', () => assert.match(replica.output(), /closing/));
      await assert.rejects(answersOk(`${replica.url()}/health/readiness`), 'it takes no more');
      opened.resolve();
      await sending;
      assert.equal((await ending)?.code, 0);
      assert.deepEqual([answers.length, answers[0]?.status], [1, name === 'node-events' ? 202 : 204]);
      const verdicts = world.slack.messages().map(({ metadata }) => metadata?.event_payload.verdict);
      assert.deepEqual(verdicts, [verdict]);
    });

    it(`keeps idle connections for longer than those who hold them, Go's 90 s: ${name}`, async () => {
      const replica = await world.start(name);
      const { headers } = await fetch(`${replica.url()}/health/readiness`);
      assert.match(headers.get('keep-alive') ?? '', /^timeout=(9[1-9]|\d{3,})$/);
    });
  }
});

type To = Parameters<typeof ping>[0];
