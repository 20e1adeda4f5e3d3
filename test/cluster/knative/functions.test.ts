/** The functions as the manifests configure them: their variables, their mounts, their own tokens, and the routes that others call. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ACTIONS } from '../../../shared/slack/actions.ts';
import { sign } from '../../../shared/slack/request-signature.ts';
import { blockWith } from '../../docs/pages.ts';
import type { Manifest } from '../../knative/manifests.ts';
import { addHyperConverged } from '../hyperconverged.ts';
import { type ApiServer, startApiServer } from '../servers/api-server.ts';
import { type RunningFunction, startFunction } from '../servers/function.ts';
import { createNode } from '../servers/objects.ts';
import { hyperConvergedCrd } from '../servers/paths.ts';
import { run } from '../servers/process.ts';
import { type RunningSlack, startSlack } from '../servers/slack.ts';
import { waitUntil } from '../servers/wait.ts';
import { KNATIVE_CRDS } from './definitions.ts';
import { environmentOf } from './environment.ts';
import { decide, render } from './installation.ts';

const NAMESPACE = 'golden-images';
const ALERTMANAGER_TOKEN = 'of-alertmanager';
const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');

describe('the functions as the manifests configure them', () => {
  let server: ApiServer;
  let slack: RunningSlack;
  let manifests: readonly Manifest[];
  let tokenFile = '';
  const running = new Map<string, RunningFunction>();
  const functionOf = (name: string) => {
    const found = running.get(name);
    assert.ok(found);
    return found;
  };
  const serviceOf = (name: string): Manifest =>
    manifests.find(({ apiVersion, metadata }) => apiVersion.startsWith('serving.') && metadata.name === name);
  const send = (name: string, path: string, headers: Record<string, string>, body: string) =>
    fetch(`${functionOf(name).url}${path}`, { method: 'POST', headers, body });
  /** Where the Trigger sends it, as Knative would: an address of the function, with the path that the Trigger adds. */
  const deliver = (trigger: string, headers: Record<string, string>, body: string) => {
    const { subscriber } = manifests.find(({ kind, metadata }) => kind === 'Trigger' && metadata.name === trigger).spec;
    return send(
      subscriber.ref.name,
      subscriber.uri ?? '/',
      { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/test', ...headers },
      body,
    );
  };
  const recorded = async (name: string): Promise<readonly string[]> =>
    Object.keys((await server.send('GET', `/api/v1/namespaces/${NAMESPACE}/configmaps/${name}`)).data);

  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19'), ...KNATIVE_CRDS], authorization: 'RBAC' });
    slack = await startSlack();
    await addHyperConverged(server, { version: 'v1' });
    for (const [index, architecture] of ['amd64', 'arm64'].entries()) await createNode(server, { name: `worker-${index}`, architecture });
    const folder = await decide({ namespace: NAMESPACE, settings: { SLACK_CHANNEL: slack.channel.id, SLACK_API_URL: slack.apiUrl } });
    const { status, stderr } = await server.kubectl(['apply', '-k', folder, '--server-side']);
    assert.equal(status, 0, stderr);
    manifests = await render(folder);
    for (const name of ['alertmanager-webhook', 'node-events', 'slack-actions', 'dead-letter']) {
      const kubeconfig = await server.kubeconfigOf({ namespace: NAMESPACE, name });
      const secrets = { slack: slack.token, alertmanager: ALERTMANAGER_TOKEN, 'slack-signing': SIGNING_SECRET };
      const environment = await environmentOf(serviceOf(name), manifests, secrets);
      tokenFile = environment.ALERTMANAGER_TOKEN_FILE ?? tokenFile;
      running.set(name, await startFunction(name, { ...environment, KUBECONFIG: kubeconfig }));
    }
  });
  after(async () => {
    for (const started of running.values()) await started.stop();
    await slack?.stop();
    await server?.stop();
  });

  it('answer where Knative asks whether they live and are ready', async () => {
    for (const name of running.keys()) {
      const { livenessProbe, readinessProbe } = serviceOf(name).spec.template.spec.containers[0];
      for (const { httpGet } of [livenessProbe, readinessProbe]) {
        assert.equal((await fetch(`${functionOf(name).url}${httpGet.path}`)).status, 200, `${name} ${httpGet.path}`);
      }
    }
  });

  it('answer what docs/alertmanager.md has one try with 204, and neither record it nor say anything', async () => {
    const { url } = functionOf('alertmanager-webhook');
    const [, script = ''] = /node -e '([^']+)'/.exec(blockWith('docs/alertmanager.md', 'Watchdog')) ?? [];
    const there = script
      .replace('/var/run/secrets/archwatch/alertmanager/token', tokenFile)
      .replace('http://alertmanager-webhook.archwatch.svc.cluster.local', url);
    assert.ok(there.includes(tokenFile) && there.includes(`${url}/alerts`));
    await waitUntil('it is taken', async () => assert.equal((await run(process.execPath, ['-e', there])).stdout, '204\n'));
    assert.deepEqual(slack.messages(), []);
    assert.doesNotMatch(JSON.stringify(await server.send('GET', `/api/v1/namespaces/${NAMESPACE}/configmaps`)), /firing|Watchdog/);
    assert.match(await (await fetch(`${url}/metrics`)).text(), /^archwatch_alerts_total\{kind="not-watched"\} [1-9]/m);
  });

  it('take an alert with the token of the Secret, and keep it in the namespace’s own record', async () => {
    const authorization = `Bearer ${ALERTMANAGER_TOKEN}`;
    const body = fixture('alertmanager-1-firing.json');
    await waitUntil('it is taken', async () =>
      assert.equal((await send('alertmanager-webhook', '/alerts', { authorization }, body)).status, 204),
    );
    assert.equal((await send('alertmanager-webhook', '/alerts', { authorization: 'Bearer other' }, body)).status, 401);
    assert.equal((await recorded('incidents')).length > 0, true);
    const [message] = slack.messages();
    assert.match(JSON.stringify(message), /prod-eu-1/);
  });

  it('take the events of the Triggers with empty answers, and those of this cluster only by the name that the sources give', async () => {
    const [source] = manifests.filter(({ kind }) => kind === 'ApiServerSource');
    const event =
      fixture('apiserversource-node-add.http').split('\n').at(-1) || (fixture('apiserversource-node-add.http').split('\n').at(-2) ?? '');
    const cluster = { 'ce-cluster': source.spec.ceOverrides.extensions.cluster };
    const deliveries = [
      await deliver('changes', { ...cluster, 'ce-type': 'dev.knative.apiserver.resource.add', 'content-type': 'application/json' }, event),
      await deliver('changes', { ...cluster, 'ce-type': 'dev.knative.sources.ping' }, ''),
      await deliver('dead-letters-hourly', { ...cluster, 'ce-type': 'dev.knative.sources.ping' }, ''),
    ];
    for (const response of deliveries) assert.deepEqual([response.status, await response.text()], [202, '']);
    const log = functionOf('node-events').output();
    assert.match(log, /"became":"(looked|covered)"/);
    assert.doesNotMatch(log, /other-cluster|forbidden/);
  });

  it('take a click with Slack’s signature, and answer it with nothing', async () => {
    const [message] = slack.messages();
    assert.ok(message);
    const payload = {
      type: 'block_actions',
      user: { id: 'U1', username: 'sre' },
      channel: { id: slack.channel.id },
      container: { type: 'message', channel_id: slack.channel.id, message_ts: message.ts },
      actions: [{ type: 'button', action_id: ACTIONS.acknowledge, value: '' }],
    };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const click = (signature: string) =>
      send(
        'slack-actions',
        '/slack/actions',
        {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': signature,
        },
        body,
      );
    const taken = await click(sign(SIGNING_SECRET, timestamp, body));
    assert.deepEqual([taken.status, await taken.text()], [200, '']);
    assert.equal((await click(sign('of-another-app', timestamp, body))).status, 401);
    await waitUntil('the message says who looks after it', () => assert.match(JSON.stringify(slack.messages()), /U1/));
    assert.doesNotMatch(functionOf('slack-actions').output(), /forbidden/);
  });

  it('count a dead letter in the namespace’s own record', async () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': '2',
      'ce-source': '/test',
      'ce-type': 'dev.knative.sources.ping',
      'ce-knativeerrorcode': '503',
    };
    assert.equal((await send('dead-letter', '/', headers, '')).status, 202);
    assert.deepEqual(await recorded('dead-letters'), ['dead-letters.json']);
  });
});
