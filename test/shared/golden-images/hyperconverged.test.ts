import assert from 'node:assert/strict';
import { readHyperConverged } from '../../../shared/golden-images/hyperconverged.ts';
import { type Json, type JsonObject, MalformedError } from '../../../shared/golden-images/json.ts';
import { type HyperConvergedOptions, hyperConverged, nodePlacement } from '../../helpers/cluster-objects.ts';

describe('a HyperConverged', () => {
  const options: HyperConvergedOptions = {
    gate: true,
    placement: nodePlacement({ zone: 'a' }, [{ matchExpressions: [{ key: 'b', operator: 'Exists' }] }]),
    goldenImages: { fedora: 'amd64,arm64', custom: undefined },
    operator: '1.19.0',
    reported: ['amd64', 'arm64'],
    namespace: 'openshift-cnv',
  };

  it('has one shape, whichever version it was read in', () => {
    const [v1, v1beta1] = (['v1', 'v1beta1'] as const).map((version) => readHyperConverged(hyperConverged({ ...options, version })));
    assert.ok(v1 && v1beta1);
    const { version, object, gate, ...same } = v1;
    assert.deepEqual(same, {
      namespace: 'openshift-cnv',
      name: 'kubevirt-hyperconverged',
      placement: {
        nodeSelector: { zone: 'a' },
        requiredTerms: [{ matchExpressions: [{ key: 'b', operator: 'Exists', values: [] }], matchFields: [] }],
      },
      goldenImages: [
        { name: 'fedora', declaredArchitectures: 'amd64,arm64' },
        { name: 'custom', declaredArchitectures: undefined },
      ],
      reported: { workloadArchitectures: ['amd64', 'arm64'] },
      operatorVersion: '1.19.0',
    });
    assert.deepEqual({ ...v1beta1, version, object, gate: { ...v1beta1.gate, path: gate.path } }, v1);
    assert.deepEqual([v1.version, v1.gate.path], ['v1', 'spec.workloadSources.enableMultiArchBootImageImport']);
    assert.deepEqual([v1beta1.version, v1beta1.gate.path], ['v1beta1', 'spec.featureGates.enableMultiArchBootImageImport']);
  });

  it('keeps the object as it was read', () => {
    const object = hyperConverged({ ...options, patch: { spec: { certConfig: { ca: { duration: '48h' } } } } });
    assert.equal(readHyperConverged(object).object, object);
  });

  it('needs no more than its names', () => {
    const metadata = { namespace: 'kubevirt-hyperconverged', name: 'kubevirt-hyperconverged' };
    const read = readHyperConverged({ apiVersion: 'hco.kubevirt.io/v1', metadata, spec: null, status: null });
    assert.deepEqual(
      [read.placement, read.goldenImages, read.reported.workloadArchitectures, read.operatorVersion, read.gate.enabled],
      [undefined, [], undefined, undefined, false],
    );
  });

  for (const [version, other] of [
    ['v1', 'v1beta1'],
    ['v1beta1', 'v1'],
  ] as const) {
    it(`does not read ${other}'s members in ${version}`, () => {
      const { spec = {} } = hyperConverged({ version: other, placement: nodePlacement({ a: '1' }) });
      assert.equal(readHyperConverged({ ...hyperConverged({ version }), spec }).placement, undefined);
    });
  }

  it('takes the version of the operator, and no other component’s', () => {
    const versions = [
      { name: 'KubeVirt', version: '1.9.0' },
      { name: 'operator', version: '4.22.1' },
    ];
    assert.equal(readHyperConverged(hyperConverged({ patch: { status: { versions } } })).operatorVersion, '4.22.1');
  });
});

describe('the architectures that a golden image declares', () => {
  const cases: { when: string; template: JsonObject; declared: string | undefined }[] = [
    { when: 'there is no annotation', template: image(undefined, undefined), declared: undefined },
    {
      when: 'only other annotations are there',
      template: { metadata: { name: 'i', annotations: { other: 'amd64' } } },
      declared: undefined,
    },
    { when: 'the annotation is empty', template: image('', undefined), declared: '' },
    { when: 'HCO has not filtered it', template: image('amd64,arm64', undefined), declared: 'amd64,arm64' },
    { when: 'HCO has filtered it', template: image('amd64', 'amd64,s390x'), declared: 'amd64,s390x' },
    { when: 'HCO left nothing of it', template: image('', 'arm64'), declared: 'arm64' },
    { when: 'HCO recorded that there was nothing', template: image(undefined, ''), declared: undefined },
    { when: 'HCO recorded an empty annotation', template: image('', ''), declared: '' },
  ];
  for (const { when, template, declared } of cases) {
    it(`are ${JSON.stringify(declared)} when ${when}`, () => {
      const { goldenImages } = readHyperConverged(hyperConverged({ patch: { status: { dataImportCronTemplates: [template] } } }));
      assert.deepEqual(goldenImages, [{ name: 'i', declaredArchitectures: declared }]);
    });
  }
});

function image(annotation: string | undefined, original: string | undefined): JsonObject {
  return {
    metadata: { name: 'i', annotations: annotation === undefined ? {} : { 'ssp.kubevirt.io/dict.architectures': annotation } },
    status: { conditions: [], ...(original === undefined ? {} : { originalSupportedArchitectures: original }) },
  };
}

describe('a HyperConverged is refused', () => {
  const isRefused = (object: unknown, names: string) =>
    assert.throws(
      () => readHyperConverged(object),
      (error) => error instanceof MalformedError && error.message.includes(names),
    );

  const wrong: { path: string; version?: 'v1' | 'v1beta1'; patch: JsonObject }[] = [
    { path: 'spec', patch: { spec: 'none' } },
    { path: 'metadata', patch: { metadata: ['name'] } },
    { path: 'metadata.namespace', patch: { metadata: { namespace: 1 } } },
    { path: 'spec.deployment.nodePlacements', patch: { spec: { deployment: { nodePlacements: [] } } } },
    { path: 'spec.deployment.nodePlacements.workload', patch: { spec: { deployment: { nodePlacements: { workload: true } } } } },
    { path: 'spec.workloads.nodePlacement', version: 'v1beta1', patch: { spec: { workloads: { nodePlacement: [] } } } },
    { path: 'nodeSelector', patch: { spec: { deployment: { nodePlacements: { workload: { nodeSelector: { a: true } } } } } } },
    {
      path: 'affinity.nodeAffinity',
      patch: { spec: { deployment: { nodePlacements: { workload: { affinity: { nodeAffinity: [] } } } } } },
    },
    { path: 'status.dataImportCronTemplates', patch: { status: { dataImportCronTemplates: { name: 'fedora' } } } },
    { path: 'metadata.name', patch: { status: { dataImportCronTemplates: [{ metadata: { name: 7 } }] } } },
    { path: 'metadata.annotations', patch: { status: { dataImportCronTemplates: [{ metadata: { annotations: 'none' } }] } } },
    {
      path: 'status.originalSupportedArchitectures',
      patch: { status: { dataImportCronTemplates: [{ status: { originalSupportedArchitectures: [] } }] } },
    },
    { path: 'status.nodeInfo', patch: { status: { nodeInfo: 'amd64' } } },
    { path: 'status.nodeInfo.workloadsArchitectures', patch: { status: { nodeInfo: { workloadsArchitectures: 'amd64' } } } },
    { path: 'status.versions', patch: { status: { versions: '1.19.0' } } },
  ];
  for (const { path, version = 'v1', patch } of wrong) {
    it(`when ${path} is of another type in ${version}, and named`, () => isRefused(hyperConverged({ version, patch }), path));
  }

  for (const object of [undefined, null, 'HyperConverged', [hyperConverged()]]) {
    it(`when it is no object: ${JSON.stringify(object)?.slice(0, 20)}`, () => isRefused(object, 'not an object'));
  }

  const versions: readonly Json[] = [
    'hco.kubevirt.io/v2',
    'hco.kubevirt.io/v1alpha1',
    'v1',
    'kubevirt.io/v1',
    '',
    'hco.kubevirt.io/v1beta1x',
  ];
  for (const apiVersion of versions) {
    it(`when its apiVersion is ${JSON.stringify(apiVersion)}`, () =>
      isRefused({ ...hyperConverged(), apiVersion }, `apiVersion ${JSON.stringify(apiVersion)}`));
  }
  it('when it has no apiVersion', () => isRefused(hyperConverged({ patch: { apiVersion: null } }), 'apiVersion'));

  const names = [
    '',
    'UPPER',
    'a b',
    '-a',
    'a-',
    '.a',
    'a/b',
    "a'; reboot #",
    '$(reboot)',
    '`reboot`',
    'a\n',
    'ä',
    '--all',
    'a'.repeat(254),
  ];
  for (const member of ['name', 'namespace'] as const) {
    for (const name of names) {
      it(`when its ${member} is ${JSON.stringify(name).slice(0, 20)}`, () =>
        isRefused(hyperConverged({ [member]: name }), `metadata.${member}`));
    }
    it(`when it has no ${member}`, () => isRefused(hyperConverged({ patch: { metadata: { [member]: null } } }), `metadata.${member}`));
  }
});

describe('the names of a HyperConverged', () => {
  for (const name of ['a', '0', 'kubevirt-hyperconverged', 'my.hyper-converged.9', 'a'.repeat(253)]) {
    it(`may be ${name.slice(0, 30)}`, () => assert.equal(readHyperConverged(hyperConverged({ name })).name, name));
  }
});
