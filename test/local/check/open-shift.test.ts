/** Whether a cluster is OpenShift is asked as HCO asks it, only where it matters, and read from dumps that have it. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readOpenShift } from '../../../local/check/open-shift.ts';
import type { Report } from '../../../local/check/report.ts';
import { runCheck } from '../../../local/check/run.ts';
import { kubeconfigFor } from '../../../local/demo/kubeconfig.ts';
import { createEmbeddedCluster } from '../../../local/embedded-cluster/embedded-cluster.ts';
import type { JsonObject } from '../../../shared/golden-images/json.ts';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { listen } from '../../../shared/http/listen.ts';
import { ApiStatusError } from '../../../shared/kubernetes/api-status-error.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { CLOCK } from '../../helpers/embedded-cluster.ts';
import { silentLog } from '../../helpers/log.ts';

const NODES = [node('amd-1', 'amd64'), node('arm-1', 'arm64')];
const WITHOUT_IMAGES = hyperConverged({ goldenImages: {} });
const DEPLOYED = { relatedObjects: [{ kind: 'KubeVirt' }, { kind: 'CDI' }], conditions: [{ type: 'ReconcileComplete', status: 'True' }] };
const ALL_BUT_SSP = hyperConverged({ goldenImages: {}, patch: { status: DEPLOYED } });
const EMPTY = snapshot({ nodes: NODES, hyperConverged: WITHOUT_IMAGES });
const RESOURCES = { kind: 'APIResourceList', resources: [{ name: 'clusterversions' }] };
const OTHERS = { kind: 'APIResourceList', resources: [{ name: 'infrastructures' }] };
const VERSION = { kind: 'ClusterVersion', metadata: { name: 'version' } };
const FAILED = { ok: false, failure: { resource: 'nodes', reason: 'unreachable', detail: 'no' } } as const;

/** A server that gives these answers, one after the other; a number refuses with it. */
function serverOf(...answers: readonly (object | number)[]) {
  const left = [...answers];
  const asked: string[] = [];
  const get = async (path: string) => {
    asked.push(path);
    const next = left.shift();
    if (typeof next === 'object') return next;
    throw new ApiStatusError(path, next ?? 500, 'refused');
  };
  const send = () => Promise.reject(new Error('nothing is to be sent'));
  return { asked, connect: async () => ({ get, send, close: async () => undefined }) };
}

describe('whether a cluster is OpenShift', () => {
  const cases: readonly { readonly when: string; readonly answers: readonly (object | number)[]; readonly says: boolean | string }[] = [
    { when: 'the group is not served', answers: [404], says: false },
    { when: 'the group has no ClusterVersion', answers: [OTHERS], says: false },
    { when: 'there is no ClusterVersion', answers: [RESOURCES, 404], says: false },
    { when: 'there is one', answers: [RESOURCES, VERSION], says: true },
    { when: 'discovery is refused', answers: [403], says: 'forbidden' },
    { when: 'discovery fails', answers: [500], says: 'server-error' },
    { when: 'the ClusterVersion may not be read', answers: [RESOURCES, 403], says: 'forbidden' },
    { when: 'something else answers', answers: [{ kind: 'Status' }], says: 'server-error' },
  ];
  for (const { when, answers, says } of cases) {
    it(`is ${typeof says === 'string' ? `not known (${says})` : says} where ${when}`, async () => {
      const read = await readOpenShift(EMPTY, serverOf(...answers).connect);
      assert.equal(read?.ok ? read.value : read?.failure.reason, says);
    });
  }

  const silent: readonly { readonly when: string; readonly taken: Snapshot }[] = [
    { when: 'HCO reports golden images', taken: snapshot({ nodes: NODES, hyperConverged: hyperConverged() }) },
    { when: 'the server answers nothing', taken: { ...EMPTY, nodes: FAILED, hyperConverged: FAILED } },
  ];
  for (const { when, taken } of silent) {
    it(`is not asked where ${when}`, async () => {
      const { asked, connect } = serverOf();
      assert.deepEqual([await readOpenShift(taken, connect), asked], [undefined, []]);
    });
  }
});

describe('a check of a cluster on which the alerts cannot be true', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'check-'));
  });
  after(() => rm(folder, { recursive: true }));

  const check = async (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    const { status, stdout } = await runCheck([...args, '-o', 'json'], environment, CLOCK());
    const { applicability }: Report = JSON.parse(stdout);
    return [status, applicability?.because, applicability?.possible];
  };
  const save = async (name: string, content: JsonObject) => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify(content));
    return path;
  };

  for (const { hasSsp, expected } of [
    { hasSsp: false, expected: [0, 'no-openshift', false] },
    { hasSsp: true, expected: [1, undefined, undefined] },
  ]) {
    it(`${hasSsp ? 'says nothing of it on OpenShift' : 'says so, and exits as before'}`, async () => {
      const cluster = createEmbeddedCluster({ prefix: '', release: '1.19', now: CLOCK, hasSsp });
      for (const [name, architecture] of [['amd-1', 'amd64'] as const, ['arm-1', 'arm64'] as const])
        cluster.addNode({ name, architecture });
      const server = await listen(cluster.routes, { port: 0, log: silentLog });
      const KUBECONFIG = join(folder, 'kubeconfig');
      await writeFile(KUBECONFIG, kubeconfigFor(`http://localhost:${server.port}`));
      const found = await check([], { KUBECONFIG }).finally(server.close);
      assert.deepEqual(found, expected);
    });
  }

  const clusterVersion = { apiVersion: 'config.openshift.io/v1', kind: 'ClusterVersion', metadata: { name: 'version' } };
  const dumps: readonly { readonly when: string; readonly items: readonly JsonObject[]; readonly because: string | undefined }[] = [
    { when: 'does not say', items: [WITHOUT_IMAGES], because: undefined },
    { when: 'has a ClusterVersion', items: [WITHOUT_IMAGES, clusterVersion], because: undefined },
    { when: 'shows that HCO has deployed all but SSP', items: [ALL_BUT_SSP], because: 'no-openshift' },
    { when: 'shows that, and has a ClusterVersion', items: [ALL_BUT_SSP, clusterVersion], because: undefined },
  ];
  for (const { when, items, because } of dumps) {
    it(`${because ?? 'nothing'} is said where a dump ${when}`, async () => {
      const saved = await save('dump.json', { apiVersion: 'v1', kind: 'List', items: [...NODES, ...items] });
      assert.deepEqual(await check(['--from', saved]), [0, because, because && false]);
    });
  }

  it('finds the ClusterVersion of a must-gather, where HCO is still to deploy SSP', async () => {
    const root = 'gathered/image/cluster-scoped-resources';
    await save(`${root}/core/nodes/amd-1.json`, node('amd-1', 'amd64'));
    await save(
      'gathered/image/namespaces/kubevirt-hyperconverged/hco.kubevirt.io/hyperconvergeds/kubevirt-hyperconverged.json',
      ALL_BUT_SSP,
    );
    assert.deepEqual(await check(['--from', join(folder, 'gathered')]), [0, 'no-openshift', false]);
    await save(`${root}/config.openshift.io/clusterversions/version.json`, clusterVersion);
    assert.deepEqual(await check(['--from', join(folder, 'gathered')]), [0, undefined, undefined]);
  });
});
