/** The commands of the pages for whoever runs it: each is one that kubectl and the API server take; what they promise happens. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { allPages, blocksOf, blockWith, type Page, readPage } from '../../docs/pages.ts';
import { KNATIVE } from '../../knative/manifests.ts';
import { type ApiServer, startApiServer } from '../servers/api-server.ts';
import type { Answer } from '../servers/kubernetes-client.ts';
import { createNamespace, createObject } from '../servers/objects.ts';
import { hyperConvergedCrd, REPOSITORY } from '../servers/paths.ts';
import { temporaryFolder } from '../servers/running.ts';
import { KNATIVE_CRDS, MONITORING_CRDS } from './definitions.ts';
import { decide } from './installation.ts';

const CRDS = [hyperConvergedCrd('1.19'), ...KNATIVE_CRDS, ...MONITORING_CRDS];
const RUN = ['docs/troubleshooting.md', 'docs/fleets.md', 'docs/operations.md'];
const OVERLAY = 'knative/overlays/prod-eu-1';
/** Of Alertmanager's token. */
const COPIES = ['openshift-monitoring', 'kubevirt-hyperconverged'];
const ALERTMANAGER = '/apis/apps/v1/namespaces/openshift-monitoring/statefulsets';
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
    for (const namespace of ['archwatch', ...COPIES]) {
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

  const namesAt = async (path: string): Promise<readonly string[]> =>
    (await server.send('GET', path)).items.map(({ metadata }: Answer) => metadata.name);
  const monitoringConfig = () => server.send('GET', '/api/v1/namespaces/openshift-monitoring/configmaps/cluster-monitoring-config');

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

  it('install.md: what an overlay’s template has got, and its copy has not, is shown', async () => {
    const [compare = ''] = linesOf('docs/install.md', 'diff -ru');
    const older = join(await temporaryFolder(), 'overlay');
    await cp(join(KNATIVE, 'overlays/openshift-cnv'), older, { recursive: true });
    const file = join(older, 'kustomization.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('  # - ../../components/silences\n', ''));
    const { status, stdout } = await server.runShell(`cd ${REPOSITORY}\n${compare.replace(OVERLAY, older)}`);
    assert.equal(status, 1);
    assert.match(stdout, /^- {2}# - \.\.\/\.\.\/components\/silences$/m);
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

  it('install.md: uninstalling, step by step, leaves nothing behind, and the record where it was asked for', async () => {
    const [receiver = '', edit = '', wait = '', secrets = '', rest = '', ...others] = blocksOf(sectionOf('docs/install.md', 'Uninstall'));
    assert.deepEqual(others, []);
    await runAll(`kubectl apply -f ${REPOSITORY}/knative/alertmanager/alertmanager-config.yaml`);
    await runAll(receiver);
    assert.deepEqual(await namesAt('/apis/monitoring.coreos.com/v1alpha1/alertmanagerconfigs'), []);

    await runAll(`kubectl apply -f ${REPOSITORY}/knative/alertmanager/cluster-monitoring-config.yaml`);
    await createObject(server, alertmanagerThatMounts('archwatch-alertmanager'));
    const isRolledOut = async (generation: number) => {
      const counts = { replicas: 2, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2 };
      await server.send('PATCH', `${ALERTMANAGER}/alertmanager-main/status`, { status: { ...counts, observedGeneration: generation } });
    };
    await isRolledOut(1);
    await runAll(`export KUBE_EDITOR='sed -i /archwatch-alertmanager/d'\n${edit}`);
    assert.doesNotMatch(JSON.stringify(await monitoringConfig()), /secrets:/);
    const waiting = runAll(wait.replace('sleep 5', 'sleep 0.1'));
    assert.equal(await Promise.race([waiting, setTimeout(1_000, 'still waiting')]), 'still waiting');
    // as OpenShift's operators do then
    await server.send('PATCH', `${ALERTMANAGER}/alertmanager-main`, { spec: alertmanagerThatMounts('other').spec });
    await isRolledOut(2);
    await waiting;
    for (const namespace of COPIES) {
      assert.deepEqual(await namesAt(`/api/v1/namespaces/${namespace}/secrets`), ['archwatch-alertmanager'], 'nothing is gone before');
    }

    await runAll(secrets);
    for (const namespace of COPIES) assert.deepEqual(await namesAt(`/api/v1/namespaces/${namespace}/secrets`), []);
    await runAll(rest.replaceAll('kubectl delete', WITHOUT_WAITING));
    assert.ok(existsSync(join(folder, 'record.yaml')));
    for (const path of ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings']) {
      const { items } = await server.send('GET', `${RBAC}/${path}`);
      assert.deepEqual(items.filter(isOurs), [], path);
    }
    const { status } = await server.send('GET', '/api/v1/namespaces/archwatch');
    assert.equal(status.phase, 'Terminating');
  });
});

/** What OpenShift's operator makes of `cluster-monitoring-config`, as far as it matters. */
function alertmanagerThatMounts(secretName: string) {
  const labels = { app: 'alertmanager' };
  const volumes = [{ name: 'token', secret: { secretName } }];
  const template = { metadata: { labels }, spec: { containers: [{ name: 'alertmanager', image: 'alertmanager' }], volumes } };
  const metadata = { name: 'alertmanager-main', namespace: 'openshift-monitoring' };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: { serviceName: 'x', replicas: 2, selector: { matchLabels: labels }, template },
  };
}

/** From its heading to the next of the same rank. */
function sectionOf(path: string, title: string): Page {
  const [, text = ''] = new RegExp(`^## ${title}\\n([\\s\\S]*?)(?=^## )`, 'm').exec(readPage(path).text) ?? [];
  return { path, text };
}

function isOurs({ metadata }: Answer): boolean {
  return metadata.namespace === 'archwatch' || metadata.name.startsWith('archwatch');
}

/** Each command for kubectl that needs no pod: nobody runs one here. What it prints is not searched: no log has anything. */
function commandsOf(page: string): readonly string[] {
  const commands = blocksOf(readPage(page))
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('kubectl') && !/--previous|kubectl run/.test(line));
  return commands.map((line) => (line.startsWith('kubectl logs') ? line.replace(/ \| grep .*$/, '') : line));
}

/** The lines of the one block in which that stands. */
function linesOf(page: string, text: string): readonly string[] {
  return blockWith(page, text).trimEnd().split('\n');
}
