/** The functions as the manifests configure them: their variables, their mounts, their own tokens, and the routes that others call. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../knative/manifests.ts';
import { addHyperConverged } from '../hyperconverged.ts';
import { type ApiServer, startApiServer } from '../servers/api-server.ts';
import { type RunningFunction, startFunction } from '../servers/function.ts';
import { createNode } from '../servers/objects.ts';
import { hyperConvergedCrd } from '../servers/paths.ts';
import { temporaryFolder } from '../servers/running.ts';
import { type RunningSlack, startSlack } from '../servers/slack.ts';
import { waitUntil } from '../servers/wait.ts';
import { KNATIVE_CRDS } from './definitions.ts';
import { decide, render } from './installation.ts';

const NAMESPACE = 'golden-images';
const ALERTMANAGER_TOKEN = 'of-alertmanager';
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');

describe('the functions as the manifests configure them', () => {
  let server: ApiServer;
  let slack: RunningSlack;
  let manifests: readonly Manifest[];
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
    for (const name of ['alertmanager-webhook', 'node-events', 'dead-letter']) {
      const kubeconfig = await server.kubeconfigOf({ namespace: NAMESPACE, name });
      const secrets = { slack: slack.token, alertmanager: ALERTMANAGER_TOKEN };
      running.set(
        name,
        await startFunction(name, { ...(await environmentOf(serviceOf(name), manifests, secrets)), KUBECONFIG: kubeconfig }),
      );
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

/** What kubelet gives a container: the settings, its own variables with $(NAME) filled in, and its Secrets as files. */
async function environmentOf(
  service: Manifest,
  manifests: readonly Manifest[],
  secrets: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const { containers } = service.spec.template.spec;
  const [{ envFrom, env, volumeMounts }] = containers;
  const settings = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === envFrom[0].configMapRef.name).data;
  const root = await temporaryFolder();
  for (const { name, mountPath } of volumeMounts) {
    await mkdir(join(root, mountPath), { recursive: true });
    await writeFile(join(root, mountPath, 'token'), secrets[name] ?? '');
  }
  const values: Record<string, string> = { ...settings };
  for (const { name, value } of env) {
    const filled = value.replace(/\$\((\w+)\)/g, (_: string, other: string) => values[other] ?? '');
    values[name] = filled.startsWith('/var/run/secrets/archwatch/') ? join(root, filled) : filled;
  }
  return values;
}
