/** Virtual machines, their disks and the golden images of the embedded cluster, as its API server tells of them. */
import assert from 'node:assert/strict';
import { createEmbeddedCluster } from '../../local/embedded-cluster/embedded-cluster.ts';
import { at, objectAt, textAt } from '../../local/embedded-cluster/json.ts';
import { CLOCK, type RunningCluster, startCluster } from '../helpers/embedded-cluster.ts';

const VIRTUAL_MACHINES = '/apis/kubevirt.io/v1/virtualmachines';
const INSTANCES = '/apis/kubevirt.io/v1/virtualmachineinstances';
const DATA_SOURCES = '/apis/cdi.kubevirt.io/v1beta1/datasources';
const DATA_VOLUMES = '/apis/cdi.kubevirt.io/v1beta1/datavolumes';
const ALL = [VIRTUAL_MACHINES, INSTANCES, DATA_SOURCES, DATA_VOLUMES];

describe('the embedded virtual machines', () => {
  let running: RunningCluster;
  beforeEach(async () => {
    running = await startCluster();
    const { cluster } = running;
    cluster.addNode({ name: 'amd-1', architecture: 'amd64' });
    cluster.addNode({ name: 'arm-1', architecture: 'arm64' });
    cluster.addVirtualMachine({ namespace: 'shop', name: 'web-1', image: 'fedora', guest: 'x86_64', createdAt: new Date('2026-11-01') });
    cluster.addVirtualMachine({ namespace: 'lab', name: 'arm-1', image: 'fedora', architecture: 'arm64' });
    cluster.addVirtualMachine({ namespace: 'lab', name: 'off-1', image: 'centos-stream9', isStopped: true });
  });
  afterEach(() => running.close());
  const get = async (path: string) => (await running.get(path)).body;
  const items = async (path: string) => (await get(path)).items;
  const names = async (path: string) => (await items(path)).map(({ metadata }: Named) => `${metadata.namespace}/${metadata.name}`);
  const states = async () => (await items(VIRTUAL_MACHINES)).map(({ status }: Stated) => status.printableStatus);

  interface Named {
    readonly metadata: { readonly namespace: string; readonly name: string };
  }
  interface Stated {
    readonly status: { readonly printableStatus: string };
  }

  it('are listed over all namespaces or in one, and in pages of one state', async () => {
    assert.deepEqual(await names(VIRTUAL_MACHINES), ['lab/arm-1', 'lab/off-1', 'shop/web-1']);
    assert.deepEqual(await names('/apis/kubevirt.io/v1/namespaces/shop/virtualmachines'), ['shop/web-1']);
    const first = await get(`${VIRTUAL_MACHINES}?limit=2`);
    running.cluster.removeVirtualMachine('shop', 'web-1');
    const second = await get(`${VIRTUAL_MACHINES}?limit=2&continue=${first.metadata.continue}`);
    assert.deepEqual([first.kind, first.apiVersion, first.metadata.remainingItemCount], ['VirtualMachineList', 'kubevirt.io/v1', 1]);
    assert.deepEqual([second.items.length, second.metadata.continue], [1, undefined]);
    assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
    assert.deepEqual(await names(VIRTUAL_MACHINES), ['lab/arm-1', 'lab/off-1']);
  });

  it('are read by name, or are not there', async () => {
    const one = await get('/apis/kubevirt.io/v1/namespaces/shop/virtualmachines/web-1');
    assert.deepEqual([one.kind, one.apiVersion, one.metadata.name], ['VirtualMachine', 'kubevirt.io/v1', 'web-1']);
    const { status, body } = await running.get('/apis/kubevirt.io/v1/namespaces/lab/virtualmachines/web-1');
    assert.deepEqual([status, body.message], [404, 'virtualmachines.kubevirt.io "web-1" not found']);
  });

  it('say their architecture, their image, and how they do', async () => {
    const machine = await get('/apis/kubevirt.io/v1/namespaces/shop/virtualmachines/web-1');
    assert.equal(machine.spec.template.spec.architecture, 'amd64');
    assert.deepEqual(machine.spec.dataVolumeTemplates[0].spec.sourceRef, {
      kind: 'DataSource',
      name: 'fedora',
      namespace: 'kubevirt-os-images',
    });
    assert.deepEqual([machine.status.printableStatus, machine.metadata.creationTimestamp], ['Running', '2026-11-01T00:00:00Z']);
    assert.deepEqual(await states(), ['Running', 'Stopped', 'Running']);
  });

  it('have an instance while they run: its node, and what the guest agent says', async () => {
    const [arm, amd, ...others] = await items(INSTANCES);
    assert.deepEqual([arm.status.nodeName, arm.status.phase, arm.status.guestOSInfo], ['arm-1', 'Running', {}]);
    assert.deepEqual([amd.status.nodeName, amd.status.guestOSInfo.machine, others.length], ['amd-1', 'x86_64', 0]);
    assert.equal(amd.metadata.labels['kubevirt.io/nodeName'], 'amd-1');
  });

  it('run on nodes of their architecture only, and wait while there is none', async () => {
    running.cluster.removeNode('arm-1');
    assert.deepEqual(await states(), ['ErrorUnschedulable', 'Stopped', 'Running']);
    assert.deepEqual((await items(INSTANCES))[0].status.phase, 'Scheduling');
    const taints = [{ key: 'dedicated', value: 'arm', effect: 'NoSchedule' }] as const;
    running.cluster.addNode({ name: 'arm-2', architecture: 'arm64', taints });
    assert.deepEqual(await states(), ['ErrorUnschedulable', 'Stopped', 'Running']);
    running.cluster.addNode({ name: 'arm-3', architecture: 'arm64' });
    assert.deepEqual((await items(INSTANCES))[0].status.nodeName, 'arm-3');
  });

  it('stay on a node that a placement takes away; others are not put there', async () => {
    running.cluster.patchHyperConverged('v1', {
      spec: { deployment: { nodePlacements: { workload: { nodeSelector: { 'kubernetes.io/arch': 'amd64' } } } } },
    });
    running.cluster.addVirtualMachine({ namespace: 'lab', name: 'arm-2', image: 'fedora', architecture: 'arm64' });
    assert.deepEqual(await states(), ['Running', 'ErrorUnschedulable', 'Stopped', 'Running']);
  });

  it('have a disk of the version of the image that was there when they were made', async () => {
    const sourceOf = async (name: string) => (await get(`/apis/cdi.kubevirt.io/v1beta1/namespaces/${name}`)).spec.source.pvc.name;
    const first = await sourceOf('shop/datavolumes/web-1-root');
    running.cluster.refreshImage('fedora', CLOCK());
    running.cluster.addVirtualMachine({ namespace: 'shop', name: 'web-2', image: 'fedora' });
    const second = await sourceOf('shop/datavolumes/web-2-root');
    assert.notEqual(second, first);
    assert.match(first, /^fedora-[0-9a-f]{12}$/);
    assert.equal(await sourceOf('shop/datavolumes/web-1-root'), first);
    assert.equal(await sourceOf('kubevirt-os-images/datasources/fedora'), second);
  });

  it('cannot be made twice, of no image, or be taken away where there are none', () => {
    const { cluster } = running;
    const again = { namespace: 'shop', name: 'web-1', image: 'fedora' };
    assert.throws(() => cluster.addVirtualMachine(again), /there is a virtual machine shop\/web-1 already/);
    assert.throws(() => cluster.addVirtualMachine({ ...again, name: 'new', image: 'nope' }), /no golden image nope/);
    assert.throws(() => cluster.removeVirtualMachine('shop', 'nope'), /no virtual machine shop\/nope/);
    assert.throws(() => cluster.refreshImage('nope', CLOCK()), /no image is imported for a DataSource nope/);
  });

  const outages = [
    { outage: 'forbidden-virtual-machines', status: 403, reason: 'Forbidden', groups: 5 },
    { outage: 'no-virtual-machines', status: 404, reason: 'NotFound', groups: 3 },
    { outage: 'forbidden', status: 403, reason: 'Forbidden', groups: 5 },
  ] as const;
  for (const { outage, status, reason, groups } of outages) {
    it(`${outage}: answers ${status} for each of their kinds`, async () => {
      running.cluster.setOutage(outage);
      for (const path of ALL) {
        const answer = await running.get(path);
        assert.deepEqual([answer.status, answer.body.reason], [status, reason], path);
      }
      assert.equal((await running.get('/api/v1/nodes')).status, outage === 'forbidden' ? 403 : 200);
      assert.equal((await get('/apis')).groups.length, groups);
    });
  }
});

describe('the embedded golden images', () => {
  let running: RunningCluster;
  beforeEach(async () => {
    running = await startCluster();
    running.cluster.addNode({ name: 'control-plane', architecture: 'amd64', labels: { 'node-role.kubernetes.io/control-plane': '' } });
    running.cluster.addNode({ name: 'amd-1', architecture: 'amd64' });
    running.cluster.addNode({ name: 'arm-1', architecture: 'arm64' });
  });
  afterEach(() => running.close());
  const setImport = (isOn: boolean) =>
    running.cluster.patchHyperConverged('v1', { spec: { workloadSources: { enableMultiArchBootImageImport: isOn } } });
  const sources = async () => {
    const { items } = (await running.get(DATA_SOURCES)).body;
    return new Map<string, Source>(items.map((item: Source & { metadata: { name: string } }) => [item.metadata.name, item]));
  };

  interface Source {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: { readonly source: object };
  }
  const CRON = 'cdi.kubevirt.io/dataImportCron';
  const ARCHITECTURE = 'template.kubevirt.io/architecture';

  it('have a DataSource each while the import is off, of no architecture, imported when HCO was installed', async () => {
    const found = await sources();
    assert.deepEqual([...found.keys()], ['centos-stream10', 'centos-stream9', 'fedora']);
    const { metadata, spec } = found.get('fedora') ?? assert.fail('no fedora');
    assert.deepEqual([metadata.labels[CRON], metadata.labels[ARCHITECTURE]], ['fedora-image-cron', undefined]);
    const claim = textAt(objectAt(JSON.parse(JSON.stringify(spec.source)), 'pvc'), 'name');
    const volume = (await running.get(`/apis/cdi.kubevirt.io/v1beta1/namespaces/kubevirt-os-images/datavolumes/${claim}`)).body;
    assert.deepEqual([volume.metadata.labels[CRON], volume.metadata.creationTimestamp], ['fedora-image-cron', '2026-10-13T10:00:00Z']);
  });

  it('have one for each architecture while it is on, and a pointer to the usual one, which is no cron’s own', async () => {
    setImport(true);
    const found = await sources();
    assert.equal(found.size, 9);
    assert.deepEqual(found.get('fedora')?.spec.source, { dataSource: { namespace: 'kubevirt-os-images', name: 'fedora-amd64' } });
    assert.equal(found.get('fedora')?.metadata.labels[CRON], undefined);
    const { labels } = found.get('fedora-arm64')?.metadata ?? assert.fail('no fedora-arm64');
    assert.deepEqual([labels[CRON], labels[ARCHITECTURE]], ['fedora-image-cron-arm64', 'arm64']);
    setImport(false);
    assert.equal((await sources()).size, 3);
  });

  it('are cloned through the pointer', async () => {
    setImport(true);
    running.cluster.addVirtualMachine({ namespace: 'lab', name: 'new', image: 'fedora' });
    const disk = (await running.get('/apis/cdi.kubevirt.io/v1beta1/namespaces/lab/datavolumes/new-root')).body;
    assert.match(disk.spec.source.pvc.name, /^fedora-amd64-/);
  });

  it('are not there without SSP, and neither is its group', () => {
    const cluster = createEmbeddedCluster({ prefix: '', release: '1.19', now: CLOCK, hasSsp: false });
    cluster.addNode({ name: 'amd-1', architecture: 'amd64' });
    cluster.addNode({ name: 'arm-1', architecture: 'arm64' });
    assert.equal(at(cluster.hyperConverged('v1'), 'status', 'dataImportCronTemplates'), undefined);
    assert.equal(cluster.metric(), undefined);
  });

  it('come about by SSP, whose group is served', async () => {
    const { status, body } = await running.get('/apis/ssp.kubevirt.io');
    assert.deepEqual([status, body.kind, body.preferredVersion.version], [200, 'APIGroup', 'v1beta3']);
    const resources = (await running.get('/apis/cdi.kubevirt.io/v1beta1')).body.resources.map(({ name }: { name: string }) => name);
    assert.deepEqual(resources, ['datasources', 'datavolumes']);
  });
});
