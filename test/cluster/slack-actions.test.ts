/** Clicks below a message, with a real Alertmanager and the record on a real API server: silence, acknowledge, check again. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ChannelMessage } from '../../local/embedded-slack/channel.ts';
import type { ClickOutcome } from '../../local/embedded-slack/clicks.ts';
import { ACTIONS } from '../../shared/slack/actions.ts';
import { sign } from '../../shared/slack/request-signature.ts';
import { nodes } from './cluster-shapes.ts';
import { addHyperConverged } from './hyperconverged.ts';
import { linesOf } from './message.ts';
import { alertFrom } from './on-call.ts';
import { type Alert, type Alertmanager, startAlertmanager } from './servers/alertmanager.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { type RunningFunction, startFunction } from './servers/function.ts';
import { createNamespace, createNode } from './servers/objects.ts';
import { hyperConvergedCrd } from './servers/paths.ts';
import { temporaryFolder } from './servers/running.ts';
import { type RunningSlack, startSlack } from './servers/slack.ts';
import { waitUntil } from './servers/wait.ts';

const NAME = 'HCOMultiArchGoldenImagesDisabled';
const CLUSTER = 'prod-eu-1';
const NAMESPACE = 'archwatch';
const TOKEN = 'of-alertmanager';
const SECRET = 'of-slack';
const TAKEN: ClickOutcome = { kind: 'taken' };

describe('clicks below a message', () => {
  let server: ApiServer;
  let slack: RunningSlack;
  let webhook: RunningFunction;
  let actions: RunningFunction;
  let alertmanager: Alertmanager;
  let environment: Readonly<Record<string, string>>;
  let alert: Alert;

  const startActions = async () => {
    actions = await startFunction('slack-actions', { ...environment, ALERTMANAGER_URL: alertmanager.url });
    const slackUrl = new URL(slack.apiUrl).origin;
    slack.connectApp({ interactivityUrl: `${actions.url}/slack/actions`, signingSecret: SECRET, slackUrl });
  };
  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19')] });
    slack = await startSlack();
    await createNamespace(server, NAMESPACE);
    for (const node of nodes) await createNode(server, node);
    await addHyperConverged(server, { version: 'v1' });
    environment = await environmentFor(server, slack);
    webhook = await startFunction('alertmanager-webhook', environment);
    const webhookUrl = `${webhook.url}/alerts`;
    alertmanager = await startAlertmanager({
      webhookUrl,
      token: TOKEN,
      groupWait: '100ms',
      groupInterval: '200ms',
      groupBy: ['namespace'],
    });
    await startActions();
    const fired = alertFrom('hyperconverged-cluster-operator-1');
    alert = { ...fired, labels: { ...fired.labels, cluster: CLUSTER } };
    await alertmanager.sendAlerts([alert]);
    await message({ verdict: 'confirmed', claim: 'firing' });
  });
  after(async () => {
    for (const part of [alertmanager, webhook, actions, slack, server]) await part?.stop();
  });

  const message = (state: Readonly<Record<string, string>>): Promise<ChannelMessage> =>
    waitUntil(`one message has ${Object.values(state).join(', ')}`, () => {
      const [first, ...others] = slack.messages();
      assert.ok(first && others.length === 0);
      assert.partialDeepStrictEqual(first.metadata, { event_payload: state });
      return first;
    });
  const text = () => slack.messages().flatMap(linesOf).join('\n');
  const click = (action: keyof typeof ACTIONS, option?: string) =>
    slack.click({ ts: slack.messages()[0]?.ts ?? '', actionId: ACTIONS[action], ...(option ? { option } : {}) });
  const heard = (what: RegExp) =>
    waitUntil(`the person hears ${what}`, () => assert.match(slack.ephemerals().at(-1)?.text ?? 'nothing', what));
  const silences = async () => JSON.parse(await (await fetch(`${alertmanager.url}/api/v2/silences`)).text());
  const deliveries = () => webhook.output().split('"outcome":"accepted"').length - 1;

  it('acknowledge: it is on record and in the message, and survives the end of both processes', async () => {
    assert.deepEqual(await click('acknowledge'), TAKEN);
    await heard(/^You have acknowledged it\.$/);
    assert.match(text(), /Acknowledged by/);
    const { port } = webhook;
    await Promise.all([webhook.stop('SIGKILL'), actions.stop('SIGKILL')]);
    webhook = await startFunction('alertmanager-webhook', { ...environment, PORT: String(port) });
    await startActions();
    await createNode(server, { name: 'worker-arm-9', architecture: 'arm64' });
    await alertmanager.sendAlerts([{ ...alert, labels: { ...alert.labels, pod: 'another' } }]);
    await waitUntil('the message is edited', () => assert.match(text(), /worker-arm-9/));
    assert.match(text(), /Acknowledged by/);
  });

  it('check again: the message says who asked, and they hear that it is still true', async () => {
    assert.deepEqual(await click('checkAgain'), TAKEN);
    await heard(/^Checked at .*: still true: /);
    assert.match(text(), /asked for by/);
  });

  it('check again: it is finished and told although the process is told to end meanwhile', async () => {
    const before = slack.ephemerals().length;
    assert.deepEqual(await click('checkAgain'), TAKEN);
    assert.equal((await actions.stop()).code, 0);
    assert.equal(slack.ephemerals().length, before + 1, actions.output());
    await startActions();
  });

  it('silence: Alertmanager has it, for this alert of this cluster', async () => {
    assert.deepEqual(await click('silence', '4h'), TAKEN);
    await heard(/^Silenced until .* on this cluster\.$/);
    const [silence, ...others] = await silences();
    assert.deepEqual([silence.status.state, others], ['active', []]);
    const exact = { isRegex: false, isEqual: true };
    assert.deepEqual(silence.matchers, [
      { name: 'alertname', value: NAME, ...exact },
      { name: 'cluster', value: CLUSTER, ...exact },
    ]);
    assert.match(silence.createdBy, /\(U0PERSON\)$/);
    assert.match(silence.comment, /^archwatch of prod-eu-1, asked for in Slack: https:\/\/local\.slack\.com\/archives\/C0ONCALL\/p\d+$/);
    assert.match(await amtool(alertmanager, 'silence', 'query'), new RegExp(`${silence.id}.*${NAME}`));
    await waitUntil('the alert is silenced', async () => {
      const ours = (await alertmanager.alerts()).filter(({ labels }) => labels.alertname === NAME);
      assert.ok(ours.length > 0 && ours.every(({ status }) => status.silencedBy.includes(silence.id)));
    });
    assert.match(text(), /Silenced in Alertmanager until/);
  });

  it('silence: a second click makes no second one', async () => {
    assert.deepEqual(await click('silence', '4h'), TAKEN);
    await heard(/^It is silenced already by you, until /);
    assert.equal((await silences()).length, 1);
  });

  it('silence: the next notification leaves the alert out, and that contradicts nothing', async () => {
    const before = deliveries();
    const repliesBefore = slack.messages().flatMap(({ replies }) => replies).length;
    const { namespace = '' } = alert.labels;
    await alertmanager.sendAlerts([{ labels: { alertname: 'AnotherOfTheGroup', namespace } }]);
    await waitUntil('its group is told without it', () => assert.ok(deliveries() > before));
    assert.match(webhook.output().trimEnd().split('\n').at(-1) ?? '', /"alerts":1,.*"verdicts":\{"HCOMultiArch\w+":"confirmed"/);
    await message({ verdict: 'confirmed', claim: 'firing' });
    assert.equal(slack.messages().flatMap(({ replies }) => replies).length, repliesBefore);
  });

  it('silence: the command for where Alertmanager may not be asked makes one too', async () => {
    await actions.stop();
    actions = await startFunction('slack-actions', environment);
    slack.connectApp({ interactivityUrl: `${actions.url}/slack/actions`, signingSecret: SECRET, slackUrl: new URL(slack.apiUrl).origin });
    await click('silence', '7d');
    await heard(/^Nothing was silenced: .*\namtool silence add /);
    const [, command = ''] = slack.ephemerals().at(-1)?.text.split('\n') ?? [];
    const { stdout } = await promisify(execFile)('sh', ['-c', command.replace('amtool', `amtool --alertmanager.url=${alertmanager.url}`)]);
    const made = (await silences()).find(({ id }: { readonly id: string }) => id === stdout.trim());
    assert.deepEqual(
      made?.matchers.map(({ name, value }: { readonly name: string; readonly value: string }) => `${name}=${value}`).sort(),
      [`alertname=${NAME}`, `cluster=${CLUSTER}`],
    );
  });

  it('an acknowledgement that cannot be put on record is a warning for the person, who hears why', async () => {
    await server.down();
    try {
      assert.equal(await send(actions, acknowledgement(slack), 0), 503);
      await heard(/^It was not acknowledged: .*ECONNREFUSED/);
    } finally {
      await server.up();
    }
  });

  for (const { age, status } of [
    { age: 0, status: 200 },
    { age: 290, status: 200 },
    { age: 310, status: 401 },
    { age: -310, status: 401 },
  ]) {
    it(`a signature of ${age} s ago is answered ${status}`, async () => {
      assert.equal(await send(actions, { type: 'shortcut' }, age), status);
    });
  }
});

function acknowledgement(slack: RunningSlack): object {
  const channel = { id: slack.channel.id };
  const container = { message_ts: slack.messages()[0]?.ts, channel_id: channel.id };
  return { type: 'block_actions', user: { id: 'U0PERSON' }, channel, container, actions: [{ action_id: ACTIONS.acknowledge }] };
}

async function send({ url }: RunningFunction, payload: object, secondsAgo: number): Promise<number> {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(Date.now() / 1_000) - secondsAgo);
  const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': sign(SECRET, timestamp, body) };
  return (await fetch(`${url}/slack/actions`, { method: 'POST', headers, body })).status;
}

async function amtool({ url }: Alertmanager, ...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)('amtool', [`--alertmanager.url=${url}`, ...args])).stdout;
}

async function environmentFor(server: ApiServer, slack: RunningSlack): Promise<Readonly<Record<string, string>>> {
  const folder = await temporaryFolder();
  const keep = async (name: string, content: string) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  return {
    CLUSTER_NAME: CLUSTER,
    KUBECONFIG: server.kubeconfig,
    SLACK_API_URL: slack.apiUrl,
    SLACK_CHANNEL: slack.channel.id,
    SLACK_BUTTONS: 'check-again,acknowledge,silence',
    SLACK_BOT_TOKEN_FILE: await keep('slack-token', slack.token),
    SLACK_SIGNING_SECRET_FILE: await keep('signing-secret', SECRET),
    ALERTMANAGER_TOKEN_FILE: await keep('alertmanager-token', TOKEN),
    INCIDENTS: `configmap:${NAMESPACE}/archwatch-incidents`,
  };
}
