import assert from 'node:assert/strict';
import type { Release } from '../../local/embedded-cluster/releases.ts';
import { crPath, GROUP, type RunningCluster, startCluster } from '../helpers/embedded-cluster.ts';

const ANNOTATION = 'hco.kubevirt.io/v1-only-fields';
const selector = { nodeSelector: { 'kubernetes.io/arch': 'amd64' } };
const placement = {
  v1: { spec: { deployment: { nodePlacements: { workload: selector } } } },
  v1beta1: { spec: { workloads: { nodePlacement: selector } } },
};
const gate = { v1: 'spec.workloadSources.enableMultiArchBootImageImport', v1beta1: 'spec.featureGates.enableMultiArchBootImageImport' };

describe('the embedded cluster, release by release', () => {
  let running: RunningCluster;
  const start = async (release: Release) => {
    running = await startCluster(release);
  };
  afterEach(() => running.close());
  const read = async (version: string) => (await running.get(crPath(version))).body;

  const releases = [
    { release: '1.17', served: ['v1beta1'], fields: { v1beta1: true } },
    { release: '1.18', served: ['v1', 'v1beta1'], fields: { v1: false, v1beta1: true } },
    { release: '1.19', served: ['v1', 'v1beta1'], fields: { v1: true, v1beta1: true } },
  ] as const;
  for (const { release, served, fields } of releases) {
    it(`${release} serves ${served.join(' and ')}, the first preferred`, async () => {
      await start(release);
      const { body } = await running.get(`/apis/${GROUP}`);
      assert.deepEqual(
        body.versions.map(({ version }: { version: string }) => version),
        served,
      );
      assert.deepEqual(body.preferredVersion, { groupVersion: `${GROUP}/${served[0]}`, version: served[0] });
      const { groups } = (await running.get('/apis')).body;
      assert.deepEqual(
        groups.filter(({ name }: { name: string }) => name === GROUP),
        [{ name: GROUP, versions: body.versions, preferredVersion: body.preferredVersion }],
      );
      const resources = (await running.get(`/apis/${GROUP}/${served[0]}`)).body.resources;
      assert.deepEqual([resources[0].name, resources[0].kind, resources[0].namespaced], ['hyperconvergeds', 'HyperConverged', true]);
    });

    for (const [version, hasField] of Object.entries(fields)) {
      it(`${release} publishes a ${version} schema ${hasField ? 'with' : 'without'} the gate's own field`, async () => {
        await start(release);
        const index = (await running.get('/openapi/v3')).body.paths;
        const document = (await running.get(index[`apis/${GROUP}/${version}`].serverRelativeURL)).body;
        const schema = document.components.schemas[`io.kubevirt.hco.${version}.HyperConverged`];
        assert.deepEqual(schema['x-kubernetes-group-version-kind'], [{ group: GROUP, kind: 'HyperConverged', version }]);
        const path = gate[version === 'v1' ? 'v1' : 'v1beta1'].split('.');
        const parent = path.slice(0, -1).reduce((node, key) => node.properties[key], schema);
        assert.equal(parent.type, 'object');
        assert.equal(path.at(-1) !== undefined && (path.at(-1) ?? '') in parent.properties, hasField);
      });
    }
  }

  it('1.17 has no v1', async () => {
    await start('1.17');
    assert.equal((await running.get(crPath('v1'))).status, 404);
    assert.throws(() => running.cluster.hyperConverged('v1'), /does not serve v1/);
  });

  for (const { from, to } of [
    { from: 'v1', to: 'v1beta1' },
    { from: 'v1beta1', to: 'v1' },
  ] as const) {
    for (const release of ['1.18', '1.19'] as const) {
      it(`${release} shows a placement written through ${from} in ${to}`, async () => {
        await start(release);
        await running.patch(crPath(from), placement[from]);
        const cr = await read(to);
        const shown = to === 'v1' ? cr.spec.deployment.nodePlacements.workload : cr.spec.workloads.nodePlacement;
        assert.deepEqual(shown, selector);
      });
    }
  }

  describe('the gate of 1.19', () => {
    beforeEach(() => start('1.19'));
    const setField = (value: boolean | null) =>
      running.patch(crPath('v1'), { spec: { workloadSources: { enableMultiArchBootImageImport: value } } });
    const setGate = (value: boolean | null) =>
      running.patch(crPath('v1beta1'), { spec: { featureGates: { enableMultiArchBootImageImport: value } } });
    const both = async () => {
      const beta = await read('v1beta1');
      return [
        (await read('v1')).spec.workloadSources.enableMultiArchBootImageImport,
        beta.spec.featureGates.enableMultiArchBootImageImport,
        JSON.parse(beta.metadata.annotations[ANNOTATION]).multiArchEnabled,
      ];
    };

    it('is absent from v1beta1 and its annotation while the v1 field is', async () => {
      assert.deepEqual(await both(), [undefined, undefined, undefined]);
      assert.equal((await read('v1')).metadata.annotations, undefined);
    });

    for (const value of [true, false]) {
      it(`set to ${value} through v1 is there in v1beta1, and the other way round`, async () => {
        await setField(value);
        assert.deepEqual(await both(), [value, value, value]);
        await setGate(!value);
        assert.deepEqual(await both(), [!value, !value, !value]);
      });
    }

    it('stays when its v1beta1 key is removed, since the annotation restores it', async () => {
      await setField(true);
      await setGate(null);
      assert.deepEqual(await both(), [true, true, true]);
    });

    it('only as an entry of the v1 list is in the annotation alone, and on', async () => {
      await running.patch(crPath('v1'), { spec: { featureGates: [{ name: 'EnableMultiArchBootImageImport' }] } });
      const beta = await read('v1beta1');
      assert.equal('enableMultiArchBootImageImport' in beta.spec.featureGates, false);
      assert.deepEqual(JSON.parse(beta.metadata.annotations[ANNOTATION]).featureGates, [
        { name: 'EnableMultiArchBootImageImport', state: 'Enabled' },
      ]);
      for (const architecture of ['amd64', 'arm64']) running.cluster.addNode({ name: architecture, architecture });
      assert.equal(running.cluster.metric(), 1);
    });

    it('lets a v1beta1 patch that changes nothing change nothing', async () => {
      await setField(true);
      const before = await read('v1');
      await running.patch(crPath('v1beta1'), { spec: { enableCommonBootImageImport: true } });
      assert.deepEqual(await read('v1'), before);
    });
  });

  it('1.18 shows a gate that is on as an entry of the v1 list, and takes one there', async () => {
    await start('1.18');
    assert.equal((await read('v1')).spec.featureGates, undefined);
    await running.patch(crPath('v1beta1'), { spec: { featureGates: { enableMultiArchBootImageImport: true } } });
    assert.deepEqual((await read('v1')).spec.featureGates, [{ name: 'enableMultiArchBootImageImport' }]);
    await running.patch(crPath('v1'), { spec: { featureGates: [] } });
    assert.equal((await read('v1beta1')).spec.featureGates.enableMultiArchBootImageImport, false);
  });

  it('1.18 drops the v1 field that came with 1.19', async () => {
    await start('1.18');
    const answer = await running.patch(crPath('v1'), { spec: { workloadSources: { enableMultiArchBootImageImport: true } } });
    assert.match(answer.headers.get('warning') ?? '', /unknown field/);
    assert.equal('enableMultiArchBootImageImport' in answer.body.spec.workloadSources, false);
    assert.equal((await read('v1beta1')).spec.featureGates.enableMultiArchBootImageImport, false);
  });
});
