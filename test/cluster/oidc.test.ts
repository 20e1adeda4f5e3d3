/** Senders' tokens as a real API server gives them, and its own keys to check them with: node-events and dead-letter with knative-oidc. */
import assert from 'node:assert/strict';
import type { Manifest } from '../knative/manifests.ts';
import { addHyperConverged } from './hyperconverged.ts';
import { KNATIVE_CRDS } from './knative/definitions.ts';
import { environmentOf } from './knative/environment.ts';
import { decide, render } from './knative/installation.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { type RunningFunction, startFunction } from './servers/function.ts';
import { createNode, createObject } from './servers/objects.ts';
import { hyperConvergedCrd } from './servers/paths.ts';
import { type RunningSlack, startSlack } from './servers/slack.ts';
import { waitUntil } from './servers/wait.ts';

const NAMESPACE = 'archwatch';
/** As Knative makes them: for a Trigger by its name, and for the Subscription behind it, in whose name is the Trigger's uid. */
const OF_TRIGGER = 'changes-oidc-eventing.knative.dev-trigger';
const OF_SUBSCRIPTION = 'archwatch-changes-0123456789abcdef-oidc-messaging';
const PING = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/test', 'ce-type': 'dev.knative.sources.ping' };

describe('a token of Knative’s', () => {
  let server: ApiServer;
  let slack: RunningSlack;
  const running = new Map<string, RunningFunction>();

  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19'), ...KNATIVE_CRDS], authorization: 'RBAC' });
    slack = await startSlack();
    await addHyperConverged(server, { version: 'v1' });
    await createNode(server, { name: 'worker-0', architecture: 'amd64' });
    const settings = { SLACK_CHANNEL: slack.channel.id, SLACK_API_URL: slack.apiUrl };
    const folder = await decide({ components: ['knative-oidc'], settings });
    const { status, stderr } = await server.kubectl(['apply', '-k', folder, '--server-side']);
    assert.equal(status, 0, stderr);
    // Where somebody closed what Kubernetes opens to every service account, the component's own binding is needed.
    await server.send('DELETE', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/system:service-account-issuer-discovery');
    for (const name of [OF_TRIGGER, OF_SUBSCRIPTION]) {
      await createObject(server, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: NAMESPACE } });
    }
    const manifests = await render(folder);
    for (const name of ['node-events', 'dead-letter']) running.set(name, await start(name, manifests));
  });
  after(async () => {
    for (const started of running.values()) await started.stop();
    await slack?.stop();
    await server?.stop();
  });

  const start = async (name: string, manifests: readonly Manifest[]) => {
    const service = manifests.find(({ apiVersion, metadata }) => apiVersion.startsWith('serving.') && metadata.name === name);
    const environment = await environmentOf(service, manifests, { slack: slack.token });
    return startFunction(name, { ...environment, KUBECONFIG: await server.kubeconfigOf({ namespace: NAMESPACE, name }) });
  };
  const tokenOf = async (account: string, audience: string) => {
    const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${account}/token`;
    const request = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences: [audience], expirationSeconds: 600 },
    };
    return String((await server.send('POST', path, request)).status.token);
  };
  const deliver = async (name: string, token?: string) => {
    const headers = { ...PING, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
    const path = name === 'node-events' ? '/events' : '/';
    const response = await fetch(`${running.get(name)?.url}${path}`, { method: 'POST', headers });
    return { status: response.status, text: await response.text() };
  };

  it('lets the Trigger’s account deliver to node-events', async () => {
    const token = await tokenOf(OF_TRIGGER, 'archwatch-node-events');
    await waitUntil('the roles are known', async () => assert.deepEqual(await deliver('node-events', token), { status: 202, text: '' }));
  });

  it('lets whoever has one for dead-letter deliver there: the name of that account nobody knows before', async () => {
    for (const account of [OF_TRIGGER, OF_SUBSCRIPTION]) {
      const token = await tokenOf(account, 'archwatch-dead-letter');
      await waitUntil('the roles are known', async () => assert.deepEqual(await deliver('dead-letter', token), { status: 202, text: '' }));
    }
  });

  it('is demanded: 401 without, with one for another function, or for the API server', async () => {
    for (const name of ['node-events', 'dead-letter']) {
      assert.deepEqual(await deliver(name), { status: 401, text: 'no bearer token' });
      for (const audience of ['archwatch', 'https://kubernetes.default.svc']) {
        assert.deepEqual(await deliver(name, await tokenOf(OF_TRIGGER, audience)), {
          status: 401,
          text: 'the token is for another audience',
        });
      }
    }
  });

  it('of somebody else is 403 at node-events', async () => {
    const { status, text } = await deliver('node-events', await tokenOf(OF_SUBSCRIPTION, 'archwatch-node-events'));
    assert.equal(status, 403);
    assert.match(text, /system:serviceaccount:archwatch:archwatch-changes-0123456789abcdef-oidc-messaging/);
  });

  it('is in no log', async () => {
    const token = await tokenOf(OF_TRIGGER, 'archwatch');
    await deliver('node-events', token);
    const [, payload = '', signature = ''] = token.split('.');
    for (const secret of [payload, signature]) assert.ok(!running.get('node-events')?.output().includes(secret));
  });

  it('is neither taken nor refused while a function that woke up cannot read the keys', async () => {
    const token = await tokenOf(OF_TRIGGER, 'archwatch-dead-letter');
    const manifests = await render(
      await decide({ components: ['knative-oidc'], settings: { SLACK_CHANNEL: slack.channel.id, SLACK_API_URL: slack.apiUrl } }),
    );
    await running.get('dead-letter')?.stop();
    running.set('dead-letter', await start('dead-letter', manifests));
    await server.down();
    assert.deepEqual(await deliver('dead-letter', token), { status: 503, text: 'unavailable' });
    assert.equal((await deliver('dead-letter')).status, 401, 'what is no token needs no keys');
    await server.up();
    await waitUntil('the API server is back', async () => assert.equal((await deliver('dead-letter', token)).status, 202));
  });
});
