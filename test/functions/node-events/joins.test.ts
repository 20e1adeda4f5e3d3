/** A whole cluster joins: events over real HTTP, to an embedded cluster and an embedded Slack over HTTP, with a clock that only waits move. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNodeEventsHandler } from '../../../functions/node-events/handler.ts';
import { createEmbeddedCluster, type EmbeddedCluster } from '../../../local/embedded-cluster/embedded-cluster.ts';
import { createEmbeddedSlack, type EmbeddedSlack } from '../../../local/embedded-slack/embedded-slack.ts';
import { listen } from '../../../shared/http/listen.ts';
import type { Listening } from '../../../shared/http/server.ts';
import { createMemoryStore } from '../../../shared/incidents/store/store.ts';
import { createCluster } from '../../../shared/kubernetes/cluster.ts';
import { createLookAgain } from '../../../shared/look-again/look-again.ts';
import { createChat } from '../../../shared/slack/chat.ts';
import { CHANNEL, TOKEN } from '../../helpers/embedded-slack.ts';
import { batchOf, eventOf } from '../../helpers/events.ts';
import { silentLog } from '../../helpers/log.ts';
import { connectTo, payloadOf } from '../../helpers/webhook.ts';

const JOINS = 5_000;
const AT_ONCE = 100;

describe('five thousand nodes that join', () => {
  let time: number;
  let cluster: EmbeddedCluster;
  let slack: EmbeddedSlack;
  let world: Listening;
  let server: Listening;

  beforeEach(async () => {
    time = Date.UTC(2026, 10, 22, 17);
    const now = () => new Date(time);
    cluster = createEmbeddedCluster({ prefix: '/kubernetes', release: '1.19', now });
    cluster.addNode({ name: 'worker-amd-1', architecture: 'amd64' });
    slack = createEmbeddedSlack({ token: TOKEN, channel: CHANNEL, now });
    world = await listen([...cluster.routes, ...slack.routes], { port: 0, log: silentLog });
    const origin = `http://localhost:${world.port}`;
    const looking = createLookAgain({
      cluster: createCluster({ connect: await connectTo(`${origin}/kubernetes`), hyperConverged: undefined, now, log: silentLog }),
      incidents: createMemoryStore(),
      chat: createChat({ token: async () => TOKEN, channel: CHANNEL.id, apiUrl: `${origin}/slack/api/`, now }),
      settings: { consoleUrl: undefined, buttons: [] },
      ...{ clusterName: 'prod-eu-1', kubectl: 'kubectl', flapWindowMs: 3_600_000, log: silentLog, now },
    });
    const pause = async (ms: number) => {
      time += ms;
    };
    const handler = createNodeEventsHandler({ looking, cluster: { name: 'prod-eu-1', id: undefined }, now, pause });
    server = await listen([handler], { port: 0, log: silentLog });
  });
  afterEach(() => Promise.all([server.close(), world.close()]));

  const post = async (names: ReadonlySet<string>) => {
    const joined = cluster.nodes().filter(({ metadata }) => names.has(metadata.name));
    const { headers, body } = batchOf(joined.map((node) => eventOf('add', { apiVersion: 'v1', kind: 'Node', ...node })));
    const send = async () => (await fetch(`http://localhost:${server.port}/events`, { method: 'POST', headers, body })).status;
    for (let tries = 0; tries < 50; tries++) {
      const status = await send();
      if (status !== 503) return status;
      await sleep(100); // too much at once: as a broker, it comes again
    }
    return 503;
  };
  /** Each look lists the HyperConverged once. */
  const looks = () => cluster.requests().filter(({ path }) => path.startsWith('/apis/hco.kubevirt.io/v1/hyperconvergeds')).length;

  it('give a handful of looks and one message, which names them', async () => {
    const answers: Promise<number>[] = [];
    for (let first = 0; first < JOINS; first += AT_ONCE) {
      const names = Array.from({ length: AT_ONCE }, (_, index) => `worker-arm-${first + index}`);
      for (const name of names) cluster.addNode({ name, architecture: 'arm64' });
      answers.push(post(new Set(names)));
    }
    assert.deepEqual(new Set(await Promise.all(answers)), new Set([202]));
    const [message, ...more] = slack.messages();
    assert.ok(message);
    assert.deepEqual([more.length, payloadOf(message).verdict], [0, 'early-warning']);
    assert.match(JSON.stringify(message.blocks), /5,?000 of 5,?001|5001 workload nodes/);
    assert.ok(looks() <= 4, `${looks()} looks`);
  });
});
