/** `npm run check` on a Kubernetes that is not OpenShift, and on one that HCO takes for it. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applicabilityOf } from '../../local/check/applicability.ts';
import type { Report } from '../../local/check/report.ts';
import { runCheck } from '../../local/check/run.ts';
import { addHyperConverged, NAME } from './hyperconverged.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { applyCrds } from './servers/crds.ts';
import { createHyperConverged, createNamespace, createNode, deleteAll, type KubernetesObject } from './servers/objects.ts';
import { hyperConvergedCrd, type TruthName } from './servers/paths.ts';
import { temporaryFolder } from './servers/running.ts';
import { waitUntil } from './servers/wait.ts';
import { readTruth, snapshotOf } from './truth.ts';

const TRUTH: readonly TruthName[] = ['1.17', '1.18', '1.19', '1.19-webhooks'];
const EMPTY = { apiVersion: 'hco.kubevirt.io/v1', kind: 'HyperConverged', metadata: { name: NAME, namespace: NAME }, spec: {} };

describe('a check of a real API server', () => {
  let server: ApiServer;
  before(async () => {
    server = await startApiServer({ authorization: 'RBAC' });
    for (const [name, architecture] of [['amd-1', 'amd64'] as const, ['arm-1', 'arm64'] as const])
      await createNode(server, { name, architecture });
  });
  after(() => server.stop());

  const check = async (kubeconfig = server.kubeconfig) => {
    const { status, stdout } = await runCheck(['-o', 'json'], { KUBECONFIG: kubeconfig }, new Date());
    const report: Report = JSON.parse(stdout);
    return { status, because: report.applicability?.because, conditions: report.incidents.map(({ condition }) => condition) };
  };
  const text = async () => (await runCheck([], { KUBECONFIG: server.kubeconfig }, new Date())).stdout;

  it('says that the alerts cannot be true on vanilla Kubernetes without HyperConverged, and that it could not judge them', async () => {
    assert.deepEqual(await check(), { status: 2, because: 'no-openshift', conditions: ['unknown', 'unknown', 'unknown'] });
    assert.match(await text(), /^This is not OpenShift or OKD, .* can be true here\.$/m);
  });

  it('says so on vanilla Kubernetes with HyperConverged, where nothing is present', async () => {
    await applyCrds(server, [hyperConvergedCrd('1.19')]);
    await createHyperConverged(server, EMPTY, { dataImportCronTemplates: [] });
    assert.deepEqual(await check(), { status: 0, because: 'no-openshift', conditions: ['absent', 'absent', 'absent'] });
    assert.match(await text(), /^This is not OpenShift or OKD, .* can be true here\.$/m);
  });

  it('needs the ClusterVersion for it, and not only its kind', async () => {
    await applyCrds(server, [await definitionOf('config.openshift.io', 'ClusterVersion')]);
    assert.equal((await check()).because, 'no-openshift');
  });

  it('says that it is not known to whom the ClusterVersion may not be read', async () => {
    await server.send('POST', '/apis/config.openshift.io/v1/clusterversions', {
      apiVersion: 'config.openshift.io/v1',
      kind: 'ClusterVersion',
      metadata: { name: 'version' },
    });
    await createNamespace(server, 'try');
    await applyCrds(server, [await definitionOf('ssp.kubevirt.io', 'SSP')]);
    const commands = [
      'kubectl create serviceaccount reader -n try',
      'kubectl create clusterrole reader --verb=list,get --resource=nodes,hyperconvergeds.hco.kubevirt.io',
      'kubectl create clusterrolebinding reader --clusterrole=reader --serviceaccount=try:reader',
    ];
    const { status, stderr } = await server.runShell(commands.join(' && '));
    assert.equal(status, 0, stderr);
    const reader = await server.kubeconfigOf({ namespace: 'try', name: 'reader' });
    await waitUntil('the role is known', async () => assert.equal((await check(reader)).status, 0));
    assert.equal((await check(reader)).because, 'not-read');
    assert.equal((await check()).because, undefined);
  });

  it('says nothing of it where HyperConverged reports golden images', async () => {
    await deleteAll(server);
    for (const [name, architecture] of [['amd-1', 'amd64'] as const, ['arm-1', 'arm64'] as const])
      await createNode(server, { name, architecture });
    await addHyperConverged(server, { version: 'v1' });
    assert.deepEqual(await check(), { status: 1, because: undefined, conditions: ['present', 'absent', 'absent'] });
  });
});

describe('a check of a dump of a real operator', () => {
  const dumps = TRUTH.flatMap((folder) => readTruth(folder));

  it('doubts none of them: each is of a cluster that HCO took for OpenShift', () => {
    const doubted = dumps.filter((dump) => applicabilityOf(snapshotOf(dump), undefined) !== undefined);
    assert.deepEqual([dumps.length, doubted], [208, []]);
  });

  it('says that the alerts cannot be true where the same operator had deployed no SSP', () => {
    const reasons = dumps.map((dump) => applicabilityOf(snapshotOf({ objects: dump.objects.map(asOnVanilla) }), undefined)?.because);
    assert.deepEqual([...new Set(reasons)], ['no-openshift']);
  });
});

/** What that operator writes where it finds no ClusterVersion: no golden image, and no SSP among what it looks after. */
function asOnVanilla(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'HyperConverged') return object;
  const { relatedObjects = [], ...status }: { readonly relatedObjects?: readonly { readonly kind: string }[] } = object.status ?? {};
  return {
    ...object,
    status: { ...status, dataImportCronTemplates: [], relatedObjects: relatedObjects.filter(({ kind }) => kind !== 'SSP') },
  };
}

/** As much of a definition as its kind needs. */
async function definitionOf(group: string, kind: string): Promise<string> {
  const singular = kind.toLowerCase();
  const file = join(await temporaryFolder(), `${singular}.json`);
  const spec = { type: 'object', properties: { channel: { type: 'string' } } };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}` },
    spec: {
      group,
      scope: 'Cluster',
      names: { plural: `${singular}s`, singular, kind, listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
  await writeFile(file, JSON.stringify(definition));
  return file;
}
