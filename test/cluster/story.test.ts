/** The whole story, on what is installed and shipped: manifests, bundles, Prometheus, Alertmanager with our receiver, and a person with kubectl. */
import assert from 'node:assert/strict';
import type { ChannelMessage } from '../../local/embedded-slack/channel.ts';
import { objectChanged } from '../../local/story/node-event.ts';
import { buildImage } from './image/build.ts';
import { KNATIVE_CRDS } from './knative/definitions.ts';
import { headOf, nodesNamedIn, remediesIn } from './message.ts';
import { overBy } from './remedies.ts';
import { dispatch } from './senders/broker.ts';
import { type Alertmanager, startAlertmanager } from './servers/alertmanager.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { hyperConvergedRules, startExporter } from './servers/exporter.ts';
import { createNode } from './servers/objects.ts';
import { hyperConvergedCrd } from './servers/paths.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';
import { type RunningSlack, startSlack } from './servers/slack.ts';
import { waitUntil } from './servers/wait.ts';
import { shippedConfiguration } from './story/alertmanager-file.ts';
import { type Deployment, deploy } from './story/deployment.ts';
import { installOperator, type Operator } from './story/operator.ts';

const ALERT = 'HCOMultiArchGoldenImagesDisabled';
const NODES = ['worker-amd-1', 'worker-amd-2', 'worker-arm-1'].map((name) => ({ name }));
const SECRETS = { alertmanager: 'bearer-of-the-story', 'slack-signing': 'signing-secret-of-the-story' };
/** Of pino: an error, or worse. */
const ERROR = 50;

describe('the story, from what is shipped', () => {
  const stops: (() => Promise<unknown>)[] = [];
  const stopLast = <T extends { stop(): Promise<unknown> }>(started: T): T => {
    stops.unshift(() => started.stop());
    return started;
  };
  let server: ApiServer;
  let slack: RunningSlack;
  let deployed: Deployment;
  let alertmanager: Alertmanager;
  let prometheus: Prometheus;
  let operator: Operator;
  /** The `ts` of the first message: it stays the only one. */
  let ts: string;

  before(async () => {
    server = stopLast(await startApiServer({ crds: [hyperConvergedCrd('1.19'), ...KNATIVE_CRDS], authorization: 'RBAC' }));
    slack = stopLast(await startSlack());
    for (const name of ['worker-amd-1', 'worker-amd-2']) await createNode(server, { name, architecture: 'amd64' });
    const exporter = stopLast(await startExporter());
    operator = await installOperator(server, exporter);
    deployed = stopLast(await deploy(server, await buildImage(), slack, { slack: slack.token, ...SECRETS }));
    const settings = { webhookUrl: `${deployed.of('alertmanager-webhook').url}/alerts`, token: SECRETS.alertmanager };
    alertmanager = stopLast(await startAlertmanager(settings, shippedConfiguration));
    const alertmanagerUrl = alertmanager.url;
    prometheus = stopLast(await startPrometheus({ rules: hyperConvergedRules, scrapeTargets: [exporter.target()], alertmanagerUrl }));
  });
  afterEach('every function is well', async () => {
    for (const name of deployed.names)
      for (const path of ['/health/liveness', '/health/readiness', '/metrics'])
        assert.equal((await fetch(`${deployed.of(name).url}${path}`)).status, 200, `${name} ${path}`);
  });
  after(async () => {
    for (const stop of stops) await stop();
  });

  it('begins with four functions, one architecture and a quiet channel', async () => {
    assert.deepEqual([...deployed.names].sort(), ['alertmanager-webhook', 'dead-letter', 'node-events', 'slack-actions']);
    await waitUntil('Prometheus has scraped', async () => assert.equal((await query(prometheus, 'up'))[0]?.value[1], '1'));
    assert.deepEqual([await query(prometheus, 'ALERTS'), slack.messages()], [[], []]);
  });

  it('an arm64 node joins, and the channel is warned before the alert fires', async () => {
    await createNode(server, { name: 'worker-arm-1', architecture: 'arm64' });
    const object = await server.send('GET', '/api/v1/nodes/worker-arm-1');
    const event = objectChanged({ action: 'add', object, cluster: 'prod-eu-1', at: new Date() });
    const { to, answers } = await dispatch(event, { url: `${deployed.of('node-events').url}/events` });
    assert.deepEqual([to, answers.at(-1)?.status], ['subscriber', 202]);
    const message = await messageWith(slack, { verdict: 'early-warning', condition: 'present' });
    ts = message.ts;
    assert.deepEqual(nodesNamedIn(message, NODES), { amd64: ['worker-amd-1', 'worker-amd-2'], arm64: ['worker-arm-1'] });
  });

  it('the alert fires, and the same message says that it is true', async () => {
    await operator.reconcile();
    const message = await messageWith(slack, { verdict: 'confirmed', condition: 'present', claim: 'firing' });
    assert.equal(message.ts, ts);
    await waitUntil('the thread says that the alert came', () => assert.equal(repliesIn(slack).length, 1));
  });

  it('a person runs the command of the message, and Alertmanager says that it is over while nobody listens', async () => {
    const [remedy] = remediesIn(await messageWith(slack, { verdict: 'confirmed' }));
    assert.ok(remedy?.command);
    await deployed.kill('alertmanager-webhook');
    assert.deepEqual(await server.runShell(remedy.command), {
      status: 0,
      stdout: 'hyperconverged.hco.kubevirt.io/kubevirt-hyperconverged patched\n',
      stderr: '',
    });
    await operator.reconcile();
    await waitUntil('Prometheus has resolved it', async () => assert.deepEqual(await query(prometheus, 'ALERTS'), []));
    await waitUntil('Alertmanager cannot deliver', () => assert.match(alertmanager.output(), /connection refused/));
    assert.equal((await messageWith(slack, { verdict: 'confirmed' })).ts, ts);
    await deployed.again('alertmanager-webhook');
    const message = await messageWith(slack, { verdict: 'resolved', condition: 'absent', claim: 'resolved' });
    assert.equal(message.ts, ts);
    assert.match(headOf(message), overBy(remedy));
    await waitUntil('the thread says so too', () => assert.match(repliesIn(slack)[1] ?? '', overBy(remedy)));
  });

  it('ends with one message, two replies and one record', async () => {
    assert.deepEqual([slack.messages().length, repliesIn(slack).length], [1, 2], repliesIn(slack).join('\n'));
    const { data } = await server.send('GET', '/api/v1/namespaces/archwatch/configmaps/incidents');
    assert.equal(Object.values(data).filter((text) => String(text).includes(ALERT)).length, 1);
  });

  it('has left no error and no secret in any log', () => {
    const lines = deployed.logs().trim().split('\n');
    assert.ok(lines.length > deployed.names.length);
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('{') || JSON.parse(line).level >= ERROR),
      [],
    );
    for (const secret of [slack.token, ...Object.values(SECRETS)]) assert.ok(!deployed.logs().includes(secret));
  });
});

/** The only message, once its metadata says this. */
function messageWith(slack: RunningSlack, state: Readonly<Record<string, string>>): Promise<ChannelMessage> {
  return waitUntil(`one message has ${Object.values(state).join(', ')}`, () => {
    const [message, ...others] = slack.messages();
    assert.ok(message, 'there is none');
    assert.equal(others.length, 0, 'there are several');
    assert.partialDeepStrictEqual(message.metadata, { event_type: 'archwatch_incident', event_payload: state });
    return message;
  });
}

function repliesIn(slack: RunningSlack): readonly string[] {
  return slack.messages().flatMap(({ replies }) => replies.map(({ text }) => text));
}

interface Sample {
  readonly value: readonly [number, string];
}

async function query({ url }: Prometheus, expression: string): Promise<readonly Sample[]> {
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
  return JSON.parse(await answer.text()).data.result;
}
