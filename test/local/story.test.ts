import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Story } from '../../local/channel-page/story.ts';
import { countTraffic } from '../../local/demo/traffic.ts';
import type { Silence } from '../../local/embedded-alertmanager/silences.ts';
import { type Broker, createBroker } from '../../local/eventing/broker.ts';
import { createAlertmanager } from '../../local/story/alertmanager.ts';
import { createStory } from '../../local/story/story.ts';
import { runningOn } from '../../shared/golden-images/affected-machines.ts';
import { readCrOwners } from '../../shared/golden-images/cr-owner.ts';
import { readHyperConverged } from '../../shared/golden-images/hyperconverged.ts';
import { readNode } from '../../shared/golden-images/node.ts';
import { judgeVirtualMachines } from '../../shared/golden-images/virtual-machines.ts';
import { listen } from '../../shared/http/listen.ts';
import type { Listening } from '../../shared/http/server.ts';
import { readKubeVirt } from '../../shared/kubernetes/read-virtual-machines.ts';
import { CLOCK, crPath, type RunningCluster, startCluster } from '../helpers/embedded-cluster.ts';
import { silentLog } from '../helpers/log.ts';

interface Delivery {
  readonly status: string;
  readonly alerts: readonly [{ labels: Record<string, string>; startsAt: string; endsAt: string; fingerprint: string }];
}

const SILENCE: Silence = {
  ...{ id: '1', matchers: [], createdBy: '', comment: '' },
  ...{ updatedAt: CLOCK(), startsAt: CLOCK(), endsAt: new Date('2026-11-22T11:00:00Z') },
};

describe('the story', () => {
  let running: RunningCluster;
  let receiver: Listening;
  let story: Story;
  let broker: Broker;
  let slackIsAway: boolean;
  /** What was done to the functions and to Slack's answers, in order. */
  let happened: string[];
  let isPosting: boolean;
  let deliveries: Delivery[];
  let refused: number;
  const start = async (release: '1.17' | '1.18' | '1.19' = '1.19') => {
    running = await startCluster(release);
    slackIsAway = false;
    happened = [];
    isPosting = true;
    deliveries = [];
    refused = 0;
    const handle = async ({ body }: { body: Buffer }) => {
      deliveries.push(JSON.parse(body.toString()));
      refused -= 1;
      return { status: refused >= 0 ? 503 : 204 };
    };
    const takeEvent = async ({ headers }: { headers: Record<string, unknown> }) => {
      happened.push(String(headers['ce-type']));
      return { status: happened.includes('kill node-events') && !happened.includes('start') ? 503 : 202 };
    };
    receiver = await listen(
      [
        { method: 'post', path: '/alerts', handle },
        { method: 'post', path: '/events', handle: takeEvent },
      ],
      { port: 0, log: silentLog },
    );
    const url = `http://localhost:${receiver.port}`;
    broker = createBroker({
      triggers: [{ subscriber: `${url}/events`, accepts: () => true }],
      deadLetterSink: `${url}/dead`,
      pausesMs: [],
    });
    const hold = (what: string) => async () => {
      happened.push(what);
      return isPosting;
    };
    story = createStory({
      cluster: running.cluster,
      clusterName: 'demo',
      alertmanager: createAlertmanager({ url: `${url}/alerts`, token: 't', now: CLOCK, backOffMs: [] }),
      broker,
      functions: {
        away: () => ['node-events'],
        kill: async (names) => void happened.push(['kill', ...(names ?? [])].join(' ')),
        start: async () => void happened.push('start'),
      },
      kubernetesUrl: running.url,
      traffic: countTraffic([], ''),
      person: { click: async (...clicked) => void happened.push(['click', ...clicked].join(' ')) },
      silences: {
        active: () => (happened.includes('click archwatch_silence 1h') ? [SILENCE] : []),
        expireAll: () => happened.splice(0).length,
        subscribe: () => () => undefined,
      },
      slack: {
        isAway: () => slackIsAway,
        setAway: (isAway) => {
          slackIsAway = isAway;
        },
        loseNextAnswer: hold('lose an answer'),
        holdNextAnswer: hold('hold an answer'),
      },
      now: CLOCK,
      operatorDownMs: 0,
      flapPauseMs: 0,
    });
  };
  beforeEach(() => start());
  afterEach(async () => {
    await running.close();
    await receiver.close();
  });
  const play = async (...ids: string[]) => {
    for (const id of ids) await story.play(id);
  };
  const state = (label: string) => story.state().find((line) => line.label === label)?.value;
  const isDone = (id: string) => story.steps().find((step) => step.id === id)?.done;
  /** What the functions' client asks, asked here. */
  const api = () => ({ get: async (path: string) => (await running.get(path)).body });
  const said = () => deliveries.map(({ status, alerts: [{ labels }] }) => `${status} ${labels.instance}`);

  it('begins with nodes of one architecture, some weeks old, and two workers of another, some minutes old', () => {
    const nodes = running.cluster.nodes().map(({ metadata }) => [metadata.name, metadata.creationTimestamp < '2026-11-01']);
    const names = ['control-plane-1', 'control-plane-2', 'control-plane-3', 'worker-amd-1', 'worker-amd-2', 'worker-amd-3'];
    assert.deepEqual(nodes, [...names.map((name) => [name, true]), ['worker-arm-1', false], ['worker-arm-2', false]]);
    assert.equal(running.cluster.metric(), 0);
    assert.deepEqual(
      story.state().map(({ value }) => value),
      [
        ...['6 × amd64, 2 × arm64', '6 on amd64, 1 stopped', 'off', 'on every worker', 'not firing', 'none yet'],
        ...['0 taken', '0', 'away: node-events', 'up', 'up'],
      ],
    );
    assert.deepEqual(story.record(), [{ label: 'Incidents', value: 'none' }]);
    assert.ok(story.steps().every(({ done }) => !done));
  });

  it('can be played from the first step to the last, and each is done then', async () => {
    for (const { id } of story.steps()) {
      await play(id);
      assert.equal(isDone(id), true, id);
    }
    assert.equal(state('Nodes'), '6 × amd64, 2 × arm64');
  }).timeout(20_000);

  it('tells each chapter in one piece', () => {
    const chapters = story.steps().map(({ chapter }) => chapter);
    assert.deepEqual(
      chapters.filter((chapter, index) => chapter !== chapters[index - 1]),
      [...new Set(chapters)],
    );
  });

  it('lets arm64 workers join anew, which makes the metric 0', async () => {
    await play('arm-nodes-leave');
    assert.deepEqual([state('Nodes'), running.cluster.metric()], ['6 × amd64', undefined]);
    await play('arm-nodes-join');
    assert.equal(state('Nodes'), '6 × amd64, 2 × arm64');
    const worker = running.cluster.nodes().find(({ metadata }) => metadata.name === 'worker-arm-1');
    assert.equal(worker?.metadata.creationTimestamp, '2026-11-22T10:00:00Z');
    assert.equal(running.cluster.metric(), 0);
  });

  describe('the alert', () => {
    it('fires with the times of now, and again as the same', async () => {
      await play('alert-fires', 'alert-fires');
      const [first, second] = deliveries;
      assert.deepEqual([first?.status, first?.alerts[0].startsAt], ['firing', '2026-11-22T10:00:00.000Z']);
      assert.deepEqual(second, first);
      assert.equal(state('Alert'), 'firing since 10:00:00 UTC');
      assert.equal(state('Latest delivery'), 'answered 204');
    });

    const refusals = [
      { when: 'there is one architecture', before: ['arm-nodes-leave'], id: 'alert-fires', says: /has no series, not 0/ },
      { when: 'the import is on', before: ['enable-import'], id: 'alert-fires', says: /is 1, not 0/ },
      { when: 'the mismatch is there', before: ['alert-fires'], id: 'alert-resolves', says: /is still 0/ },
      { when: 'nothing fires', before: [], id: 'alert-resolves', says: /not firing/ },
      { when: 'nothing fires', before: [], id: 'operator-restarts', says: /while the alert is firing/ },
    ];
    for (const { when, before, id, says } of refusals) {
      it(`${id}: refuses and delivers nothing when ${when}`, async () => {
        await play(...before);
        const count = deliveries.length;
        await assert.rejects(story.play(id), says);
        assert.equal(deliveries.length, count);
        assert.equal(isDone(id), false);
      });
    }

    for (const remedy of ['enable-import', 'restrict-placement', 'arm-nodes-leave']) {
      it(`resolves as the same series after ${remedy}`, async () => {
        await play('alert-fires', remedy, 'alert-resolves');
        const [fired, resolved] = deliveries.map(({ alerts }) => alerts[0]);
        assert.deepEqual([deliveries.at(-1)?.status, resolved?.endsAt], ['resolved', '2026-11-22T10:00:00.000Z']);
        assert.deepEqual([resolved?.fingerprint, resolved?.startsAt], [fired?.fingerprint, fired?.startsAt]);
        assert.equal(state('Alert'), 'not firing');
      });
    }

    it('resolves and fires as another series when the operator restarts, the mismatch there all along', async () => {
      await play('alert-fires', 'operator-restarts');
      assert.equal(running.cluster.metric(), 0);
      assert.deepEqual(said(), ['firing 10.128.2.31:8443', 'resolved 10.128.2.31:8443', 'firing 10.131.0.18:8443']);
      assert.equal(state('Alert'), 'firing since 10:00:00 UTC');
    });
  });

  it('lets the hour pass with one ping', async () => {
    await play('hour-passes');
    assert.deepEqual([happened, state('Events')], [['dev.knative.sources.ping'], '1 taken']);
  });

  it('says so where nobody takes the ping', async () => {
    happened.push('kill node-events');
    await assert.rejects(story.play('hour-passes'), /gave the ping up: the function answered 503; nobody took it, and it is lost/);
    assert.deepEqual([isDone('hour-passes'), state('Events')], [false, '0 taken, 1 lost']);
  });

  it('lets 200 workers of three architectures join and leave, some at a time, once each', async () => {
    await play('burst-joins', 'burst-joins');
    assert.equal(state('Nodes'), '73 × amd64, 69 × arm64, 66 × s390x');
    await play('burst-leaves', 'burst-leaves');
    assert.equal(state('Nodes'), '6 × amd64, 2 × arm64');
  }).timeout(20_000);

  it('lets somebody click: acknowledge, check again, and silence, which ends', async () => {
    await play('acknowledge', 'check-again', 'silence');
    assert.deepEqual(
      happened,
      ['archwatch_acknowledge', 'archwatch_check_again', 'archwatch_silence 1h'].map((id) => `click ${id}`),
    );
    assert.deepEqual([state('Silenced'), deliveries.length], ['until 11:00:00 UTC', 0]);
    await play('silence-ends');
    assert.deepEqual([state('Silenced'), isDone('silence-ends')], [undefined, true]);
  });

  it('lets the alert fire once more when it is silenced', async () => {
    await play('alert-fires', 'silence');
    assert.equal(deliveries.length, 2);
  });

  for (const before of [[], ['alert-fires'], ['enable-import', 'restrict-placement']]) {
    it(`lets the alert flap three times after ${before.join(' and ') || 'nothing'}, and ends with the mismatch there`, async () => {
      await play(...before, 'alert-flaps');
      const fired = deliveries.slice(-7).map(({ status }) => status);
      assert.deepEqual(fired, ['firing', ...Array(3).fill(['resolved', 'firing']).flat()]);
      assert.deepEqual([running.cluster.metric(), state('Virtual machines may run')], [0, 'on every worker']);
    });
  }

  const troubles = [
    { id: 'functions-restart', does: ['kill', 'start'], worker: false },
    { id: 'kill-while-posting', does: ['hold an answer', 'kill node-events', 'start'], worker: true },
    { id: 'slack-loses-answer', does: ['lose an answer'], worker: true },
    { id: 'event-given-up', does: ['kill node-events', 'start'], worker: true },
  ];
  for (const { id, does, worker } of troubles) {
    it(`${id}: does so in this order: ${does.join(', ')}; a worker ${worker ? 'joins, or leaves again' : 'is not concerned'}`, async () => {
      await play(id);
      assert.deepEqual(happened, does);
      assert.equal(state('Nodes')?.includes('1 × ppc64le'), worker);
      await play(id);
      assert.equal(state('Nodes'), '6 × amd64, 2 × arm64');
    });
  }

  for (const id of ['kill-while-posting', 'slack-loses-answer']) {
    it(`${id}: kills nobody and says so where nothing was posted`, async () => {
      isPosting = false;
      await assert.rejects(story.play(id), /nothing was posted within 12 s: play this while the mismatch is there/);
      assert.equal(happened.length, 1);
    });
  }

  describe('while nobody takes deliveries', () => {
    const outages = ['slack', 'api-server'].flatMap((away) => [
      { away, before: [], id: 'alert-fires', delivers: 'firing 10.128.2.31:8443', alert: 'firing since 10:00:00 UTC' },
      {
        away,
        before: ['alert-fires', 'arm-nodes-leave'],
        id: 'alert-resolves',
        delivers: 'resolved 10.128.2.31:8443',
        alert: 'not firing',
      },
      {
        away,
        before: ['alert-fires'],
        id: 'operator-restarts',
        delivers: 'firing 10.131.0.18:8443',
        alert: 'firing since 10:00:00 UTC',
      },
    ]);
    for (const { away, before, id, delivers, alert } of outages) {
      it(`${id}: fails in its words but is done, and is delivered once by ${away}-returns`, async () => {
        await play(...before, `${away}-leaves`);
        refused = 2;
        await assert.rejects(
          story.play(id),
          /gave up after 1 try: the receiver answered 503\. It comes again at its next group interval\./,
        );
        assert.deepEqual([isDone(id), state('Alert')], [true, alert]);
        refused = 0;
        const count = deliveries.length;
        await play(`${away}-returns`, `${away}-returns`);
        assert.deepEqual(said().slice(count), [delivers]);
        assert.deepEqual([isDone(id), isDone(`${away}-returns`), state('Alert')], [true, true, alert]);
      });
    }

    it('has Slack back even if the delivery fails still', async () => {
      await play('slack-leaves');
      refused = 2;
      await assert.rejects(story.play('alert-fires'), /gave up/);
      await assert.rejects(story.play('slack-returns'), /gave up/);
      assert.deepEqual([isDone('slack-returns'), state('Slack')], [true, 'up']);
    });
  });

  it('has the operator back even if nobody took the word that it was gone', async () => {
    await play('alert-fires');
    refused = 1;
    await assert.rejects(story.play('operator-restarts'), /gave up/);
    assert.equal(state('Latest delivery'), 'answered 204');
    assert.equal(said().at(-1), 'firing 10.131.0.18:8443');
  });

  for (const release of ['1.17', '1.18', '1.19'] as const) {
    it(`applies and undoes the remedies over HTTP in the version that ${release} stores`, async () => {
      await running.close();
      await receiver.close();
      await start(release);
      await play('enable-import', 'restrict-placement');
      assert.deepEqual([state('Import for every architecture'), state('Virtual machines may run')], ['on', 'kubernetes.io/arch=amd64']);
      const version = release === '1.19' ? 'v1' : 'v1beta1';
      assert.deepEqual(running.cluster.requests(), Array(2).fill({ method: 'PATCH', path: crPath(version) }));
      await play('undo-remedies');
      assert.deepEqual([state('Import for every architecture'), state('Virtual machines may run')], ['off', 'on every worker']);
      assert.equal(running.cluster.metric(), 0);
    });
  }

  it('adds a golden image beside those that are there', async () => {
    await play('enable-import', 'add-golden-image');
    const { status } = (await running.get(crPath('v1'))).body;
    const custom = status.dataImportCronTemplates.find(({ metadata }: { metadata: { name: string } }) =>
      metadata.name.startsWith('custom'),
    );
    assert.equal(status.dataImportCronTemplates.length, 4);
    assert.equal('ssp.kubevirt.io/dict.architectures' in custom.metadata.annotations, false);
  });

  it('begins with virtual machines of which two boot from images imported since arm64 workers joined, none on those', async () => {
    const reads = await readKubeVirt(api(), AbortSignal.timeout(5_000));
    const nodes = running.cluster.nodes().map((node) => readNode(node));
    const judged = judgeVirtualMachines(reads, nodes, readHyperConverged((await running.get(crPath('v1'))).body));
    assert.ok(judged.ok);
    const { total, fine, unknown, suspect } = judged.value;
    assert.deepEqual([total, fine.count, unknown.names, suspect.count], [7, 5, ['lab/build-2', 'lab/runner-1'], 0]);
    const onArm = runningOn(reads, new Set(['worker-arm-1', 'worker-arm-2']));
    assert.deepEqual(onArm, { ok: true, value: [] });
  });

  it('starts a virtual machine on an arm64 node, and takes it away again; a ping follows each time', async () => {
    await play('machine-starts-on-arm');
    const on = runningOn(await readKubeVirt(api(), AbortSignal.timeout(5_000)), new Set(['worker-arm-1', 'worker-arm-2']));
    assert.deepEqual([on, isDone('machine-starts-on-arm')], [{ ok: true, value: ['lab/arm-build-1'] }, true]);
    assert.equal(state('Virtual machines'), '6 on amd64, 1 on arm64, 1 stopped');
    await play('arm-nodes-leave');
    assert.equal(state('Virtual machines'), '6 on amd64, 1 stopped, 1 without a node');
    await play('machine-starts-on-arm');
    assert.deepEqual([state('Virtual machines'), happened.length], ['6 on amd64, 1 stopped', 2]);
    await assert.rejects(story.play('machine-starts-on-arm'), /no arm64 node to start it on/);
  });

  it('lets Argo CD take the HyperConverged over, and leave it alone again', async () => {
    const owners = async () => readCrOwners((await running.get(crPath('v1'))).body).map(({ tool, name }) => `${tool} ${name}`);
    await play('argo-cd-takes-over');
    assert.deepEqual([await owners(), isDone('argo-cd-takes-over')], [['argo-cd virt'], true]);
    await play('argo-cd-takes-over');
    assert.deepEqual([await owners(), isDone('argo-cd-takes-over')], [[], false]);
  });

  it('trades one alert for another, and lets the other stick until the operator starts anew', async () => {
    const [annotation, supported] = ['HCOGoldenImageWithNoArchitectureAnnotation', 'HCOGoldenImageWithNoSupportedArchitecture'];
    const told = () =>
      deliveries.splice(0).map(({ status, alerts: [{ labels }] }) => `${status} ${labels.alertname} ${labels.data_import_cron_name}`);
    const all = (name: string) => (status: string) => `${status} ${name} custom-rhel-image-cron`;
    await assert.rejects(story.play('image-alert-fires'), /no alert about an image fires/);
    await play('add-golden-image', 'import-alone', 'image-alert-fires', 'image-alert-fires');
    assert.deepEqual(told(), ['firing', 'firing'].map(all(annotation)));
    await play('annotate-image', 'image-alert-fires');
    assert.deepEqual(told(), [all(annotation)('resolved'), all(supported)('firing')]);
    await play('disable-image', 'image-alert-sticks');
    assert.deepEqual(told(), [all(supported)('firing')]);
    await play('remove-image');
    assert.deepEqual(told(), [all(supported)('resolved')]);
    assert.deepEqual([running.cluster.metric(), isDone('add-golden-image'), isDone('import-alone')], [0, false, false]);
  });

  it('words the alert about an image as a real Alertmanager did', async () => {
    await play('add-golden-image', 'import-alone', 'image-alert-fires');
    const captured = JSON.parse(await readFile('test/fixtures/alertmanager-4-firing-no-annotation.json', 'utf8'));
    const timeless = ({ alerts, ...rest }: typeof captured) => ({ ...rest, alerts: [{ ...alerts[0], startsAt: undefined }] });
    assert.deepEqual(timeless(deliveries[0]), timeless(captured));
  });

  it('removes the image also where its alert never fired', async () => {
    await play('add-golden-image', 'import-alone', 'remove-image');
    assert.deepEqual([deliveries.length, isDone('remove-image')], [0, true]);
  });

  it('delivers what nobody took of each alert, once somebody does', async () => {
    await play('add-golden-image', 'alert-fires', 'import-alone');
    refused = 2;
    await assert.rejects(story.play('alert-resolves'), /gave up/);
    await assert.rejects(story.play('image-alert-fires'), /gave up/);
    deliveries.length = 0;
    await play('slack-returns', 'slack-returns');
    assert.deepEqual(
      deliveries.map(({ status, alerts: [{ labels }] }) => `${status} ${labels.alertname}`),
      ['resolved HCOMultiArchGoldenImagesDisabled', 'firing HCOGoldenImageWithNoArchitectureAnnotation'],
    );
  });

  it('takes the API server away and brings it back: a remedy fails meanwhile, in its words', async () => {
    await play('api-server-leaves');
    assert.equal(state('API server'), 'away');
    await assert.rejects(story.play('enable-import'), /refused the change with 503: the server is currently unable/);
    assert.equal(isDone('enable-import'), false);
    await play('api-server-returns', 'enable-import');
    assert.deepEqual([isDone('api-server-leaves'), isDone('api-server-returns'), isDone('enable-import')], [false, true, true]);
  });

  it('takes Slack away and brings it back through its switch', async () => {
    await play('slack-leaves');
    assert.deepEqual([slackIsAway, state('Slack')], [true, 'away']);
    await play('slack-returns');
    assert.deepEqual([slackIsAway, state('Slack')], [false, 'up']);
  });

  it('tells its listeners of every step, played or failed, until they leave', async () => {
    let told = 0;
    const leave = story.subscribe(() => {
      told += 1;
    });
    await play('slack-leaves');
    assert.equal(told, 1);
    await assert.rejects(story.play('alert-resolves'));
    assert.equal(told, 2);
    leave();
    await play('slack-returns');
    assert.equal(told, 2);
  });

  it('has no other steps', async () => {
    await assert.rejects(story.play('nope'), /no step nope/);
  });
});
