/** What one file says of each kind, and what it leaves open. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDump } from '../../../local/check/dump-snapshot.ts';
import type { JsonObject } from '../../../shared/golden-images/json.ts';
import { hyperConverged, node } from '../../helpers/cluster-objects.ts';

const list = (kind: string, ...items: readonly JsonObject[]): JsonObject => ({ apiVersion: 'v1', kind, items });
const machine: JsonObject = {
  apiVersion: 'kubevirt.io/v1',
  kind: 'VirtualMachine',
  metadata: { namespace: 'shop', name: 'web-1' },
  spec: { template: { spec: { domain: {} } } },
};
const CLUSTER = [node('amd-1', 'amd64'), hyperConverged()];

describe('virtual machines of a dump in a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dump-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const machinesIn = async (...documents: readonly JsonObject[]) => {
    const path = join(folder, 'dump.json');
    await writeFile(path, documents.map((document) => JSON.stringify(document)).join(''));
    const { kubeVirt } = (await readDump(path, undefined, new Date())).snapshot;
    if (kubeVirt === undefined) return 'nobody asked';
    const { virtualMachines } = kubeVirt;
    return virtualMachines.ok ? virtualMachines.value.length : virtualMachines.failure.reason;
  };

  const cases: readonly { when: string; documents: readonly JsonObject[]; found: number | string }[] = [
    { when: 'the List has some', documents: [list('List', ...CLUSTER, machine)], found: 1 },
    { when: 'they have a list of their own', documents: [list('List', ...CLUSTER), list('VirtualMachineList', machine)], found: 1 },
    { when: 'their own list is empty', documents: [list('List', ...CLUSTER), list('VirtualMachineList')], found: 0 },
    { when: 'the List has none, as nobody may have asked for them', documents: [list('List', ...CLUSTER)], found: 'nobody asked' },
    { when: 'only another of these kinds is there', documents: [list('List', ...CLUSTER), list('DataVolumeList')], found: 'not-in-file' },
    {
      when: 'their list is only its first page',
      documents: [
        list('List', ...CLUSTER),
        list('DataVolumeList'),
        { ...list('VirtualMachineList', machine), metadata: { continue: 'x' } },
      ],
      found: 'not-in-file',
    },
  ];
  for (const { when, documents, found } of cases) {
    it(`are ${found} when ${when}`, async () => assert.equal(await machinesIn(...documents), found));
  }
});
