import assert from 'node:assert/strict';
import { readDataSource, readDataVolume } from '../../../shared/golden-images/data-source.ts';
import { type JsonObject, MalformedError } from '../../../shared/golden-images/json.ts';
import { readVirtualMachine, readVirtualMachineInstance } from '../../../shared/golden-images/virtual-machine.ts';
import { dataSource, dataVolume, IMAGES, instance, virtualMachine } from '../../helpers/kubevirt-objects.ts';

describe('a virtual machine', () => {
  it('keeps its name, architecture, age, node selection and boot disk, and nothing else', () => {
    const object = virtualMachine('shop/db-1', {
      architecture: 'arm64',
      nodeSelector: { 'kubernetes.io/arch': 'amd64', zone: 'a' },
      createdAt: '2026-02-03T04:05:06Z',
    });
    assert.deepEqual(readVirtualMachine(object), {
      namespace: 'shop',
      name: 'db-1',
      createdAt: '2026-02-03T04:05:06Z',
      architecture: 'arm64',
      selects: 'amd64',
      boot: { kind: 'claim', name: 'db-1', source: { kind: 'data-source', namespace: IMAGES, name: 'fedora' } },
    });
  });

  it('names no architecture where its template names none, or an empty one', () => {
    for (const architecture of [undefined, '']) {
      assert.equal(readVirtualMachine(virtualMachine('shop/db-1', { architecture })).architecture, undefined);
    }
  });

  it('needs a namespace and a name', () => {
    for (const metadata of [{}, { name: 'db-1' }, { namespace: 'shop' }]) {
      assert.throws(
        () => readVirtualMachine({ metadata }),
        new MalformedError('a VirtualMachine without metadata.namespace and metadata.name'),
      );
    }
  });

  const volume = { name: 'root', dataVolume: { name: 'root-disk' } };
  const container = { name: 'container', containerDisk: { image: 'registry.example/fedora' } };
  const cloudInit = { name: 'init', cloudInitNoCloud: { userData: '' } };
  const claim = { name: 'data', persistentVolumeClaim: { claimName: 'data-claim' } };
  const boots: readonly { when: string; disks: readonly JsonObject[]; volumes: readonly JsonObject[]; from: string | undefined }[] = [
    { when: 'one disk', disks: [{ name: 'root' }], volumes: [volume], from: 'root-disk' },
    { when: 'the first of two', disks: [{ name: 'data' }, { name: 'root' }], volumes: [volume, claim], from: 'data-claim' },
    {
      when: 'the lowest bootOrder, wherever it stands',
      disks: [{ name: 'data', bootOrder: 2 }, { name: 'init' }, { name: 'root', bootOrder: 1 }],
      volumes: [volume, claim, cloudInit],
      from: 'root-disk',
    },
    {
      when: 'a disk before one without bootOrder',
      disks: [{ name: 'data' }, { name: 'root', bootOrder: 3 }],
      volumes: [volume, claim],
      from: 'root-disk',
    },
    { when: 'not from cloud-init', disks: [{ name: 'init' }, { name: 'root' }], volumes: [cloudInit, volume], from: 'root-disk' },
    {
      when: 'not from a CD-ROM, which installs',
      disks: [{ name: 'data', cdrom: { bus: 'sata' }, bootOrder: 1 }, { name: 'root' }],
      volumes: [claim, volume],
      from: 'root-disk',
    },
    {
      when: 'from a container disk',
      disks: [{ name: 'container' }, { name: 'root' }],
      volumes: [volume, container],
      from: 'container-disk',
    },
    { when: 'from a volume for which KubeVirt adds the disk', disks: [], volumes: [cloudInit, volume], from: 'root-disk' },
    {
      when: 'from a claim that stays as it is',
      disks: [{ name: 'root' }],
      volumes: [{ name: 'root', ephemeral: { persistentVolumeClaim: { claimName: 'base' } } }],
      from: 'base',
    },
    { when: 'from nothing', disks: [{ name: 'init' }], volumes: [cloudInit], from: undefined },
  ];
  for (const { when, disks, volumes, from } of boots) {
    it(`boots: ${when}`, () => {
      const { boot } = readVirtualMachine(virtualMachine('shop/db-1', { disks, volumes, source: undefined }));
      assert.equal(boot?.kind === 'claim' ? boot.name : boot?.kind, from);
    });
  }
});

describe('an instance', () => {
  const machines: readonly [string | undefined, string | undefined][] = [
    ['x86_64', 'amd64'],
    ['aarch64', 'arm64'],
    ['s390x', 's390x'],
    ['ppc64le', 'ppc64le'],
    ['i686', 'amd64'],
    ['sparc64', undefined],
    ['toString', undefined],
    [undefined, undefined],
  ];
  for (const [machine, guest] of machines) {
    it(`has a guest of ${guest ?? 'no known architecture'} where its agent says ${machine ?? 'nothing'}`, () => {
      assert.equal(readVirtualMachineInstance(instance('shop/db-1', machine ? { machine } : {})).guest, guest);
    });
  }

  it('keeps where it runs', () => {
    const { nodeName, phase, namespace, name } = readVirtualMachineInstance(
      instance('shop/db-1', { nodeName: 'worker-1', phase: 'Failed' }),
    );
    assert.deepEqual([nodeName, phase, namespace, name], ['worker-1', 'Failed', 'shop', 'db-1']);
  });
});

describe('what a disk is cloned from', () => {
  const here = { namespace: 'shop', name: 'db-1' };
  const specs: readonly { when: string; spec: JsonObject; source: string | undefined }[] = [
    { when: 'a DataSource', spec: { sourceRef: { kind: 'DataSource', namespace: 'os', name: 'fedora' } }, source: 'data-source os/fedora' },
    { when: 'a DataSource beside it', spec: { sourceRef: { kind: 'DataSource', name: 'fedora' } }, source: 'data-source shop/fedora' },
    { when: 'a claim', spec: { source: { pvc: { namespace: 'os', name: 'fedora-1' } } }, source: 'pvc os/fedora-1' },
    { when: 'a claim beside it', spec: { source: { pvc: { name: 'fedora-1' } } }, source: 'pvc shop/fedora-1' },
    { when: 'a snapshot', spec: { source: { snapshot: { namespace: 'os', name: 'fedora-1' } } }, source: 'snapshot os/fedora-1' },
    { when: 'nothing: it is imported', spec: { source: { http: { url: 'https://example.org' } } }, source: undefined },
    { when: 'nothing at all', spec: {}, source: undefined },
  ];
  for (const { when, spec, source } of specs) {
    it(`is ${when}`, () => {
      const found = readDataVolume({ metadata: here, spec }).source;
      assert.equal(found && `${found.kind} ${found.namespace}/${found.name}`, source);
    });
  }

  it('is nothing where the claim was filled otherwise, whatever the DataVolume says', () => {
    for (const annotation of ['cdi.kubevirt.io/storage.prePopulated', 'cdi.kubevirt.io/storage.populatedFor']) {
      const restored = dataVolume('shop/db-1', { source: ['pvc', 'os/fedora-1'], annotations: { [annotation]: 'db-1' } });
      assert.equal(readDataVolume(restored).source, undefined);
    }
  });

  it('is, of a DataSource, the version that it stands for, or the DataSource that it points to', () => {
    const source = (object: JsonObject) => readDataSource(object).source;
    assert.deepEqual(source(dataSource('os/fedora', { source: ['snapshot', 'os/fedora-1'] })), {
      kind: 'snapshot',
      namespace: 'os',
      name: 'fedora-1',
    });
    assert.deepEqual(source(dataSource('os/fedora', { source: ['data-source', 'os/fedora-amd64'] })), {
      kind: 'data-source',
      namespace: 'os',
      name: 'fedora-amd64',
    });
    assert.equal(source(dataSource('os/fedora')), undefined);
  });
});

describe('the labels of an image', () => {
  it('say its cron, its architecture and its preference', () => {
    const labels = { cron: 'fedora-image-cron', architecture: 'arm64', preference: 'fedora.arm64' };
    for (const read of [readDataSource(dataSource('os/fedora', labels)), readDataVolume(dataVolume('os/fedora-1', labels))]) {
      assert.deepEqual([read.cron, read.architecture, read.preference], Object.values(labels));
    }
  });

  it('are not there where they are empty', () => {
    const { cron, architecture } = readDataSource({
      metadata: {
        namespace: 'os',
        name: 'fedora',
        labels: { 'cdi.kubevirt.io/dataImportCron': '', 'template.kubevirt.io/architecture': '' },
      },
    });
    assert.deepEqual([cron, architecture], [undefined, undefined]);
  });
});
