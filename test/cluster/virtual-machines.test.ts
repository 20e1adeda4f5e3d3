/** Virtual machines on real API servers: all pages are read, each kind by itself, and who is at risk follows from what is stored. */
import assert from 'node:assert/strict';
import { readHyperConverged } from '../../shared/golden-images/hyperconverged.ts';
import type { JsonObject } from '../../shared/golden-images/json.ts';
import type { KubeVirtReads } from '../../shared/golden-images/kubevirt-reads.ts';
import type { Read } from '../../shared/golden-images/read.ts';
import { judgeVirtualMachines } from '../../shared/golden-images/virtual-machines.ts';
import { kubernetes } from '../../shared/kubernetes/api-client.ts';
import { readKubeVirt } from '../../shared/kubernetes/read-virtual-machines.ts';
import { hyperConverged, node, readNodes } from '../helpers/cluster-objects.ts';
import { dataSource, dataVolume, IMAGES, instance, virtualMachine } from '../helpers/kubevirt-objects.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { createNamespace, deleteAll } from './servers/objects.ts';
import { crdFile } from './servers/paths.ts';
import { waitUntil } from './servers/wait.ts';

/** More than two pages. */
const MACHINES = 210;
const CURRENT = `${IMAGES}/fedora-222222222222`;

const COLLECTIONS: Readonly<Record<string, string>> = {
  VirtualMachine: 'virtualmachines',
  VirtualMachineInstance: 'virtualmachineinstances',
  DataSource: 'datasources',
  DataVolume: 'datavolumes',
};

describe('virtual machines on an API server with KubeVirt', () => {
  let server: ApiServer;
  before(async () => {
    server = await startApiServer({ crds: [crdFile('kubevirt-open')], authorization: 'RBAC' });
    for (const namespace of ['shop', IMAGES]) await createNamespace(server, namespace);
  });
  afterEach(() => deleteAll(server));
  after(() => server.stop());

  it(`are read in pages: ${MACHINES} of them`, async () => {
    await addAll(Array.from({ length: MACHINES }, (_, index) => virtualMachine(`shop/vm-${index}`)));
    const { reads, asked } = await readAs(server.kubeconfig);
    assert.equal(new Set(valueIn(reads.virtualMachines).map(({ name }) => name)).size, MACHINES);
    assert.equal(valueIn(reads.virtualMachines).length, MACHINES);
    const pages = asked.filter((path) => path.startsWith('/apis/kubevirt.io/v1/virtualmachines?'));
    assert.deepEqual(
      pages.map((path) => path.replace(/continue=.+/, 'continue=')),
      ['limit=100', 'limit=100&continue=', 'limit=100&continue='].map((query) => `/apis/kubevirt.io/v1/virtualmachines?${query}`),
    );
  });

  it('are judged by what is stored of them, their disks and their images', async () => {
    await addAll([
      dataSource(`${IMAGES}/fedora`, { source: ['pvc', CURRENT] }),
      dataVolume(CURRENT, { cron: 'fedora-image-cron' }),
      ...['runs', 'sibling', 'arm'].map((name) => dataVolume(`shop/${name}`, { source: ['pvc', CURRENT] })),
      virtualMachine('shop/runs'),
      virtualMachine('shop/sibling'),
      virtualMachine('shop/arm', { architecture: 'arm64' }),
      virtualMachine('shop/no-disk-yet'),
      virtualMachine('shop/of-its-own', { source: undefined }),
      instance('shop/runs', { nodeName: 'worker-1', machine: 'x86_64' }),
    ]);
    const { reads } = await readAs(server.kubeconfig);
    const nodes = readNodes([node('worker-1', 'amd64'), node('worker-2', 'arm64')]);
    const { total, fine, suspect, unknown, unread } = valueIn(judgeVirtualMachines(reads, nodes, readHyperConverged(hyperConverged())));
    assert.deepEqual([total, unread], [4, []]);
    assert.deepEqual([fine.names, suspect.names, unknown.names], [['shop/runs', 'shop/sibling'], ['shop/arm'], ['shop/no-disk-yet']]);
  });

  it('are none where complete lists have none: that is an answer', async () => {
    const { reads } = await readAs(server.kubeconfig);
    assert.deepEqual(
      Object.values(reads).map((read: Read<unknown>) => read.ok && read.value),
      [[], [], [], []],
    );
  });

  it('are forbidden where an account may not list them, and the other kinds are read all the same', async () => {
    await addAll([dataSource(`${IMAGES}/fedora`), virtualMachine('shop/db-1')]);
    const name = 'reads-images';
    const commands = [
      `kubectl create serviceaccount ${name} -n default`,
      `kubectl create clusterrole ${name} --verb=list --resource=datasources.cdi.kubevirt.io --resource=datavolumes.cdi.kubevirt.io`,
      `kubectl create clusterrolebinding ${name} --clusterrole=${name} --serviceaccount=default:${name}`,
    ];
    const { status, stderr } = await server.runShell(commands.join(' && '));
    assert.equal(status, 0, stderr);
    const kubeconfig = await server.kubeconfigOf({ namespace: 'default', name });
    await waitUntil('the role is known', async () => assert.ok((await readAs(kubeconfig)).reads.dataSources.ok));
    const { virtualMachines, instances, dataSources, dataVolumes } = (await readAs(kubeconfig)).reads;
    assert.deepEqual([valueIn(dataSources).length, valueIn(dataVolumes).length], [1, 0]);
    for (const read of [virtualMachines, instances]) {
      assert.equal(!read.ok && read.failure.reason, 'forbidden');
      assert.match(read.ok ? '' : read.failure.detail, /reads-images.* cannot list resource "virtualmachine/);
    }
  });

  async function addAll(objects: readonly JsonObject[]): Promise<void> {
    const lanes = Object.values(Object.groupBy(objects.entries(), ([index]) => index % 10)).map(async (lane = []) => {
      for (const [, object] of lane) await server.send('POST', collectionOf(object), withoutTime(object));
    });
    await Promise.all(lanes);
  }
});

describe('virtual machines on an API server without KubeVirt', () => {
  let server: ApiServer;
  before(async () => {
    server = await startApiServer();
  });
  after(() => server.stop());

  it('are not served, each kind for itself, and that is not nobody', async () => {
    const { reads } = await readAs(server.kubeconfig);
    assert.deepEqual(
      Object.values(reads).map((read: Read<unknown>) => (read.ok ? 'read' : `${read.failure.resource}: ${read.failure.reason}`)),
      [
        'virtualmachines.kubevirt.io: not-served',
        'virtualmachineinstances.kubevirt.io: not-served',
        'datasources.cdi.kubevirt.io: not-served',
        'datavolumes.cdi.kubevirt.io: not-served',
      ],
    );
    assert.equal(judgeVirtualMachines(reads, [], readHyperConverged(hyperConverged())).ok, false);
  });
});

/** Reads as who the kubeconfig says, and notes the paths. */
async function readAs(kubeconfig: string): Promise<{ reads: KubeVirtReads; asked: readonly string[] }> {
  const api = await kubernetes({ KUBECONFIG: kubeconfig }).connect();
  const asked: string[] = [];
  const get: typeof api.get = (path, signal) => {
    asked.push(path);
    return api.get(path, signal);
  };
  try {
    return { reads: await readKubeVirt({ get }, AbortSignal.timeout(10_000)), asked };
  } finally {
    await api.close();
  }
}

function collectionOf({ apiVersion, kind, metadata }: JsonObject): string {
  return `/apis/${apiVersion}/namespaces/${Object(metadata).namespace}/${COLLECTIONS[String(kind)]}`;
}

/** The server says when an object was created. */
function withoutTime(object: JsonObject): JsonObject {
  return { ...object, metadata: { ...Object(object.metadata), creationTimestamp: null } };
}

function valueIn<T>(read: Read<T>): T {
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}
