import assert from 'node:assert/strict';
import { type AtRisk, MAX_NAMES } from '../../../shared/golden-images/at-risk.ts';
import { readHyperConverged } from '../../../shared/golden-images/hyperconverged.ts';
import type { JsonObject } from '../../../shared/golden-images/json.ts';
import type { FailedRead } from '../../../shared/golden-images/read.ts';
import { judgeVirtualMachines } from '../../../shared/golden-images/virtual-machines.ts';
import { hyperConverged, node, readNodes } from '../../helpers/cluster-objects.ts';
import {
  dataSource,
  dataVolume,
  IMAGES,
  instance,
  type KubeVirtObjects,
  kubeVirtReads,
  virtualMachine,
} from '../../helpers/kubevirt-objects.ts';

/** amd64 since January, arm64 since March; amd64 is the default. */
const NODES = [
  node('worker-amd-1', 'amd64', { createdAt: '2026-01-01T00:00:00Z' }),
  node('worker-arm-1', 'arm64', { createdAt: '2026-03-01T00:00:00Z' }),
];
const BEFORE = '2026-02-01T00:00:00Z';
const AFTER = '2026-06-01T00:00:00Z';

/** The version of fedora that its DataSource stands for, and one that it stood for before. */
const CURRENT = `${IMAGES}/fedora-222222222222`;
const OLD = `${IMAGES}/fedora-111111111111`;
const FEDORA = dataSource(`${IMAGES}/fedora`, { source: ['pvc', CURRENT] });
const VERSIONS = [CURRENT, OLD].map((id) => dataVolume(id, { cron: 'fedora-image-cron' }));

/** The disk of a machine as KubeVirt makes it: the DataSource is resolved. */
const disk = (id: string, version = CURRENT, createdAt = AFTER) => dataVolume(id, { source: ['pvc', version], createdAt });

function judge(objects: KubeVirtObjects, nodes: readonly JsonObject[] = NODES, object = hyperConverged({ gate: false })): AtRisk {
  const read = judgeVirtualMachines(
    kubeVirtReads({ dataSources: [FEDORA], dataVolumes: VERSIONS, ...objects }),
    readNodes(nodes),
    readHyperConverged(object),
  );
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}

/** `fine: own-guest` of the only machine; `none` where none is counted. */
function verdictOn({ total, fine, suspect, unknown }: AtRisk): string {
  assert.ok(total <= 1, `${total} machines`);
  const found = Object.entries({ fine, suspect, unknown }).find(([, { count }]) => count === 1);
  return found ? `${found[0]}: ${found[1].reasons.map(({ reason }) => reason).join()}` : 'none';
}

/** Of a group. */
const told = ({ names, reasons }: AtRisk['fine']) => [names, Object.fromEntries(reasons.map(({ reason, count }) => [reason, count]))];

describe('who is at risk', () => {
  const amd = virtualMachine('shop/db-1');
  const arm = virtualMachine('shop/db-1', { architecture: 'arm64' });
  const cases: readonly (KubeVirtObjects & { when: string; is: string; nodes?: readonly JsonObject[]; cr?: JsonObject })[] = [
    {
      when: 'nothing is known of the image, and the machine is of the default architecture',
      virtualMachines: [amd],
      is: 'unknown: nothing-known',
    },
    {
      when: 'nothing is known of the image, and the machine is not of the default architecture',
      virtualMachines: [arm],
      is: 'suspect: not-the-default',
    },
    {
      when: 'the machine names no architecture',
      virtualMachines: [virtualMachine('shop/db-1', { architecture: undefined })],
      is: 'unknown: no-architecture',
    },
    {
      when: 'its own guest says the same',
      virtualMachines: [arm],
      instances: [instance('shop/db-1', { machine: 'aarch64' })],
      is: 'fine: own-guest',
    },
    {
      when: 'its own guest says something, and it names no architecture',
      virtualMachines: [virtualMachine('shop/db-1', { architecture: undefined })],
      instances: [instance('shop/db-1', { machine: 'aarch64' })],
      is: 'fine: own-guest',
    },
    {
      when: 'its own guest says another',
      virtualMachines: [arm],
      instances: [instance('shop/db-1', { machine: 'x86_64' })],
      is: 'suspect: guest-differs',
    },
    { when: 'it runs, and no agent speaks', virtualMachines: [amd], instances: [instance('shop/db-1')], is: 'unknown: nothing-known' },
    {
      when: 'a guest of that name runs elsewhere',
      virtualMachines: [amd],
      instances: [instance('lab/db-1', { machine: 'x86_64' })],
      is: 'unknown: nothing-known',
    },
    {
      when: 'its guest was started from another disk than it has now',
      virtualMachines: [amd],
      instances: [instance('shop/db-1', { machine: 'x86_64', volumes: [{ name: 'root', dataVolume: { name: 'before' } }] })],
      is: 'unknown: nothing-known',
    },
    {
      when: 'its disk is older than the first foreign node',
      virtualMachines: [amd],
      dataVolumes: [...VERSIONS, disk('shop/db-1', OLD, BEFORE)],
      is: 'fine: older-than-others',
    },
    {
      when: 'its disk is that old, and it is for the architecture that was not there',
      virtualMachines: [arm],
      dataVolumes: [...VERSIONS, disk('shop/db-1', OLD, BEFORE)],
      is: 'suspect: image-differs',
    },
    {
      when: 'its disk is that old, and a machine for the foreign architecture is too: there were such nodes before',
      virtualMachines: [amd, virtualMachine('lab/x', { architecture: 'arm64', createdAt: BEFORE, source: undefined })],
      dataVolumes: [...VERSIONS, disk('shop/db-1', OLD, BEFORE)],
      is: 'unknown: nothing-known',
    },
    {
      when: 'its disk is older than all nodes that are left',
      virtualMachines: [amd],
      dataVolumes: [...VERSIONS, disk('shop/db-1', OLD, '2025-12-01T00:00:00Z')],
      is: 'unknown: nothing-known',
    },
    {
      when: 'the machine is that old, and its disk is not there: it may be newer',
      virtualMachines: [virtualMachine('shop/db-1', { createdAt: BEFORE })],
      is: 'unknown: nothing-known',
    },
    {
      when: 'all nodes are the same now, and its disk is old',
      virtualMachines: [amd],
      dataVolumes: [...VERSIONS, disk('shop/db-1', OLD, BEFORE)],
      nodes: NODES.slice(0, 1),
      is: 'unknown: nothing-known',
    },
    {
      when: 'the preference of its image is for it',
      virtualMachines: [arm],
      dataSources: [dataSource(`${IMAGES}/fedora`, { source: ['pvc', CURRENT], preference: 'fedora.arm64' })],
      dataVolumes: [disk('shop/db-1')],
      is: 'fine: preference',
    },
    {
      when: 'the preference of its image is for another',
      virtualMachines: [amd],
      dataSources: [dataSource(`${IMAGES}/fedora`, { source: ['pvc', CURRENT], preference: 'fedora.arm64' })],
      dataVolumes: [disk('shop/db-1')],
      is: 'suspect: image-differs',
    },
    {
      when: 'the preference is that of a newer version than it was cloned from',
      virtualMachines: [amd],
      dataSources: [dataSource(`${IMAGES}/fedora`, { source: ['pvc', CURRENT], preference: 'fedora.arm64' })],
      dataVolumes: [...VERSIONS, disk('shop/db-1', OLD)],
      is: 'unknown: nothing-known',
    },
    {
      when: 'the preference names no architecture: that proves none',
      virtualMachines: [amd],
      dataSources: [dataSource(`${IMAGES}/fedora`, { source: ['pvc', CURRENT], preference: 'fedora' })],
      dataVolumes: [disk('shop/db-1')],
      is: 'unknown: nothing-known',
    },
    {
      when: 'the preference is what the template says of every import',
      virtualMachines: [arm],
      dataSources: [dataSource(`${IMAGES}/fedora`, { source: ['pvc', CURRENT], preference: 'fedora.arm64' })],
      dataVolumes: [disk('shop/db-1')],
      cr: hyperConverged({
        patch: {
          status: {
            dataImportCronTemplates: [
              { metadata: { name: 'fedora-image-cron', labels: { 'instancetype.kubevirt.io/default-preference': 'fedora.arm64' } } },
            ],
          },
        },
      }),
      is: 'suspect: not-the-default',
    },
    {
      when: 'the version was imported for its architecture, while the import was on',
      virtualMachines: [arm],
      dataVolumes: [dataVolume(OLD, { cron: 'fedora-image-cron-arm64', architecture: 'arm64' }), disk('shop/db-1', OLD)],
      is: 'fine: imported-for-it',
    },
    {
      when: 'the version was imported for another architecture',
      virtualMachines: [arm],
      dataVolumes: [dataVolume(OLD, { cron: 'fedora-image-cron-amd64', architecture: 'amd64' }), disk('shop/db-1', OLD)],
      is: 'suspect: image-differs',
    },
    {
      when: 'a person labelled what it was cloned from: that proves nothing',
      virtualMachines: [amd],
      dataSources: [FEDORA, dataSource('shop/mine', { cron: undefined, architecture: 'arm64', source: ['pvc', CURRENT] })],
      dataVolumes: [...VERSIONS, disk('shop/db-1')],
      is: 'unknown: nothing-known',
    },
    {
      when: 'it names the DataSource of an architecture',
      virtualMachines: [virtualMachine('shop/db-1', { source: ['data-source', `${IMAGES}/fedora-amd64`] })],
      dataSources: [FEDORA, dataSource(`${IMAGES}/fedora-amd64`, { architecture: 'amd64' })],
      is: 'none',
    },
    {
      when: 'it names a DataSource that points to that of an architecture',
      virtualMachines: [amd],
      dataSources: [
        dataSource(`${IMAGES}/fedora`, { cron: undefined, source: ['data-source', `${IMAGES}/fedora-amd64`] }),
        dataSource(`${IMAGES}/fedora-amd64`, { architecture: 'amd64', source: ['pvc', CURRENT] }),
      ],
      dataVolumes: [dataVolume(CURRENT, { cron: 'fedora-image-cron-amd64', architecture: 'amd64' }), disk('shop/db-1')],
      is: 'none',
    },
    {
      when: 'its image is kept fresh by a cron that is not HCO’s',
      virtualMachines: [amd],
      dataSources: [dataSource(`${IMAGES}/fedora`, { cron: 'mine' })],
      is: 'none',
    },
    {
      when: 'its DataSource is a person’s own',
      virtualMachines: [amd],
      dataSources: [dataSource(`${IMAGES}/fedora`, { cron: undefined })],
      is: 'none',
    },
    { when: 'its DataSource is not there', virtualMachines: [amd], dataSources: [], is: 'none' },
    {
      when: 'it boots from a container disk, beside a disk from a golden image',
      virtualMachines: [
        virtualMachine('shop/db-1', {
          disks: [{ name: 'container' }, { name: 'root' }],
          volumes: [
            { name: 'container', containerDisk: {} },
            { name: 'root', dataVolume: { name: 'db-1' } },
          ],
        }),
      ],
      is: 'none',
    },
    {
      when: 'its disk has another origin',
      virtualMachines: [virtualMachine('shop/db-1', { source: undefined })],
      dataVolumes: [dataVolume('shop/db-1')],
      is: 'none',
    },
    {
      when: 'its disk was cloned by a DataVolume of its own, from the DataSource',
      virtualMachines: [virtualMachine('shop/db-1', { source: undefined })],
      dataVolumes: [dataVolume('shop/db-1', { source: ['data-source', `${IMAGES}/fedora`] })],
      is: 'unknown: nothing-known',
    },
    {
      when: 'its disk was cloned by a DataVolume of its own, from the claim of the image',
      virtualMachines: [virtualMachine('shop/db-1', { source: undefined })],
      dataVolumes: [...VERSIONS, disk('shop/db-1', OLD)],
      is: 'unknown: nothing-known',
    },
    {
      when: 'its disk was cloned from a version that is gone by now',
      virtualMachines: [virtualMachine('shop/db-1', { source: undefined })],
      dataVolumes: [disk('shop/db-1', OLD)],
      is: 'unknown: nothing-known',
    },
    {
      when: 'its disk was cloned from something that only begins as the image',
      virtualMachines: [virtualMachine('shop/db-1', { source: undefined })],
      dataVolumes: [disk('shop/db-1', `${IMAGES}/fedora-of-mine`)],
      is: 'none',
    },
    {
      when: 'its disk was cloned from the snapshot for which the DataSource stands',
      virtualMachines: [virtualMachine('shop/db-1', { source: undefined })],
      dataSources: [dataSource(`${IMAGES}/fedora`, { source: ['snapshot', `${IMAGES}/fedora-now`] })],
      dataVolumes: [dataVolume('shop/db-1', { source: ['snapshot', `${IMAGES}/fedora-now`] })],
      is: 'unknown: nothing-known',
    },
    {
      when: 'its disk was cloned from a clone',
      virtualMachines: [virtualMachine('shop/db-1', { source: undefined })],
      dataVolumes: [...VERSIONS, disk('shop/gone', OLD), dataVolume('shop/db-1', { source: ['pvc', 'shop/gone'] })],
      is: 'unknown: nothing-known',
    },
    {
      when: 'its disk is a clone of itself, in a circle',
      virtualMachines: [virtualMachine('shop/db-1', { source: undefined })],
      dataVolumes: [dataVolume('shop/db-1', { source: ['pvc', 'shop/db-1'] })],
      is: 'none',
    },
  ];
  for (const { when, is, nodes, cr, ...objects } of cases) {
    it(`${is}, when ${when}`, () => assert.equal(verdictOn(judge(objects, nodes, cr)), is));
  }

  it('knows a version by the guest of any of its clones, clones of clones too, and no other version by it', () => {
    const { fine, suspect, unknown } = judge({
      virtualMachines: [
        virtualMachine('shop/runs'),
        virtualMachine('shop/sibling'),
        virtualMachine('shop/arm', { architecture: 'arm64' }),
        virtualMachine('shop/clone-of-sibling', { source: undefined }),
        virtualMachine('shop/other-version'),
        virtualMachine('shop/restored'),
      ],
      instances: [instance('shop/runs', { machine: 'x86_64' })],
      dataVolumes: [
        ...VERSIONS,
        ...['runs', 'sibling', 'arm'].map((name) => disk(`shop/${name}`)),
        dataVolume('shop/clone-of-sibling', { source: ['pvc', 'shop/sibling'] }),
        disk('shop/other-version', OLD),
        dataVolume('shop/restored', { source: ['pvc', CURRENT], annotations: { 'cdi.kubevirt.io/storage.prePopulated': 'restored' } }),
      ],
    });
    assert.deepEqual(told(fine), [['shop/clone-of-sibling', 'shop/runs', 'shop/sibling'], { 'guest-of-a-clone': 2, 'own-guest': 1 }]);
    assert.deepEqual(told(suspect), [['shop/arm'], { 'image-differs': 1 }]);
    assert.deepEqual(told(unknown), [['shop/other-version', 'shop/restored'], { 'nothing-known': 2 }]);
  });

  it('does not take a restored disk for the version that its DataVolume names', () => {
    const { fine, suspect, unknown } = judge({
      virtualMachines: [virtualMachine('shop/restored', { architecture: 'arm64' }), virtualMachine('shop/new')],
      instances: [instance('shop/restored', { machine: 'aarch64' })],
      dataVolumes: [
        ...VERSIONS,
        dataVolume('shop/restored', { source: ['pvc', CURRENT], annotations: { 'cdi.kubevirt.io/storage.prePopulated': 'restored' } }),
        disk('shop/new'),
      ],
    });
    assert.deepEqual([fine.names, suspect.names, unknown.names], [['shop/restored'], [], ['shop/new']]);
  });

  it('knows a version by the oldest of its clones', () => {
    const { fine } = judge({
      virtualMachines: [virtualMachine('shop/old', { createdAt: BEFORE }), virtualMachine('shop/new')],
      dataVolumes: [...VERSIONS, disk('shop/old', OLD, BEFORE), disk('shop/new', OLD)],
    });
    assert.deepEqual(told(fine), [['shop/new', 'shop/old'], { 'older-than-others': 2 }]);
  });

  it('believes nobody where guests of one version do not agree, but each guest for its own machine', () => {
    const { fine, unknown } = judge({
      virtualMachines: [virtualMachine('shop/a'), virtualMachine('shop/b', { architecture: 'arm64' }), virtualMachine('shop/c')],
      instances: [instance('shop/a', { machine: 'x86_64' }), instance('shop/b', { machine: 'aarch64' })],
      dataVolumes: [...VERSIONS, ...['a', 'b', 'c'].map((name) => disk(`shop/${name}`))],
    });
    assert.deepEqual(told(fine), [['shop/a', 'shop/b'], { 'own-guest': 2 }]);
    assert.deepEqual(told(unknown), [['shop/c'], { contradictory: 1 }]);
  });

  it('believes a guest more than a preference', () => {
    const { fine } = judge({
      virtualMachines: [virtualMachine('shop/a'), virtualMachine('shop/b')],
      instances: [instance('shop/a', { machine: 'x86_64' })],
      dataSources: [dataSource(`${IMAGES}/fedora`, { source: ['pvc', CURRENT], preference: 'fedora.arm64' })],
      dataVolumes: [disk('shop/a'), disk('shop/b')],
    });
    assert.deepEqual(fine.names, ['shop/a', 'shop/b']);
  });

  it('counts all, and names the first by name', () => {
    const virtualMachines = Array.from({ length: MAX_NAMES + 20 }, (_, index) => virtualMachine(`shop/vm-${1000 - index}`));
    const { total, unknown } = judge({ virtualMachines });
    assert.deepEqual(
      [total, unknown.count, unknown.names.length, unknown.names[0]],
      [MAX_NAMES + 20, MAX_NAMES + 20, MAX_NAMES, 'shop/vm-1000'],
    );
  });

  describe('when something could not be read', () => {
    const failure = (resource: string): FailedRead => ({ resource, reason: 'forbidden', detail: 'no' });
    for (const part of ['virtualMachines', 'dataSources', 'dataVolumes'] as const) {
      it(`is not known without ${part}, and never nobody`, () => {
        const reads = kubeVirtReads({ virtualMachines: [amd], dataSources: [FEDORA], [part]: failure(part) });
        assert.deepEqual(judgeVirtualMachines(reads, readNodes(NODES), readHyperConverged(hyperConverged())), {
          ok: false,
          failure: failure(part),
        });
      });
    }

    it('proves less without instances, and says so', () => {
      const { unknown, unread } = judge({ virtualMachines: [amd], instances: failure('instances') });
      assert.deepEqual([unknown.names, unread], [['shop/db-1'], [failure('instances')]]);
    });
  });
});
