/** Orders of events that break naive designs, each with real processes, the record in a ConfigMap, and senders that do as real ones do. */
import assert from 'node:assert/strict';
import { GOLDEN_IMAGES } from './hyperconverged.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { hyperConvergedCrd } from './servers/paths.ts';
import { waitUntil } from './servers/wait.ts';
import { type Assessment, assess, type Expected } from './world/assess.ts';
import { CLUSTER_NAME } from './world/environment.ts';
import { refusing } from './world/gate.ts';
import { capture, deliver, deliverFor, ping } from './world/signals.ts';
import { isCluster, isKubernetes, isRecord } from './world/steps.ts';
import { tally } from './world/tally.ts';
import { openWorld, type World } from './world/world.ts';

const IMPORT_ON = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };
const KEY = `${CLUSTER_NAME}/HCOMultiArchGoldenImagesDisabled`;
const CONFIRMED: Expected = { state: { verdict: 'confirmed', condition: 'present', claim: 'firing' }, shows: /run-\d+-arm/, replies: [] };

describe('an order of events', function () {
  this.timeout(180_000);
  let server: ApiServer;
  let world: World;
  const counted = tally('orders of events');
  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19')] });
  });
  beforeEach(async () => {
    world = await openWorld(server);
    await world.addNode('amd', 'amd64');
    await world.addNode('arm', 'arm64');
  });
  afterEach(() => world.stop());
  after(async () => {
    counted.print();
    await server.stop();
  });
  const found = async (expected: Expected): Promise<Assessment> =>
    counted.add(assess(world.slack.messages(), await world.incidents(), expected));
  const assertFound = async (expected: Expected) => assert.deepEqual(await found(expected), { losses: [], duplicates: [] }, world.output());

  it('an alert is delivered again after it was unverifiable: the same message is corrected', async () => {
    const webhook = await world.start('alertmanager-webhook');
    world.gate.intercept(refusing(isCluster));
    const delivered = deliver(webhook, capture(1));
    await waitUntil('it is passed on unverified', () => assert.equal(verdictOf(world), 'unverifiable'));
    world.gate.intercept(undefined);
    await delivered;
    await assertFound(CONFIRMED);
  });

  const outages = [
    { what: 'the cluster cannot be read', isAway: isCluster },
    { what: 'the API server is away', isAway: isKubernetes },
  ];
  for (const { what, isAway } of outages) {
    it(`it resolves while ${what}, and never again: the ping finds it over`, async () => {
      const webhook = await world.start('alertmanager-webhook');
      world.gate.intercept(refusing(isAway));
      const { isDelivered } = await deliverFor(1, webhook, capture(1));
      assert.equal(isDelivered, false); // so Alertmanager has told nobody that it fires, and says nothing when it ends
      await world.patchHyperConverged(IMPORT_ON);
      world.gate.intercept(undefined);
      await ping(await world.start('node-events'));
      await assertFound({
        state: { verdict: 'stale', condition: 'absent', claim: 'firing' },
        shows: /the multi-architecture import is on/,
        replies: [{ says: /It is over: the multi-architecture import is on/, broadcast: false }],
      });
    });
  }

  it('the record is away for the whole alert: the message of then is found, and corrected', async () => {
    const webhook = await world.start('alertmanager-webhook');
    world.gate.intercept(refusing(isRecord));
    assert.equal((await deliverFor(2, webhook, capture(1))).isDelivered, false);
    await world.patchHyperConverged(IMPORT_ON);
    assert.equal((await deliverFor(1, webhook, capture(2))).isDelivered, false);
    await webhook.kill(); // and nobody remembers it
    world.gate.intercept(undefined);
    await ping(await world.start('node-events'));
    await assertFound({
      state: { verdict: 'stale', condition: 'absent', claim: 'firing' },
      shows: /the multi-architecture import is on/,
      replies: [{ says: /It is over/, broadcast: false }],
    });
  });

  it('two replicas find that a person has deleted the message: it is posted anew, once', async () => {
    const replicas = [await world.start('alertmanager-webhook'), await world.start('alertmanager-webhook')] as const;
    await deliver(replicas[0], capture(1));
    const [message] = world.slack.messages();
    world.slack.deleteMessage(message?.ts ?? '');
    await world.addNode('arm-2', 'arm64');
    await Promise.all(replicas.map((replica) => deliver(replica, capture(1))));
    await assertFound({ ...CONFIRMED, shows: /run-\d+-arm-2/ });
    assert.notEqual(world.slack.messages()[0]?.ts, message?.ts);
  });

  it('the operator restarts, in one delivery: the old series resolves, the new one fires, and nobody is told', async () => {
    const webhook = await world.start('alertmanager-webhook');
    await deliver(webhook, capture(1));
    const [ended, fires] = restart();
    await deliver(webhook, inOneDelivery(ended, fires));
    await assertFound(CONFIRMED);
  });

  it('the operator restarts, in two deliveries: one message, that said meanwhile what was true', async () => {
    const webhook = await world.start('alertmanager-webhook');
    await deliver(webhook, capture(1));
    const [ended, fires] = restart();
    await deliver(webhook, ended);
    assert.equal(verdictOf(world), 'contradicted');
    await deliver(webhook, fires);
    await assertFound({ ...CONFIRMED, replies: [{ says: /is resolved\. It is not/, broadcast: true }] });
  });

  it("last week's resolved message is in the history: a new one is posted, and found again after a kill", async () => {
    const old = await postOld(world);
    const webhook = await world.start('alertmanager-webhook');
    world.gate.watch({ step: { label: 'chat.postMessage', number: 1, isRead: false }, side: 'after' });
    await deliver(webhook, capture(1));
    assert.ok(world.gate.hasKilled());
    const [first, ...rest] = world.slack.messages();
    assert.deepEqual([first?.ts, first?.edits, first?.replies], [old, 0, []]);
    assert.deepEqual(counted.add(assess(rest, await world.incidents(), CONFIRMED)), { losses: [], duplicates: [] });
  });

  it('the captured story, as it is', async () => {
    const webhook = await world.start('alertmanager-webhook');
    await deliver(webhook, capture(1));
    await deliver(webhook, capture(2)); // the operator was killed
    assert.equal(verdictOf(world), 'contradicted');
    await deliver(webhook, capture(3));
    assert.equal(verdictOf(world), 'confirmed');
    await world.patchHyperConverged(IMPORT_ON);
    await world.patchHyperConverged({ status: { dataImportCronTemplates: withCustomImage() } }, '/status');
    await deliver(webhook, capture(4));
    await deliver(webhook, capture(5));
    const incidents = await world.incidents();
    const about = (alert: string) =>
      world.slack.messages().filter(({ metadata }) => String(metadata?.event_payload.key).endsWith(`/${alert}`));
    const first = assess(about('HCOMultiArchGoldenImagesDisabled'), incidents, {
      state: { verdict: 'resolved', condition: 'absent', claim: 'resolved' },
      shows: /the multi-architecture import is on/,
      replies: [
        { says: /is resolved\. It is not/, broadcast: true },
        { says: /It is over/, broadcast: false },
      ],
    });
    const second = assess(about('HCOGoldenImageWithNoArchitectureAnnotation'), incidents, {
      state: { verdict: 'confirmed', condition: 'present', claim: 'firing' },
      shows: /custom-rhel-image-cron/,
      replies: [],
    });
    for (const each of [first, second]) assert.deepEqual(counted.add(each), { losses: [], duplicates: [] }, world.output());
    assert.equal(world.slack.messages().length, 2);
  });
});

function verdictOf({ slack }: World): unknown {
  return slack.messages().at(-1)?.metadata?.event_payload.verdict;
}

/** The captured series ends, and the same one fires from another pod. */
function restart(): readonly [ended: string, fires: string] {
  const fires = JSON.parse(capture(3));
  for (const alert of fires.alerts)
    Object.assign(alert, { fingerprint: '0123456789abcdef', labels: { ...alert.labels, pod: 'another-pod' } });
  return [capture(2), JSON.stringify(fires)];
}

function inOneDelivery(ended: string, fires: string): string {
  const delivery = JSON.parse(fires);
  return JSON.stringify({ ...delivery, alerts: [...JSON.parse(ended).alerts, ...delivery.alerts] });
}

/** A message of an episode that nobody has on record any more. Returns its `ts`. */
async function postOld({ slack }: World): Promise<string> {
  const metadata = {
    event_type: 'archwatch_incident',
    event_payload: { key: KEY, episode: 'last-week', verdict: 'resolved', condition: 'absent', claim: 'resolved', revision: 2 },
  };
  const headers = { authorization: `Bearer ${slack.token}`, 'content-type': 'application/json; charset=utf-8' };
  const body = JSON.stringify({ channel: slack.channel.id, text: 'It was over last week.', metadata });
  const answer = JSON.parse(await (await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', headers, body })).text());
  assert.equal(answer.ok, true, JSON.stringify(answer));
  return answer.ts;
}

/** The golden images of the world, and one that somebody has added without saying for which architectures it is. */
function withCustomImage(): readonly object[] {
  const annotations = { 'ssp.kubevirt.io/dict.architectures': 'amd64,arm64,s390x' };
  const common = GOLDEN_IMAGES.map((name) => ({ metadata: { name, annotations }, status: { commonTemplate: true } }));
  return [...common, { metadata: { name: 'custom-rhel-image-cron' }, status: { commonTemplate: false } }];
}
