/** The commands of the pages for whoever runs it: each is one that kubectl and the API server take; what they promise happens. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { allPages, readPage } from '../../docs/pages.ts';
import { type ApiServer, startApiServer } from '../servers/api-server.ts';
import type { Answer } from '../servers/kubernetes-client.ts';
import { createNamespace, createObject } from '../servers/objects.ts';
import { hyperConvergedCrd } from '../servers/paths.ts';
import { temporaryFolder } from '../servers/running.ts';
import { KNATIVE_CRDS, MONITORING_CRDS } from './definitions.ts';
import { decide } from './installation.ts';

const CRDS = [hyperConvergedCrd('1.19'), ...KNATIVE_CRDS, ...MONITORING_CRDS];
const RUN = ['docs/troubleshooting.md', 'docs/fleets.md', 'docs/operations.md'];
const OVERLAY = 'knative/overlays/prod-eu-1';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
/** Where controllers run, it goes; here nobody finishes what a namespace waits for. */
const WITHOUT_WAITING = 'kubectl delete --wait=false';

describe('the commands of the pages for whoever runs it', () => {
  let server: ApiServer;
  let overlay: string;
  let folder: string;
  before(async () => {
    server = await startApiServer({ crds: CRDS, authorization: 'RBAC' });
    folder = await temporaryFolder();
    overlay = await decide();
    for (const name of ['kubevirt-hyperconverged', 'openshift-monitoring']) await createNamespace(server, name);
    await runAll('kubectl create namespace archwatch');
    for (const namespace of ['archwatch', 'openshift-monitoring']) {
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'archwatch-alertmanager', namespace }, data: { token: 'YQ==' } };
      await createObject(server, secret);
    }
    await runAll(`kubectl apply --server-side -k ${overlay}`);
    for (const name of ['incidents', 'dead-letters']) {
      await createObject(server, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'archwatch' } });
    }
  });
  after(() => server.stop());

  const run = (commands: string) => server.runShell(`set -e\ncd ${folder}\n${commands.replaceAll(OVERLAY, overlay)}`);
  const runAll = async (commands: string) => {
    const { status, stdout, stderr } = await run(commands);
    assert.equal(status, 0, `${commands}\n${stderr}`);
    return stdout;
  };

  const pages = allPages().filter(({ path }) => path.startsWith('docs/runbooks/') || RUN.includes(path));
  for (const { path } of pages) {
    for (const line of commandsOf(path)) {
      it(`${path}: ${line.slice(0, 100)}`, async () => {
        const said = await runAll(line.includes('/dev/stdin') ? `printf xoxb-2 | ${line}` : line);
        if (line.includes('auth can-i')) assert.equal(said, 'yes\n');
      });
    }
  }

  it('would not be yes to what nobody may', async () => {
    const [question = ''] = commandsOf('docs/troubleshooting.md').filter((line) => line.includes('can-i list nodes'));
    assert.equal((await run(question.replace('list nodes', 'patch nodes'))).stdout, 'no\n');
  });

  it('troubleshooting.md: what the cluster is called', async () => {
    const [line = ''] = commandsOf('docs/troubleshooting.md').filter((command) => command.includes('CLUSTER_NAME'));
    assert.match(await runAll(line), /^archwatch-settings-\w+\tprod-eu-1\t$/m);
  });

  it('install.md: an upgrade is shown, applied, and keeps the record', async () => {
    const [diff = '', ...rest] = linesOf('docs/install.md', 'kubectl diff --server-side');
    const newer = await decide({ settings: { FLAP_WINDOW_MINUTES: '30' } });
    const shown = await run(diff.replace(OVERLAY, newer));
    assert.equal(shown.status, 1, 'something changes');
    assert.match(shown.stdout, /FLAP_WINDOW_MINUTES: "30"/);
    await runAll(rest.join('\n').replace(OVERLAY, newer));
    assert.equal((await server.send('GET', '/api/v1/namespaces/archwatch/configmaps/incidents')).metadata.name, 'incidents');
  });

  it('install.md: what a component brought stays until it is deleted', async () => {
    const [list = '', remove = ''] = linesOf('docs/install.md', 'archwatch-virtual-machines');
    assert.match(await runAll(list), /clusterrole\S+archwatch-virtual-machines/);
    await runAll(remove);
    assert.doesNotMatch(await runAll(list), /archwatch-virtual-machines/);
  });

  it('install.md: uninstalling leaves nothing behind, and the record where it was asked for', async () => {
    await runAll(linesOf('docs/install.md', 'record.yaml').join('\n').replaceAll('kubectl delete', WITHOUT_WAITING));
    assert.ok(existsSync(join(folder, 'record.yaml')));
    for (const path of ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings']) {
      const { items } = await server.send('GET', `${RBAC}/${path}`);
      assert.deepEqual(items.filter(isOurs), [], path);
    }
    const { status } = await server.send('GET', '/api/v1/namespaces/archwatch');
    assert.equal(status.phase, 'Terminating');
    const { items } = await server.send('GET', '/api/v1/namespaces/openshift-monitoring/secrets');
    assert.deepEqual(items, []);
  });
});

function isOurs({ metadata }: Answer): boolean {
  return metadata.namespace === 'archwatch' || metadata.name.startsWith('archwatch');
}

/** The blocks for a shell, also within a list, without what is said behind a command. */
function blocksOf(page: string): readonly (readonly string[])[] {
  const blocks = [...readPage(page).text.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(([, , block = '']) => block);
  return blocks.map((block) =>
    block
      .split('\n')
      .map((line) => line.replace(/ {2,}# .*$/, '').trim())
      .filter((line) => line !== ''),
  );
}

/** Each command for kubectl that needs no pod: nobody runs one here. What it prints is not searched: no log has anything. */
function commandsOf(page: string): readonly string[] {
  const commands = blocksOf(page)
    .flat()
    .filter((line) => line.startsWith('kubectl') && !/--previous|kubectl run/.test(line));
  return commands.map((line) => (line.startsWith('kubectl logs') ? line.replace(/ \| grep .*$/, '') : line));
}

/** The lines of the one block in which that stands. */
function linesOf(page: string, text: string): readonly string[] {
  const [found, ...others] = blocksOf(page).filter((lines) => lines.join('\n').includes(text));
  assert.ok(found !== undefined && others.length === 0, `${page} has no block, or several, with ${text}`);
  return found;
}
