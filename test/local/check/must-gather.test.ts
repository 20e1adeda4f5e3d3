/** A must-gather folder is read as the cluster that it was made of, and what it does not hold is not known. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { UsageError } from '../../../local/check/arguments.ts';
import { type DumpSnapshot, readDump } from '../../../local/check/dump-snapshot.ts';
import { readMustGather } from '../../../local/check/must-gather.ts';
import { applyMergePatch, isObject, type JsonObject } from '../../../shared/golden-images/json.ts';
import type { Read } from '../../../shared/golden-images/read.ts';
import { hyperConverged, node } from '../../helpers/cluster-objects.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const IMAGE = 'quay-io-openshift-must-gather-sha256-1';
const CNV = 'quay-io-kubevirt-must-gather-sha256-2';
const NODES = 'cluster-scoped-resources/core/nodes';
const CR = 'namespaces/kubevirt-hyperconverged/crs/hyperconvergeds.hco.kubevirt.io/kubevirt-hyperconverged.yaml';
const MACHINES = 'namespaces/shop/kubevirt.io/virtualmachines';

/** Files by path: an object becomes YAML. */
type Files = Readonly<Record<string, JsonObject | string>>;

const machine = (name: string, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'kubevirt.io/v1',
  kind: 'VirtualMachine',
  metadata: { namespace: 'shop', name, ...metadata },
  spec: { template: { spec: { domain: {} } } },
});

function withMetadata(object: JsonObject, metadata: JsonObject): JsonObject {
  const changed = applyMergePatch(object, { metadata });
  assert.ok(isObject(changed));
  return changed;
}

const NODE_FILES: Files = {
  [`${IMAGE}/${NODES}/amd-1.yaml`]: node('amd-1', 'amd64'),
  [`${IMAGE}/${NODES}/arm-1.yaml`]: node('arm-1', 'arm64'),
};
const CLUSTER: Files = { ...NODE_FILES, [`${CNV}/${CR}`]: hyperConverged({ gate: false }) };

describe('a must-gather folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'must-gather-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const save = async (files: Files) => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, typeof content === 'string' ? content : stringify(content));
    }
  };
  const read = async (files: Files): Promise<DumpSnapshot> => {
    await save(files);
    return readDump(folder, undefined, NOW);
  };
  const refusal = async (files: Files): Promise<string> => {
    try {
      await read(files);
    } catch (error) {
      assert.ok(error instanceof UsageError, String(error));
      return error.message.replaceAll(folder, 'FOLDER');
    }
    return 'it was read';
  };

  const layouts: readonly { readonly when: string; readonly files: Files }[] = [
    { when: 'each image has a folder', files: CLUSTER },
    {
      when: 'it is the folder of one image',
      files: { [`${NODES}/amd-1.yaml`]: node('amd-1', 'amd64'), [`${NODES}/arm-1.yaml`]: node('arm-1', 'arm64'), [CR]: hyperConverged() },
    },
    {
      when: 'it is the folder that runs are in',
      files: Object.fromEntries(Object.entries(CLUSTER).map(([path, file]) => [`must-gather.local.1/${path}`, file])),
    },
    {
      when: 'inspect has written the CR, and the nodes as a list',
      files: {
        [`${IMAGE}/${NODES}.yaml`]: { apiVersion: 'v1', kind: 'NodeList', items: [node('amd-1', 'amd64'), node('arm-1', 'arm64')] },
        [`${IMAGE}/namespaces/openshift-cnv/hco.kubevirt.io/hyperconvergeds/kubevirt-hyperconverged.yaml`]: hyperConverged(),
      },
    },
    {
      when: 'lists of all namespaces are with what is cluster-scoped',
      files: {
        ...NODE_FILES,
        [`${IMAGE}/cluster-scoped-resources/hco.kubevirt.io/hyperconvergeds.json`]: JSON.stringify({
          kind: 'HyperConvergedList',
          items: [hyperConverged()],
        }),
      },
    },
  ];
  for (const { when, files } of layouts) {
    it(`is read when ${when}`, async () => {
      const { snapshot, notes } = await read({ 'must-gather.logs': 'a: log', [`${IMAGE}/${NODES}/amd-1.log`]: 'kind: Node', ...files });
      const names = known(snapshot.nodes).map(({ name }) => name);
      assert.deepEqual([names.sort(), known(snapshot.hyperConverged)?.name, notes], [['amd-1', 'arm-1'], 'kubevirt-hyperconverged', []]);
      assert.deepEqual([snapshot.takenAt, snapshot.kubeVirt], [NOW.toISOString(), undefined]);
    });
  }

  it('is the same snapshot as a file of the same objects', async () => {
    const items = [node('amd-1', 'amd64'), node('arm-1', 'arm64'), hyperConverged({ gate: false }), machine('web-1')];
    await save({ ...CLUSTER, [`${CNV}/${MACHINES}/custom/web-1.yaml`]: machine('web-1') });
    await writeFile(join(folder, 'list.json'), JSON.stringify({ kind: 'List', items }));
    const [fromFolder, fromFile] = await Promise.all([folder, join(folder, 'list.json')].map((from) => readDump(from, undefined, NOW)));
    const text = JSON.stringify(fromFolder).replaceAll('the must-gather does not', 'the file does not');
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(fromFile)));
  });

  const missing: readonly { readonly what: string; readonly files: Files; readonly unread: 'nodes' | 'hyperConverged' }[] = [
    { what: 'a kind without a folder', files: NODE_FILES, unread: 'hyperConverged' },
    { what: 'a kind whose folder is empty', files: { ...NODE_FILES, [`${CNV}/${dirname(CR)}/.keep`]: '' }, unread: 'hyperConverged' },
    {
      what: 'a kind of which a namespace has an empty list',
      files: { ...NODE_FILES, [`${CNV}/namespaces/a/hco.kubevirt.io/hyperconvergeds.yaml`]: { kind: 'HyperConvergedList', items: [] } },
      unread: 'hyperConverged',
    },
    { what: 'nodes that it has no folder of', files: { [CR]: hyperConverged() }, unread: 'nodes' },
  ];
  for (const { what, files, unread } of missing) {
    it(`knows nothing of ${what}`, async () => {
      const { [unread]: found } = (await read(files)).snapshot;
      assert.ok(!found.ok);
      assert.deepEqual([found.failure.reason, found.failure.detail], ['not-in-file', 'the must-gather does not hold them']);
    });
  }

  const broken: readonly {
    readonly when: string;
    readonly content: JsonObject | string;
    readonly says: RegExp;
    readonly reason: string;
  }[] = [
    { when: 'is empty', content: '', says: /nodes\/arm-2\.yaml holds no Kubernetes objects/, reason: 'malformed' },
    { when: 'is cut off', content: 'kind: "Node', says: /nodes\/arm-2\.yaml is neither JSON nor YAML/, reason: 'malformed' },
    {
      when: 'holds another kind',
      content: { kind: 'Pod' },
      says: /arm-2\.yaml holds a Pod, and is where a Node belongs/,
      reason: 'malformed',
    },
    { when: 'has malformed metadata', content: { kind: 'Node', metadata: 7 }, says: /metadata is not an object/, reason: 'malformed' },
    {
      when: 'is a part of a list',
      content: { kind: 'NodeList', metadata: { continue: 'x' }, items: [] },
      says: /first page/,
      reason: 'not-in-file',
    },
  ];
  for (const { when, content, says, reason } of broken) {
    it(`does not know the nodes where the file of one ${when}`, async () => {
      const { nodes, hyperConverged: cr } = (await read({ ...CLUSTER, [`${IMAGE}/${NODES}/arm-2.yaml`]: content })).snapshot;
      assert.ok(!nodes.ok && cr.ok);
      assert.match(nodes.failure.detail, says);
      assert.equal(nodes.failure.reason, reason);
    });
  }

  it('has machines by how they came about, and in two places, each once', async () => {
    const { snapshot } = await read({
      ...CLUSTER,
      [`${CNV}/${MACHINES}/custom/web-1.yaml`]: machine('web-1'),
      [`${CNV}/${MACHINES}/template-based/web-2.yaml`]: machine('web-2'),
      [`${IMAGE}/${MACHINES}/web-1.yaml`]: machine('web-1'),
    });
    assert.ok(snapshot.kubeVirt);
    const { virtualMachines, instances } = snapshot.kubeVirt;
    assert.deepEqual(
      known(virtualMachines)
        .map(({ name }) => name)
        .sort(),
      ['web-1', 'web-2'],
    );
    assert.ok(!instances.ok && instances.failure.reason === 'not-in-file');
  });

  it('takes the newest of what was gathered twice, and says so where it had changed', async () => {
    const [older, newer] = [node('amd-1', 'amd64'), node('amd-1', 'arm64')].map((object, index) =>
      withMetadata(object, { uid: 'u', resourceVersion: ['999', '1000'][index] ?? '' }),
    );
    assert.ok(older && newer);
    const { snapshot, notes } = await read({ ...CLUSTER, [`${IMAGE}/${NODES}/amd-1.yaml`]: newer, [`${CNV}/${NODES}/amd-1.yaml`]: older });
    assert.deepEqual(
      known(snapshot.nodes).map(({ architecture }) => architecture),
      ['arm64', 'arm64'],
    );
    assert.deepEqual(notes, ['gathered more than once, and changed in between; the newest is taken: Node amd-1']);
  });

  it('takes the later machine of those that had one name', async () => {
    const { notes } = await read({
      ...CLUSTER,
      [`${IMAGE}/${MACHINES}/web-1.yaml`]: machine('web-1', { uid: 'a', creationTimestamp: '2026-01-02T00:00:00Z' }),
      [`${CNV}/${MACHINES}/web-1.yaml`]: machine('web-1', { uid: 'b', creationTimestamp: '2026-01-01T00:00:00Z' }),
    });
    assert.match(notes[0] ?? '', /VirtualMachine shop\/web-1$/);
  });

  it('is refused where it is of two clusters', async () => {
    const other = withMetadata(node('amd-1', 'amd64'), { uid: 'other' });
    const files = {
      ...CLUSTER,
      [`a/${NODES}/amd-1.yaml`]: withMetadata(node('amd-1', 'amd64'), { uid: 'one' }),
      [`b/${NODES}/amd-1.yaml`]: other,
    };
    assert.match(await refusal(files), /^FOLDER holds two of Node amd-1, and each is an object of its own: give the folder of one cluster/);
  });

  it('is refused where it holds nothing of use, with what to do', async () => {
    assert.equal(
      await refusal({ [`${IMAGE}/namespaces/a/core/pods/x/x.yaml`]: 'kind: Pod' }),
      'FOLDER holds no Node and no HyperConverged of a must-gather: give the folder that oc adm must-gather has made',
    );
    assert.match(await refusal({ 'must-gather.tar.gz': '' }), /unpack must-gather\.tar\.gz first/);
  });

  const plenty = { folders: 100, files: 100, bytes: 1_000_000 };
  for (const { limits, says } of [
    { limits: { folders: 3 }, says: /holds more than 3 folders/ },
    { limits: { files: 2 }, says: /holds more than 2 files of objects/ },
    { limits: { bytes: 500 }, says: /holds objects of more than 500 bytes/ },
  ]) {
    it(`is refused beyond the limit of ${Object.keys(limits)}`, async () => {
      await save(CLUSTER);
      await assert.rejects(readMustGather(folder, { ...plenty, ...limits }), says);
      await readMustGather(folder, plenty);
    });
  }

  for (const name of ['must-gather.tar.gz', 'must-gather.tgz', 'must-gather.zip', 'must-gather']) {
    it(`is refused while it is packed in ${name}, with how to unpack it`, async () => {
      await writeFile(join(folder, name), name.includes('.') ? 'x' : Uint8Array.from([0x1f, 0x8b, 8]));
      await assert.rejects(readDump(join(folder, name), undefined, NOW), (error: Error) => {
        return error instanceof UsageError && error.message.startsWith(`${join(folder, name)} is packed: unpack it first (`);
      });
    });
  }

  const links: readonly { readonly of: string; readonly place: string; readonly says: RegExp }[] = [
    { of: 'a file', place: `${IMAGE}/${NODES}/n.yaml`, says: /nodes\/n\.yaml is a link that leads out of the folder/ },
    { of: 'a folder in that of the kind', place: `${IMAGE}/${NODES}/n`, says: /nodes\/n is a link that leads out/ },
    { of: 'the folder of a kind', place: `${CNV}/${NODES}`, says: /nodes is a link that leads out/ },
    { of: 'a folder around it', place: `${CNV}/cluster-scoped-resources/core`, says: /nodes is a link that leads out/ },
  ];
  for (const { of, place, says } of links) {
    it(`is not left by the link of ${of}: its kind is not known`, async () => {
      const outside = await mkdtemp(join(tmpdir(), 'outside-'));
      await save(CLUSTER);
      await mkdir(join(outside, 'nodes'));
      await writeFile(join(outside, 'n.yaml'), stringify(node('n', 's390x')));
      await mkdir(dirname(join(folder, place)), { recursive: true });
      await symlink(place.endsWith('.yaml') ? join(outside, 'n.yaml') : outside, join(folder, place));
      const { nodes, hyperConverged: cr } = (await readDump(folder, undefined, NOW)).snapshot;
      await rm(outside, { recursive: true });
      assert.ok(!nodes.ok && cr.ok);
      assert.match(nodes.failure.detail, says);
    });
  }

  it('is read through a link to it, and links in it that stay inside', async () => {
    await save({ 'real/amd-2.yaml': node('amd-2', 'amd64'), ...CLUSTER });
    await symlink(join(folder, 'real/amd-2.yaml'), join(folder, IMAGE, NODES, 'amd-2.yaml'));
    const link = `${folder}-link`;
    await symlink(folder, link);
    const { nodes } = (await readDump(link, undefined, NOW)).snapshot;
    await rm(link);
    assert.equal(known(nodes).length, 3);
  });

  it('takes nothing from files beside those of the kinds in use', async () => {
    const { snapshot } = await read({
      ...CLUSTER,
      [`${IMAGE}/namespaces/a/core/configmaps/x.yaml`]: node('x', 's390x'),
      [`${CNV}/nodes/amd-1/x.yaml`]: node('x', 's390x'),
      [`${IMAGE}/${NODES}/deep/er/x.yaml`]: node('x', 's390x'),
    });
    assert.equal(known(snapshot.nodes).length, 2);
  });
});

function known<T>(read: Read<T>): T {
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}
