import assert from 'node:assert/strict';
import type { JsonObject } from '../../../shared/golden-images/json.ts';
import type { KubeVirtReads } from '../../../shared/golden-images/kubevirt-reads.ts';
import type { Read } from '../../../shared/golden-images/read.ts';
import { ApiStatusError } from '../../../shared/kubernetes/api-status-error.ts';
import { ReadError } from '../../../shared/kubernetes/failure.ts';
import { kubeVirtFrom, readKubeVirt } from '../../../shared/kubernetes/read-virtual-machines.ts';
import { dataSource, dataVolume, instance, virtualMachine } from '../../helpers/kubevirt-objects.ts';

const OBJECTS: Readonly<Record<string, readonly JsonObject[]>> = {
  VirtualMachine: [virtualMachine('shop/db-1'), virtualMachine('shop/web-1')],
  VirtualMachineInstance: [instance('shop/db-1', { nodeName: 'worker-1' })],
  DataSource: [dataSource('os/fedora')],
  DataVolume: [dataVolume('shop/db-1')],
};
const PATHS: Readonly<Record<string, string>> = {
  '/apis/kubevirt.io/v1/virtualmachines?limit=100': 'VirtualMachine',
  '/apis/kubevirt.io/v1/virtualmachineinstances?limit=100': 'VirtualMachineInstance',
  '/apis/cdi.kubevirt.io/v1beta1/datasources?limit=250': 'DataSource',
  '/apis/cdi.kubevirt.io/v1beta1/datavolumes?limit=250': 'DataVolume',
};

/** Of each part the names, or why there are none. */
function summary({ virtualMachines, instances, dataSources, dataVolumes }: KubeVirtReads) {
  const of = (read: Read<readonly { readonly name: string }[]>) =>
    read.ok ? read.value.map(({ name }) => name).join() : `${read.failure.resource} ${read.failure.reason}`;
  return [of(virtualMachines), of(instances), of(dataSources), of(dataVolumes)];
}

const ALL = ['db-1,web-1', 'db-1', 'fedora', 'db-1'];

/** Objects of each kind, and what is said where the second is malformed. */
const MALFORMED: readonly { kind: string; breaks: JsonObject; detail: string }[] = [
  {
    kind: 'VirtualMachine',
    breaks: { spec: { template: { spec: { nodeSelector: { 'kubernetes.io/arch': 7 } } } } },
    detail: 'a VirtualMachine shop/db-1: nodeSelector is not an object of strings',
  },
  {
    kind: 'VirtualMachineInstance',
    breaks: { status: { nodeName: 7 } },
    detail: 'a VirtualMachineInstance shop/db-1: status.nodeName is not a string',
  },
  { kind: 'DataSource', breaks: { spec: 7 }, detail: 'a DataSource shop/db-1: spec is not an object' },
  { kind: 'DataVolume', breaks: { spec: 7 }, detail: 'a DataVolume shop/db-1: spec is not an object' },
];
const withMalformed = (kind: string, breaks: JsonObject) => [
  ...(OBJECTS[kind] ?? []),
  { metadata: { namespace: 'shop', name: 'db-1' }, ...breaks },
];
const details = (reads: KubeVirtReads) => Object.values(reads).flatMap((read) => (read.ok ? [] : [read.failure.detail]));

describe('reading virtual machines', () => {
  const get = async (path: string): Promise<unknown> => {
    const kind = PATHS[path];
    if (kind === undefined) throw new ApiStatusError(path, 404, 'the server could not find the requested resource');
    return { kind: `${kind}List`, metadata: {}, items: OBJECTS[kind] };
  };
  const signal = () => AbortSignal.timeout(1_000);

  it('reads four kinds side by side', async () => {
    const waiting = new Set<string>();
    const together = Promise.withResolvers<void>();
    const api = {
      get: async (path: string) => {
        waiting.add(path);
        if (waiting.size === 4) together.resolve();
        await together.promise;
        return get(path);
      },
    };
    assert.deepEqual(summary(await readKubeVirt(api, signal())), ALL);
  });

  const failures: readonly { when: string; error: Error; reason: string }[] = [
    { when: 'is not allowed', error: new ApiStatusError('', 403, 'forbidden'), reason: 'forbidden' },
    { when: 'is not served', error: new ApiStatusError('', 404, 'not found'), reason: 'not-served' },
    { when: 'takes too long', error: new DOMException('', 'TimeoutError'), reason: 'timeout' },
    { when: 'breaks off', error: new TypeError('fetch failed'), reason: 'unreachable' },
  ];
  for (const { when, error, reason } of failures) {
    it(`keeps the other kinds where one ${when}: ${reason}`, async () => {
      const resources = [
        'virtualmachines.kubevirt.io',
        'virtualmachineinstances.kubevirt.io',
        'datasources.cdi.kubevirt.io',
        'datavolumes.cdi.kubevirt.io',
      ];
      for (const [index, resource] of resources.entries()) {
        const refusing = (path: string) => (PATHS[path] === Object.values(PATHS)[index] ? Promise.reject(error) : get(path));
        assert.deepEqual(summary(await readKubeVirt({ get: refusing }, signal())), ALL.with(index, `${resource} ${reason}`));
      }
    });
  }

  for (const { kind, breaks, detail } of MALFORMED) {
    it(`names the ${kind} that is malformed`, async () => {
      const api = {
        get: async (path: string) =>
          PATHS[path] === kind ? { kind: `${kind}List`, metadata: {}, items: withMalformed(kind, breaks) } : get(path),
      };
      assert.deepEqual(details(await readKubeVirt(api, signal())), [detail]);
    });
  }

  it('keeps nothing of an object but what is in use', async () => {
    const bulk = { annotations: { note: 'x'.repeat(20_000) }, managedFields: [{ manager: 'x'.repeat(20_000) }] };
    const fat = async (path: string) => {
      const list = await get(path);
      const items = (OBJECTS[PATHS[path] ?? ''] ?? []).map((item) => ({ ...item, metadata: { ...Object(item.metadata), ...bulk } }));
      return { ...Object(list), items };
    };
    assert.ok(JSON.stringify(await readKubeVirt({ get: fat }, signal())).length < 2_000);
  });
});

describe('virtual machines of a dump', () => {
  it('are read as those of a server', async () => {
    const reads = await kubeVirtFrom((kind) => OBJECTS[kind] ?? []);
    assert.deepEqual(summary(reads), ALL);
    assert.ok(reads.virtualMachines.ok && reads.virtualMachines.value[0]?.architecture === 'amd64');
  });

  it('are not in the file where it does not say, and none where it says so', async () => {
    const itemsOf = (kind: string) => {
      if (kind === 'DataSource') return [];
      throw new ReadError('not-in-file', 'the file does not hold them');
    };
    assert.deepEqual(summary(await kubeVirtFrom(itemsOf)), [
      'virtualmachines.kubevirt.io not-in-file',
      'virtualmachineinstances.kubevirt.io not-in-file',
      '',
      'datavolumes.cdi.kubevirt.io not-in-file',
    ]);
  });

  for (const { kind, breaks, detail } of MALFORMED) {
    it(`are malformed where a ${kind} is, which is named`, async () => {
      const reads = await kubeVirtFrom((wanted) => (wanted === kind ? withMalformed(kind, breaks) : (OBJECTS[wanted] ?? [])));
      assert.deepEqual(details(reads), [detail]);
    });
  }

  it('are malformed where one of them has no name', async () => {
    const reads = await kubeVirtFrom(() => [{ metadata: { namespace: 'shop' } }]);
    assert.match(summary(reads).join(), /^virtualmachines.kubevirt.io malformed/);
  });
});
