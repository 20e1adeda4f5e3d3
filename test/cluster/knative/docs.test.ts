/** The commands of the pages for whoever installs, run as they are printed, on a real API server. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blockWith, readPage } from '../../docs/pages.ts';
import { type ApiServer, startApiServer } from '../servers/api-server.ts';
import type { Answer } from '../servers/kubernetes-client.ts';
import { createNamespace, createObject } from '../servers/objects.ts';
import { hyperConvergedCrd, REPOSITORY } from '../servers/paths.ts';
import { temporaryFolder } from '../servers/running.ts';
import { KNATIVE_CRDS, MONITORING_CRDS } from './definitions.ts';
import { decide } from './installation.ts';

const CRDS = [hyperConvergedCrd('1.19'), ...KNATIVE_CRDS, ...MONITORING_CRDS];

describe('the commands of the pages for whoever installs', () => {
  let server: ApiServer;
  before(async () => {
    server = await startApiServer({ crds: CRDS });
    for (const name of ['kubevirt-hyperconverged', 'openshift-monitoring']) await createNamespace(server, name);
  });
  after(() => server.stop());

  const runAll = async (commands: string) => {
    const { status, stderr } = await server.runShell(`set -e\ncd ${REPOSITORY}\n${commands}`);
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /error|warning/i);
  };
  const tokenIn = async (namespace: string, name = 'archwatch-alertmanager') => {
    const { data } = await server.send('GET', `/api/v1/namespaces/${namespace}/secrets/${name}`);
    return Buffer.from(data.token, 'base64').toString();
  };

  it('make the Secrets and install', async () => {
    const pasted = { 'archwatch-slack': 'xoxb-1', 'archwatch-slack-signing': '8f742231' };
    for (const [name, secret] of Object.entries(pasted))
      await runAll(typed('docs/install.md', `kubectl create secret generic ${name} `, secret));
    await runAll(blockWith('docs/install.md', 'openssl rand').replace('knative/overlays/prod-eu-1', await decide()));
    for (const [name, secret] of Object.entries(pasted)) assert.equal(await tokenIn('archwatch', name), `${secret}\n`);
    assert.match(await tokenIn('archwatch'), /^[0-9a-f]{64}$/);
  });

  it('say where Slack is to call', async () => {
    const service = '/apis/serving.knative.dev/v1/namespaces/archwatch/services/slack-actions/status';
    await server.send('PATCH', service, { status: { url: 'https://slack-actions.apps.example.org' } }); // as Serving does
    const { stdout } = await server.runShell(blockWith('docs/install.md', 'kubectl get ksvc slack-actions'));
    assert.equal(stdout, 'https://slack-actions.apps.example.org/slack/actions\n');
  });

  it('switch Knative’s tokens on', async () => {
    await createNamespace(server, 'knative-eventing');
    const metadata = { name: 'config-features', namespace: 'knative-eventing' };
    await createObject(server, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { _example: 'x' } });
    await runAll(blockWith('docs/install.md', 'authentication-oidc'));
    const { data } = await server.send('GET', '/api/v1/namespaces/knative-eventing/configmaps/config-features');
    assert.deepEqual(data, { _example: 'x', 'authentication-oidc': 'enabled' });
  });

  it('give Alertmanager the same token', async () => {
    await runAll(blockWith('docs/alertmanager.md', '-n openshift-monitoring --from-file=token'));
    assert.equal(await tokenIn('openshift-monitoring'), await tokenIn('archwatch'));
  });

  it('rotate it: both are taken while Alertmanager changes over, then the new one only', async () => {
    const old = await tokenIn('archwatch');
    const [both = '', sent = '', ...others] = blockWith('docs/alertmanager.md', 'secret() {').split(/^sleep 120$/m);
    assert.deepEqual(others, []);
    await runAll(both);
    const [current, previous] = (await tokenIn('archwatch')).trimEnd().split('\n');
    assert.deepEqual([previous, await tokenIn('openshift-monitoring')], [old, old]);
    assert.notEqual(current, old);
    // the whole at once: the shell keeps its variables from step to step
    await runAll(`${both}${sent}${blockWith('docs/alertmanager.md', `printf '%s' "$new" | secret archwatch\n`)}`);
    const rotated = await tokenIn('openshift-monitoring');
    assert.match(rotated, /^[0-9a-f]{64}$/);
    assert.equal(await tokenIn('archwatch'), rotated);
  });

  it('configure prometheus-operator’s Alertmanager', async () => {
    await runAll(blockWith('docs/alertmanager.md', '-n kubevirt-hyperconverged --from-file=token'));
    const path = '/apis/monitoring.coreos.com/v1alpha1/namespaces/kubevirt-hyperconverged/alertmanagerconfigs/archwatch';
    assert.equal((await server.send('GET', path)).spec.receivers.length, 1);
  });

  describe('and what is put into the overlay:', () => {
    const decided = async (text: string, settings: Readonly<Record<string, string>> = {}) => {
      const folder = await decide({ settings });
      const file = join(folder, 'kustomization.yaml');
      const whole = await readFile(file, 'utf8');
      await writeFile(file, `${text.startsWith('images:') ? whole.replace(/^images:\n( .*\n)+/m, '') : whole}${text}`);
      await runAll(`kubectl apply --server-side --force-conflicts --validate=strict -k ${folder}`);
      const list = await server.send('GET', '/apis/serving.knative.dev/v1/namespaces/archwatch/services');
      return list.items.map(({ metadata, spec }: Answer) => ({
        name: metadata.name,
        pod: spec.template.spec,
        container: spec.template.spec.containers[0],
      }));
    };

    it('the image by its digest', async () => {
      for (const { container } of await decided(blockWith('docs/install.md', 'digest: sha256', 'yaml')))
        assert.match(container.image, /^REGISTRY\/archwatch@sha256:0{64}$/);
    });

    it('a pull secret, for each function', async () => {
      const auth = join(await temporaryFolder(), 'auth.json');
      await writeFile(auth, '{"auths":{"registry.example.org":{"auth":"YTpi"}}}');
      await runAll(blockWith('docs/install.md', 'create secret generic registry').replace('auth.json', auth));
      const { type } = await server.send('GET', '/api/v1/namespaces/archwatch/secrets/registry');
      assert.equal(type, 'kubernetes.io/dockerconfigjson');
      const services = await decided(blockWith('docs/install.md', 'imagePullSecrets', 'yaml'));
      assert.equal(services.length, 4);
      for (const { pod } of services) assert.deepEqual(pod.imagePullSecrets, [{ name: 'registry' }]);
    });

    it('an authority, where the variable says', async () => {
      const bundle = join(await temporaryFolder(), 'ca-bundle.crt');
      await writeFile(bundle, 'PEM');
      await runAll(blockWith('docs/install.md', 'create configmap archwatch-authority').replace('ca-bundle.crt', bundle));
      const { data } = await server.send('GET', '/api/v1/namespaces/archwatch/configmaps/archwatch-authority');
      const [, file = ''] = /`NODE_EXTRA_CA_CERTS=([^`]+)`/.exec(readPage('docs/install.md').text) ?? [];
      for (const { pod, container } of await decided(blockWith('docs/install.md', 'mountPath: /etc/archwatch', 'yaml'))) {
        const mount = container.volumeMounts.find(({ mountPath }: Answer) => file.startsWith(`${mountPath}/`));
        const volume = pod.volumes.find(({ name }: Answer) => name === mount.name);
        assert.equal(volume.configMap.name, 'archwatch-authority');
        assert.deepEqual(Object.keys(data), [file.slice(mount.mountPath.length + 1)]);
      }
    });

    it('a token for Alertmanager’s API, for those who ask it; and it is rotated', async () => {
      const create = 'kubectl create secret generic archwatch-alertmanager-api -n archwatch --from-file=token=/dev/stdin';
      await runAll(typed('docs/alertmanager.md', `${create}\n`, 'first'));
      assert.equal(await tokenIn('archwatch', 'archwatch-alertmanager-api'), 'first\n');
      await runAll(typed('docs/alertmanager.md', `${create} --dry-run`, 'second'));
      assert.equal(await tokenIn('archwatch', 'archwatch-alertmanager-api'), 'second\n');
      for (const { name, pod, container } of await decided(blockWith('docs/alertmanager.md', 'alertmanager-api', 'yaml'))) {
        const of = (variable: string) => container.env.find((one: Answer) => one.name === variable)?.value;
        const volume = pod.volumes.find(({ secret }: Answer) => secret?.secretName === 'archwatch-alertmanager-api');
        const asks = ['node-events', 'slack-actions'].includes(name);
        assert.equal(of('ALERTMANAGER_URL'), asks ? 'https://alertmanager.example.org' : undefined, name);
        const mount = container.volumeMounts.find((one: Answer) => one.name === volume?.name);
        assert.equal(of('ALERTMANAGER_API_TOKEN_FILE'), mount && `${mount.mountPath}/token`, name);
        assert.equal(mount !== undefined, asks, name);
      }
    });
  });
});

/** The block of shell commands in which that stands, with that typed in where the terminal is read. */
function typed(page: string, command: string, secret: string): string {
  return blockWith(page, command).replace(command, `printf '%s\\n' ${secret} | $&`);
}
