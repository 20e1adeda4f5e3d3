import assert from 'node:assert/strict';
import type { Release } from '../../local/embedded-cluster/releases.ts';
import { applyRemedy } from '../../local/story/remedies.ts';
import { alertOf, captured, capturedText, type DeliveredAlert, delivery } from '../helpers/deliveries.ts';
import { crPath } from '../helpers/embedded-cluster.ts';
import { BEARER, CLUSTER_ID, CLUSTER_NAME, payloadOf, type RunningWebhook, startWebhook, textOf, textsIn } from '../helpers/webhook.ts';

const KEY = `${CLUSTER_NAME}/HCOMultiArchGoldenImagesDisabled`;
const CONFIRMED = { verdict: 'confirmed', condition: 'present', claim: 'firing' };
const FIRES = captured(1);
/** The same series resolved, and a newer run of it. */
const RESOLVES = captured(2);
const FIRES_AGAIN = captured(3);
const TAKEN = { status: 204, text: '' };
const LATER = { status: 503, text: 'unavailable' };

let running: RunningWebhook;
const start = async (release?: Release) => {
  running = await startWebhook(release === undefined ? {} : { release });
};
const stop = () => running.close();
const stateOf = () => {
  const { verdict, condition, claim } = payloadOf(running.message());
  return { verdict, condition, claim };
};
const replies = () => running.message().replies.map(({ broadcast, text }) => `${broadcast ? 'in the channel' : 'in the thread'}: ${text}`);
const setImport = (enabled: boolean) =>
  running.cluster.patchHyperConverged('v1', { spec: { workloadSources: { enableMultiArchBootImageImport: enabled } } });
const looks = () => running.cluster.requests().length;
const delivered = async (body: unknown, answer = TAKEN) => assert.deepEqual(await running.deliver(body), answer);

describe('a delivery that is true', () => {
  beforeEach(() => start());
  afterEach(stop);

  it('is logged with the key of its group, or its digest where that is long', async () => {
    const logged = () =>
      running.lines.flatMap(({ message, fields }) => (message === 'delivery' && 'groupKey' in fields ? [fields.groupKey] : []));
    for (const groupKey of ['k'.repeat(256), 'k'.repeat(257), 'k\n\u001b[31m\u202e']) await delivered({ ...FIRES, groupKey });
    assert.deepEqual([logged().length, logged()[0], String(logged()[1]).length], [3, 'k'.repeat(256), 71]);
    assert.equal(logged()[2], 'k\uFFFD\uFFFD[31m\uFFFD');
  });

  it('is one message that says so, to people and to machines', async () => {
    await delivered(capturedText(1));
    const message = running.message();
    const { key, episode, verdict, condition, claim, revision } = payloadOf(message);
    assert.equal(message.metadata?.event_type, 'archwatch_incident');
    assert.deepEqual({ key, verdict, condition, claim, revision }, { key: KEY, ...CONFIRMED, revision: 1 });
    assert.match(String(episode), /^[0-9a-f-]{36}$/);
    assert.match(message.text, /^🟠 prod-eu-1 · /u);
    assert.match(textOf(message), /worker-arm-1 and worker-arm-2/);
    assert.deepEqual([message.edits, message.replies], [0, []]);
  });

  it('is still one message, and no edit, when it comes again', async () => {
    await delivered(FIRES);
    running.wait(5);
    await delivered(FIRES);
    assert.deepEqual([running.message().edits, replies()], [0, []]);
  });

  it('is still one message when it comes twenty times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => running.deliver(FIRES)));
    assert.deepEqual(answers, Array(20).fill(TAKEN));
    assert.deepEqual([running.message().edits, replies()], [0, []]);
  });

  it('is an edit when a node of a known architecture has joined', async () => {
    await delivered(FIRES);
    running.cluster.addNode({ name: 'worker-arm-3', architecture: 'arm64' });
    running.wait(1);
    await delivered(FIRES);
    assert.deepEqual([running.message().edits, replies(), stateOf()], [1, [], CONFIRMED]);
    assert.match(textOf(running.message()), /worker-arm-3/);
  });

  it('is an edit and a reply in the channel when a node of a new architecture has joined', async () => {
    await delivered(FIRES);
    running.cluster.addNode({ name: 'worker-z-1', architecture: 's390x' });
    running.wait(1);
    await delivered(FIRES);
    assert.equal(running.message().edits, 1);
    assert.equal(replies().length, 1);
    assert.match(replies().join(), /^in the channel: .*New architecture.*s390x/);
  });

  it('is an edit when the message says that it was checked more than an hour ago', async () => {
    await delivered(FIRES);
    running.wait(60);
    await delivered(FIRES);
    assert.equal(running.message().edits, 0);
    running.wait(1);
    await delivered(FIRES);
    assert.deepEqual([running.message().edits, replies()], [1, []]);
  });

  it('stays confirmed through an operator restart that comes as one delivery', async () => {
    await delivered(FIRES);
    running.wait(1);
    await delivered(delivery([alertOf(2), alertOf(3, { fingerprint: 'new-pod' })]));
    assert.deepEqual([stateOf(), replies(), running.message().edits], [CONFIRMED, [], 0]);
  });
});

describe('a delivery that is not true any more', () => {
  beforeEach(() => start());
  afterEach(stop);

  it('is said to be stale, once', async () => {
    setImport(true);
    await delivered(FIRES);
    running.wait(5);
    await delivered(FIRES);
    assert.deepEqual(stateOf(), { verdict: 'stale', condition: 'absent', claim: 'firing' });
    assert.deepEqual([running.message().edits, replies()], [0, []]);
    running.wait(240);
    await delivered(FIRES);
    assert.deepEqual([running.message().edits, replies()], [0, []]);
  });

  it('is not said at all when it is a resolve and nothing was open', async () => {
    setImport(true);
    await delivered(RESOLVES);
    assert.deepEqual(running.slack.messages(), []);
  });
});

describe('a remedy from the message, applied', () => {
  afterEach(stop);
  const IMPORT_ON = /the multi-architecture import is on/;
  const cases = [
    { release: '1.17', version: 'v1beta1', option: 1, cause: IMPORT_ON },
    { release: '1.18', version: 'v1beta1', option: 1, cause: IMPORT_ON },
    { release: '1.19', version: 'v1', option: 1, cause: IMPORT_ON },
    { release: '1.19', version: 'v1', option: 2, cause: /all workload nodes have the same architecture/ },
  ] as const;
  for (const { release, version, option, cause } of cases) {
    it(`on HyperConverged ${release}, option ${option}: the next resolve is true, and says what ended it`, async () => {
      await start(release);
      await delivered(FIRES);
      const command = textsIn(running.message().blocks).filter((text) => text.startsWith('kubectl patch '))[option - 1] ?? '';
      const [, named, patch = ''] =
        /^kubectl patch hyperconvergeds\.(\w+)\.hco\.kubevirt\.io -n .+ --type=merge -p '(.+)'$/.exec(command) ?? [];
      assert.equal(named, version);
      const headers = { 'content-type': 'application/merge-patch+json' };
      const patched = await fetch(`${running.kubernetesUrl}${crPath(version)}`, { method: 'PATCH', headers, body: patch });
      assert.equal(patched.status, 200);
      running.wait(1);
      await delivered(RESOLVES);
      assert.deepEqual(stateOf(), { verdict: 'resolved', condition: 'absent', claim: 'resolved' });
      assert.match(running.message().text, /^✅ /u);
      assert.match(running.message().text, cause);
      assert.equal(replies().length, 1);
      assert.match(replies().join(), /^in the thread: .*It is over/);
    });
  }
});

describe('an incident over time', () => {
  beforeEach(() => start());
  afterEach(stop);

  it('is contradicted by a resolve while it is still true, in the channel too', async () => {
    await delivered(FIRES);
    running.wait(1);
    await delivered(RESOLVES);
    assert.deepEqual(stateOf(), { verdict: 'contradicted', condition: 'present', claim: 'resolved' });
    assert.equal(replies().length, 1);
    assert.match(replies().join(), /^in the channel: .*resolved\. It is not/);
  });

  const comeAndGo = async () => {
    await delivered(FIRES);
    setImport(true);
    running.wait(1);
    await delivered(RESOLVES);
    setImport(false);
  };

  it('is the same message with a count when it is back within the hour', async () => {
    await comeAndGo();
    running.wait(60);
    await delivered(FIRES_AGAIN);
    assert.deepEqual(stateOf(), CONFIRMED);
    assert.match(textOf(running.message()), /came back (once|1 time)/);
    assert.match(replies().at(-1) ?? '', /^in the channel: .*It is back/);
  });

  it('is a new message when it is back later', async () => {
    await comeAndGo();
    running.wait(61);
    await delivered(FIRES_AGAIN);
    const [first, second] = running.slack.messages().map(payloadOf);
    assert.deepEqual([first?.verdict, second?.verdict], ['resolved', 'confirmed']);
    assert.notEqual(first?.episode, second?.episode);
  });

  it('follows the captured story to its end', async () => {
    const { cluster, kubernetesUrl } = running;
    const verdicts = () => running.slack.messages().map((message) => [payloadOf(message).key, payloadOf(message).verdict]);
    const other = `${CLUSTER_NAME}/HCOGoldenImageWithNoArchitectureAnnotation`;
    await delivered(capturedText(1));
    assert.deepEqual(verdicts(), [[KEY, 'confirmed']]);
    running.wait(0.5);
    await delivered(capturedText(2)); // the operator was killed
    assert.deepEqual(verdicts(), [[KEY, 'contradicted']]);
    running.wait(0.5);
    await delivered(capturedText(3)); // and is back
    assert.deepEqual(verdicts(), [[KEY, 'confirmed']]);
    await applyRemedy('add-golden-image', { cluster, kubernetesUrl });
    await applyRemedy('enable-import', { cluster, kubernetesUrl });
    running.wait(0.5);
    await delivered(capturedText(4));
    assert.deepEqual(verdicts(), [
      [KEY, 'stale'],
      [other, 'confirmed'],
    ]);
    running.wait(0.5);
    await delivered(capturedText(5));
    assert.deepEqual(verdicts(), [
      [KEY, 'resolved'],
      [other, 'confirmed'],
    ]);
    const [first, second] = running.slack.messages();
    assert.deepEqual(
      first?.replies.map(({ text }) => /New architecture|resolved\. It is not|It is over|custom-rhel/.exec(text)?.[0]),
      ['resolved. It is not', 'It is over'],
    );
    assert.match(textOf(second ?? { blocks: [] }), /custom-rhel-image-cron/);
  });
});

describe('a cluster that cannot be read', () => {
  beforeEach(() => start());
  afterEach(stop);
  const UNVERIFIABLE = { verdict: 'unverifiable', condition: 'unknown', claim: 'firing' };

  it('is said so, and the delivery asked for again; then the same message is put right', async () => {
    running.cluster.setOutage('refused-503');
    await delivered(FIRES, LATER);
    assert.deepEqual(stateOf(), UNVERIFIABLE);
    const { ts } = running.message();
    running.cluster.setOutage(undefined);
    running.wait(1);
    await delivered(FIRES);
    assert.deepEqual([stateOf(), running.message().ts, running.message().edits], [CONFIRMED, ts, 1]);
  });

  it('for more than five minutes is taken, since it is on record', async () => {
    running.cluster.setOutage('refused-503');
    await delivered(FIRES, LATER);
    running.wait(4.9);
    await delivered(FIRES, LATER);
    running.wait(0.1);
    await delivered(FIRES);
    assert.deepEqual([stateOf(), running.message().edits], [UNVERIFIABLE, 0]);
  });

  for (const outage of ['forbidden', 'no-such-kind'] as const) {
    it(`for good (${outage}) is taken at once: asking again would not help`, async () => {
      running.cluster.setOutage(outage);
      await delivered(FIRES);
      assert.deepEqual(stateOf(), UNVERIFIABLE);
      running.cluster.setOutage(undefined);
      running.wait(1);
      await delivered(FIRES);
      assert.deepEqual(stateOf(), CONFIRMED);
    });
  }

  it('is never taken for one without nodes: half a list is unknown', async () => {
    running.cluster.setOutage('half-a-list');
    await delivered(FIRES, LATER);
    assert.deepEqual(stateOf(), UNVERIFIABLE);
  });

  it('leaves a verified message its facts, and adds since when', async () => {
    await delivered(FIRES);
    running.wait(1);
    running.cluster.setOutage('refused-503');
    await delivered(FIRES, LATER);
    assert.deepEqual(stateOf(), UNVERIFIABLE);
    assert.match(running.message().text, /not checkable now/);
    assert.match(textOf(running.message()), /worker-arm-1 and worker-arm-2/);
    assert.match(textOf(running.message()), /Not checkable since/);
  });
});

describe('a Slack that does not take it', () => {
  beforeEach(() => start());
  afterEach(stop);

  it('is asked again by the next delivery, and nothing is said twice', async () => {
    running.slack.setFault('down');
    await delivered(FIRES, LATER);
    assert.deepEqual(running.slack.messages(), []);
    running.slack.setFault(undefined);
    running.wait(1);
    await delivered(FIRES);
    running.wait(1);
    await delivered(FIRES);
    assert.deepEqual([stateOf(), running.message().edits], [CONFIRMED, 0]);
  });

  it('is told the newest state only, with what was worth a reply', async () => {
    await delivered(FIRES);
    running.slack.setFault('down');
    running.cluster.addNode({ name: 'worker-z-1', architecture: 's390x' });
    running.wait(1);
    await delivered(FIRES, LATER);
    running.cluster.addNode({ name: 'worker-z-2', architecture: 's390x' });
    running.wait(1);
    await delivered(FIRES, LATER);
    running.slack.setFault(undefined);
    running.wait(1);
    await delivered(FIRES);
    assert.match(textOf(running.message()), /worker-z-1 and worker-z-2/);
    assert.deepEqual([running.message().edits, replies().length], [1, 1]);
  });

  it('is told of what was over before it came back, once, as resolved, with both times', async () => {
    running.slack.setFault('down');
    await delivered(FIRES, LATER);
    setImport(true);
    running.wait(2);
    running.slack.setFault(undefined);
    await delivered(RESOLVES);
    assert.deepEqual(stateOf(), { verdict: 'resolved', condition: 'absent', claim: 'resolved' });
    const dates = JSON.stringify(running.message().blocks).match(/"timestamp":\d+/g);
    assert.deepEqual(
      dates,
      [17 * 60, 17 * 60 + 2].map((minutes) => `"timestamp":${Date.UTC(2026, 10, 22, 0, minutes, 55) / 1_000}`),
    );
    running.wait(1);
    await delivered(RESOLVES);
    assert.deepEqual([running.message().edits, replies()], [0, []]);
  });

  it('because it was set up wrongly is counted, and one line of the log says what to do', async () => {
    const sample = 'archwatch_slack_refusals_total{reason="misconfigured"}';
    const before = await running.counted(sample);
    running.slack.setFault({ error: 'channel_not_found' });
    await delivered(FIRES, LATER);
    assert.equal(await running.counted(sample), before + 1);
    const advice = running.lines.filter(({ level, message }) => level === 'error' && /set SLACK_CHANNEL to the id/.test(message));
    assert.equal(advice.length, 1);
    running.slack.setFault(undefined);
    running.wait(1);
    await delivered(FIRES);
    assert.deepEqual(stateOf(), CONFIRMED);
  });

  it('because it is asked too often is left alone for as long as it says', async () => {
    running.slack.setFault('rate-limited', { calls: 1, method: 'chat.postMessage' });
    await delivered(FIRES, LATER);
    const calls = () => running.slack.calls().filter(({ method }) => method === 'chat.postMessage').length;
    await delivered(FIRES, LATER);
    assert.equal(calls(), 1);
    running.wait(1);
    await delivered(FIRES);
    assert.deepEqual([calls(), stateOf()], [2, CONFIRMED]);
  });
});

describe('the entrance', () => {
  before(() => start());
  after(stop);

  const refused = [
    { when: 'there is no token', token: null, says: 'no bearer token' },
    { when: 'the token is wrong', token: 'another', says: 'the bearer token is not accepted' },
  ];
  for (const { when, token, says } of refused) {
    it(`is closed when ${when}, before 2 MB of body are read or a wrong one is parsed`, async () => {
      for (const body of ['x'.repeat(2_000_000), '{', capturedText(1)])
        assert.deepEqual(await running.deliver(body, token), { status: 401, text: says });
      assert.deepEqual([running.slack.messages(), looks()], [[], 0]);
    });
  }

  const small = (alert: object) => ({ version: '4', status: 'firing', alerts: [alert] });
  const malformed = [
    { when: 'that is not JSON', body: '{"version":', status: 400, says: 'the body is not JSON' },
    { when: 'that is empty', body: '', status: 400, says: 'the body is not JSON' },
    { when: 'that is not version 4', body: { ...FIRES, version: '3' }, status: 400, says: 'version is "3", and only "4" is known' },
    {
      when: 'of wrong types',
      body: small({ labels: { alertname: ['x'] } }),
      status: 400,
      says: 'alerts[0].labels["alertname"] is a list, not a string',
    },
    {
      when: 'with a label of 100 kB',
      body: delivery([alertOf(1, { labels: { ...alertOf(1).labels, pod: 'x'.repeat(100_000) } })]),
      status: 400,
      says: 'alerts[0].labels["pod"] is 100000 characters long, at most 4096 are taken',
    },
    {
      when: 'nested without end',
      body: `{"version":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      status: 400,
      says: 'version is a list, and only "4" is known',
    },
    {
      when: 'with 10,000 small alerts',
      body: { version: '4', status: 'firing', alerts: Array(10_000).fill({}) },
      status: 413,
      says: '10000 alerts in one delivery, at most 1000 are taken: set max_alerts',
    },
    {
      when: 'with 10,000 whole alerts',
      body: delivery(Array(10_000).fill(alertOf(1))),
      status: 413,
      says: 'the body is larger than 1048576 bytes',
    },
  ];
  for (const { when, body, status, says } of malformed) {
    it(`answers ${status} to a body ${when}, and nothing comes of it`, async () => {
      assert.deepEqual(await running.deliver(body), { status, text: says });
      assert.deepEqual([running.slack.messages(), looks()], [[], 0]);
    });
  }

  it('is open to both tokens of a rotation, after all that', async () => {
    for (const token of [BEARER.old, BEARER.new]) assert.deepEqual(await running.deliver(FIRES, token), TAKEN);
    assert.deepEqual(stateOf(), CONFIRMED);
  });
});

describe('alerts of others', () => {
  beforeEach(() => start());
  afterEach(stop);
  const labelled = (labels: object, fingerprint = 'other') => alertOf(1, { labels: { ...alertOf(1).labels, ...labels }, fingerprint });
  const counted = (kind: string) => running.counted(`archwatch_alerts_total{kind="${kind}"}`);

  const cases: readonly { when: string; alerts: readonly DeliveredAlert[]; kind: string }[] = [
    { when: 'another alert', alerts: [labelled({ alertname: 'KubeVirtDeprecatedAPIRequested' })], kind: 'not-watched' },
    { when: 'an alert without a name', alerts: [alertOf(1, { labels: {} })], kind: 'not-watched' },
    { when: 'an alert of another cluster, by cluster', alerts: [labelled({ cluster: 'prod-eu-2' })], kind: 'other-cluster' },
    { when: 'an alert of another cluster, by managed_cluster', alerts: [labelled({ managed_cluster: 'spoke-1' })], kind: 'other-cluster' },
  ];
  for (const { when, alerts, kind } of cases) {
    it(`are taken, counted as ${kind} and not looked into: ${when}`, async () => {
      const before = await counted(kind);
      await delivered(delivery(alerts));
      assert.equal(await counted(kind), before + alerts.length);
      assert.deepEqual([running.slack.messages(), looks()], [[], 0]);
      const logged = running.lines.filter(({ fields }) => 'why' in fields && String(fields.why).includes('not watched from here')).length;
      assert.equal(logged, kind === 'other-cluster' ? 1 : 0);
    });
  }

  const ours = [
    { when: 'by its name', labels: { cluster: CLUSTER_NAME } },
    { when: 'by its id', labels: { managed_cluster: CLUSTER_ID } },
    { when: 'by one of two labels', labels: { cluster: 'hub-label', managed_cluster: CLUSTER_NAME } },
    { when: 'not at all: the label is empty', labels: { cluster: '' } },
  ];
  for (const { when, labels } of ours) {
    it(`are not those that name this cluster ${when}`, async () => {
      const before = await counted('ours');
      await delivered(delivery([labelled(labels)]));
      assert.deepEqual([await counted('ours'), stateOf()], [before + 1, CONFIRMED]);
    });
  }

  it('do not stand in the way of ours in the same group', async () => {
    const before = [await counted('ours'), await counted('not-watched'), await counted('other-cluster')];
    await delivered(delivery([labelled({ alertname: 'Watchdog' }, 'a'), labelled({ cluster: 'spoke-1' }, 'b'), alertOf(1)]));
    const counts = [await counted('ours'), await counted('not-watched'), await counted('other-cluster')];
    assert.deepEqual([counts, stateOf()], [before.map((count) => count + 1), CONFIRMED]);
  });

  it('do not fire for ours: a group where only those of other clusters still fire resolves it', async () => {
    await delivered(delivery([labelled({ cluster: 'spoke-1' }, 'b'), alertOf(1)]));
    running.wait(1);
    setImport(true);
    await delivered(delivery([labelled({ cluster: 'spoke-1' }, 'b'), alertOf(2)]));
    assert.equal(stateOf().verdict, 'resolved');
  });

  it('end ours when their group goes on without it: its resolve was lost', async () => {
    const watchdog = labelled({ alertname: 'Watchdog' }, 'a');
    await delivered(delivery([watchdog, alertOf(1)]));
    running.wait(1);
    setImport(true);
    await delivered(delivery([watchdog]));
    assert.equal(stateOf().verdict, 'resolved');
    const before = looks();
    await delivered(delivery([watchdog]));
    assert.equal(looks(), before, 'the group is no longer ours');
  });

  it('may be a second alert of ours in one group: each has its message', async () => {
    await applyRemedy('add-golden-image', { cluster: running.cluster, kubernetesUrl: running.kubernetesUrl });
    setImport(true);
    await delivered(delivery([alertOf(1), alertOf(4)]));
    const verdicts = running.slack.messages().map((message) => payloadOf(message).verdict);
    assert.deepEqual(verdicts.sort(), ['confirmed', 'stale']);
  });
});
