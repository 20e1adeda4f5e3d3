import assert from 'node:assert/strict';
import type { KubeVirtReads } from '../../../../shared/golden-images/kubevirt-reads.ts';
import { judge } from '../../../../shared/judge.ts';
import { hyperConverged, node, snapshot } from '../../../helpers/cluster-objects.ts';
import {
  dataSource,
  dataVolume,
  IMAGES,
  instance,
  type KubeVirtObjects,
  kubeVirtReads,
  virtualMachine,
} from '../../../helpers/kubevirt-objects.ts';

const NODES = [
  node('control-1', 'amd64', { roles: ['control-plane'], labels: { 'kubevirt.io/schedulable': undefined } }),
  node('worker-amd', 'amd64'),
  node('worker-arm', 'arm64'),
];
const FORBIDDEN = { resource: 'virtualmachineinstances.kubevirt.io', reason: 'forbidden', detail: 'no' } as const;

function remedy(
  id: string,
  kubeVirt: KubeVirtReads | undefined,
  templates: Readonly<Record<string, string | undefined>> = { 'fedora-image-cron': 'amd64,arm64' },
) {
  const cr = hyperConverged({ goldenImages: templates });
  const [first] = judge({ ...snapshot({ nodes: NODES, hyperConverged: cr }), kubeVirt }, 'kubectl');
  const found = first?.remedies.find((one) => one.id === id);
  assert.ok(found);
  return found;
}

describe('whom a narrower placement hurts', () => {
  const cases: readonly {
    when: string;
    objects: KubeVirtObjects | undefined;
    advised: boolean;
    says: RegExp | undefined;
    asks: readonly string[];
  }[] = [
    { when: 'nobody looked', objects: undefined, advised: false, says: /was not looked at/, asks: ['worker-arm'] },
    {
      when: 'nobody may look',
      objects: { instances: FORBIDDEN },
      advised: false,
      says: /is not known: virtual machine instances could not be read \(archwatch may not list them\)/,
      asks: ['worker-arm'],
    },
    { when: 'there is none', objects: {}, advised: true, says: undefined, asks: [] },
    {
      when: 'they run on nodes that stay',
      objects: { virtualMachines: [virtualMachine('a/b')], instances: [instance('a/b', { nodeName: 'worker-amd' })] },
      advised: true,
      says: undefined,
      asks: [],
    },
    {
      when: 'one has run there, and is over',
      objects: { instances: [instance('a/b', { nodeName: 'worker-arm', phase: 'Succeeded' })] },
      advised: true,
      says: undefined,
      asks: [],
    },
    {
      when: 'one runs there',
      objects: { instances: [instance('a/b', { nodeName: 'worker-arm' })] },
      advised: false,
      says: /^1 virtual machine runs on nodes that drop out and would be orphaned: a\/b\./,
      asks: [],
    },
    {
      when: 'one is stopped that has the architecture that goes',
      objects: { virtualMachines: [virtualMachine('a/b', { architecture: 'arm64' })] },
      advised: false,
      says: /^1 virtual machine would have no node to start on again, .*: a\/b\.$/,
      asks: [],
    },
    {
      when: 'one had no node before either',
      objects: { virtualMachines: [virtualMachine('a/b', { architecture: 's390x' })] },
      advised: true,
      says: undefined,
      asks: [],
    },
    {
      when: 'the machines are not served',
      objects: { virtualMachines: { ...FORBIDDEN, resource: 'virtualmachines.kubevirt.io', reason: 'not-served' } },
      advised: false,
      says: /would have no node to start on is not known: virtual machines could not be read/,
      asks: [],
    },
  ];
  for (const { when, objects, advised, says, asks } of cases) {
    it(`${advised ? 'nobody' : 'perhaps somebody'} where ${when}`, () => {
      const found = remedy('restrict-workload-placement-amd64', objects && kubeVirtReads(objects));
      assert.deepEqual([found.advised, found.checkFirst], [advised, asks]);
      if (says) assert.match(found.reason ?? '', says);
      else assert.equal(found.reason, undefined);
    });
  }

  it('keeps counting where thousands would be orphaned, and the first names', () => {
    const instances = Array.from({ length: 3_000 }, (_, index) =>
      instance(`a/vm-${String(index).padStart(4, '0')}`, { nodeName: 'worker-arm' }),
    );
    const { orphans, reason } = remedy('restrict-workload-placement-amd64', kubeVirtReads({ instances }));
    assert.deepEqual([orphans.count, orphans.first.length, orphans.first[0]], [3_000, 100, 'a/vm-0000']);
    assert.match(reason ?? '', /a\/vm-0004 and 2995 more/);
  });
});

describe('for whom an image’s plain name is wrong once the import is on', () => {
  const machines = (architecture: string) =>
    kubeVirtReads({
      virtualMachines: [virtualMachine('a/b', { architecture, source: ['data-source', `${IMAGES}/fedora`] })],
      dataSources: [dataSource(`${IMAGES}/fedora`, { source: ['pvc', `${IMAGES}/fedora-0123456789ab`] })],
      dataVolumes: [dataVolume('a/b')],
    });
  const sentences = (architecture: string, declared: string) => {
    const cr = hyperConverged({ goldenImages: { 'fedora-image-cron': declared } });
    const status = {
      dataImportCronTemplates: [
        {
          metadata: { name: 'fedora-image-cron', annotations: { 'ssp.kubevirt.io/dict.architectures': declared } },
          spec: { managedDataSource: 'fedora' },
          status: { commonTemplate: true },
        },
      ],
    };
    const [first] = judge(
      { ...snapshot({ nodes: NODES, hyperConverged: { ...cr, status } }), kubeVirt: machines(architecture) },
      'kubectl',
    );
    return (
      first?.remedies
        .find(({ id }) => id === 'enable-multi-arch-import')
        ?.costs.filter((cost) => cost.includes('a new clone would be wrong')) ?? []
    );
  };
  const cases = [
    { architecture: 'arm64', declared: 'amd64,arm64', wrong: 1 },
    { architecture: 'amd64', declared: 'amd64,arm64', wrong: 0 },
    { architecture: 'arm64', declared: 'arm64', wrong: 0 },
    { architecture: 'amd64', declared: 'arm64', wrong: 1 },
  ];
  for (const { architecture, declared, wrong } of cases) {
    it(`${wrong ? 'a machine' : 'no machine'} of ${architecture}, where the image is for ${declared}`, () => {
      assert.equal(sentences(architecture, declared).length, wrong);
    });
  }
});
