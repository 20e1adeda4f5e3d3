/** The commands of the pages for whoever installs, run as they are printed, on a real API server. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiServer, startApiServer } from '../servers/api-server.ts';
import { createNamespace, createObject } from '../servers/objects.ts';
import { hyperConvergedCrd, REPOSITORY } from '../servers/paths.ts';
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
    const commands = blockWith('install.md', 'kubectl create namespace archwatch').replace('knative/overlays/prod-eu-1', await decide());
    const pasted = { 'archwatch-slack': 'xoxb-1', 'archwatch-slack-signing': '8f742231' };
    const typed = Object.entries(pasted).reduce(
      (text, [name, secret]) => text.replace(`kubectl create secret generic ${name} `, `printf ${secret} | $&`),
      commands,
    );
    await runAll(typed);
    for (const [name, secret] of Object.entries(pasted)) assert.equal(await tokenIn('archwatch', name), secret);
    assert.match(await tokenIn('archwatch'), /^[0-9a-f]{64}$/);
  });

  it('say where Slack is to call', async () => {
    const service = '/apis/serving.knative.dev/v1/namespaces/archwatch/services/slack-actions/status';
    await server.send('PATCH', service, { status: { url: 'https://slack-actions.apps.example.org' } }); // as Serving does
    const { stdout } = await server.runShell(blockWith('install.md', 'kubectl get ksvc slack-actions'));
    assert.equal(stdout, 'https://slack-actions.apps.example.org/slack/actions\n');
  });

  it('switch Knative’s tokens on', async () => {
    await createNamespace(server, 'knative-eventing');
    const metadata = { name: 'config-features', namespace: 'knative-eventing' };
    await createObject(server, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { _example: 'x' } });
    await runAll(blockWith('install.md', 'authentication-oidc'));
    const { data } = await server.send('GET', '/api/v1/namespaces/knative-eventing/configmaps/config-features');
    assert.deepEqual(data, { _example: 'x', 'authentication-oidc': 'enabled' });
  });

  it('give Alertmanager the same token', async () => {
    await runAll(blockWith('alertmanager.md', '-n openshift-monitoring --from-file=token'));
    assert.equal(await tokenIn('openshift-monitoring'), await tokenIn('archwatch'));
  });

  it('rotate it: both are taken while Alertmanager changes over, then the new one only', async () => {
    const old = await tokenIn('archwatch');
    const steps = blockWith('alertmanager.md', 'secret() {').split(/^sleep 120.*$/m);
    assert.equal(steps.length, 3);
    await runAll(steps[0] ?? '');
    const [current, previous] = (await tokenIn('archwatch')).trimEnd().split('\n');
    assert.deepEqual([previous, await tokenIn('openshift-monitoring')], [old, old]);
    assert.notEqual(current, old);
    // the whole at once: the shell keeps its variables from step to step
    await runAll(steps.join('\n'));
    const rotated = await tokenIn('openshift-monitoring');
    assert.match(rotated, /^[0-9a-f]{64}$/);
    assert.equal(await tokenIn('archwatch'), rotated);
  });

  it('configure prometheus-operator’s Alertmanager', async () => {
    await runAll(blockWith('alertmanager.md', '-n kubevirt-hyperconverged --from-file=token'));
    const path = '/apis/monitoring.coreos.com/v1alpha1/namespaces/kubevirt-hyperconverged/alertmanagerconfigs/archwatch';
    assert.equal((await server.send('GET', path)).spec.receivers.length, 1);
  });
});

/** The block of shell commands in which that stands. */
function blockWith(page: string, text: string): string {
  const blocks = [...readFileSync(join(REPOSITORY, 'docs', page), 'utf8').matchAll(/^```sh\n([^`]*)^```$/gm)].map(
    ([, block = '']) => block,
  );
  const [found, ...others] = blocks.filter((block) => block.includes(text));
  assert.ok(found !== undefined && others.length === 0, `${page} has no block, or several, with ${text}`);
  return found;
}
