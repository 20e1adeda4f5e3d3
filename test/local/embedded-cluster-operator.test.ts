import assert from 'node:assert/strict';
import { createEmbeddedCluster, type EmbeddedCluster } from '../../local/embedded-cluster/embedded-cluster.ts';
import { ENABLED } from '../../local/embedded-cluster/golden-images.ts';
import { at, objectAt, objectsAt, textAt } from '../../local/embedded-cluster/json.ts';
import { decideStatus, runsWorkloads } from '../../local/embedded-cluster/operator.ts';
import { CLOCK } from '../helpers/embedded-cluster.ts';

const ARCHITECTURES = 'ssp.kubevirt.io/dict.architectures';
const on = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };
const off = { spec: { workloadSources: { enableMultiArchBootImageImport: false } } };
const onlyImages = (...templates: object[]) => ({
  spec: { workloadSources: { enableCommonBootImageImport: false, dataImportCronTemplates: JSON.parse(JSON.stringify(templates)) } },
});
const image = (name: string, architectures?: string, url = 'docker://registry.example.org/image') => ({
  metadata: { name, ...(architectures === undefined ? {} : { annotations: { [ARCHITECTURES]: architectures } }) },
  spec: { managedDataSource: name, schedule: '0 0 * * *', template: { spec: { source: { registry: { url } } } } },
});

describe('the played operator', () => {
  let cluster: EmbeddedCluster;
  beforeEach(() => {
    cluster = createEmbeddedCluster({ prefix: '', release: '1.19', now: CLOCK });
  });
  const join = (...architectures: string[]) =>
    architectures.forEach((architecture, index) => void cluster.addNode({ name: `${architecture}-${index}`, architecture }));
  const status = () => objectAt(cluster.hyperConverged('v1'), 'status');
  const patch = (mergePatch: object) => cluster.patchHyperConverged('v1', JSON.parse(JSON.stringify(mergePatch)));
  const images = () =>
    objectsAt(status(), 'dataImportCronTemplates').map((template) => ({
      name: textAt(template, 'metadata', 'name'),
      architectures: textAt(template, 'metadata', 'annotations', ARCHITECTURES),
      status: at(template, 'status'),
    }));

  const metrics = [
    { when: 'one architecture, import off', architectures: ['amd64', 'amd64'], patch: off, metric: undefined },
    { when: 'one architecture, import on', architectures: ['amd64'], patch: on, metric: undefined },
    { when: 'two architectures, import unset', architectures: ['amd64', 'arm64'], patch: {}, metric: 0 },
    { when: 'two architectures, import off', architectures: ['amd64', 'arm64'], patch: off, metric: 0 },
    { when: 'two architectures, import on', architectures: ['amd64', 'arm64'], patch: on, metric: 1 },
    { when: 'two architectures, no golden images', architectures: ['amd64', 'arm64'], patch: onlyImages(), metric: undefined },
  ];
  for (const { when, architectures, patch: change, metric } of metrics) {
    it(`has the metric at ${metric} with ${when}`, () => {
      join(...architectures);
      patch(change);
      assert.equal(cluster.metric(), metric);
    });
  }

  const inAffinity = (...values: string[]) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values }] }],
        },
      },
    },
  });
  const placements = [
    { when: 'no placement: the worker label decides', workload: {}, workloads: ['amd64', 'arm64'] },
    { when: 'a selector: labels alone decide', workload: { nodeSelector: { 'kubernetes.io/arch': 's390x' } }, workloads: ['s390x'] },
    { when: 'a required affinity', workload: inAffinity('arm64', 's390x'), workloads: ['arm64', 's390x'] },
    { when: 'selector and affinity together', workload: { nodeSelector: { a: 'b' }, ...inAffinity('arm64') }, workloads: undefined },
    {
      when: 'an affinity without terms',
      workload: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } },
      workloads: undefined,
    },
    { when: 'tolerations only', workload: { tolerations: [{ operator: 'Exists' }] }, workloads: ['amd64', 'arm64'] },
  ];
  for (const { when, workload, workloads } of placements) {
    it(`finds the workload architectures with ${when}`, () => {
      join('amd64', 'arm64');
      cluster.addNode({ name: 'control-plane', architecture: 's390x', labels: { 'node-role.kubernetes.io/control-plane': '' } });
      patch({ spec: { deployment: { nodePlacements: { workload } } } });
      assert.deepEqual(at(status(), 'nodeInfo', 'workloadsArchitectures'), workloads);
      assert.deepEqual(at(status(), 'nodeInfo', 'controlPlaneArchitectures'), ['s390x']);
    });
  }

  // Kubernetes' own rules of node affinity; the node `a` has n=5, the node `b` has no n.
  const expressions = [
    { expression: { key: 'n', operator: 'In', values: ['4', '5'] }, picks: 'a' },
    { expression: { key: 'n', operator: 'NotIn', values: ['5'] }, picks: 'b' },
    { expression: { key: 'n', operator: 'Exists' }, picks: 'a' },
    { expression: { key: 'n', operator: 'DoesNotExist' }, picks: 'b' },
    { expression: { key: 'n', operator: 'Gt', values: ['4'] }, picks: 'a' },
    { expression: { key: 'n', operator: 'Gt', values: ['5'] }, picks: '' },
    { expression: { key: 'n', operator: 'Lt', values: ['6'] }, picks: 'a' },
    { expression: { key: 'kubernetes.io/arch', operator: 'Lt', values: ['6'] }, picks: '' },
  ];
  const terms = [
    ...expressions.map(({ expression, picks }) => ({ terms: [{ matchExpressions: [expression] }], picks })),
    { terms: [{}], picks: '' },
    { terms: [{}, { matchExpressions: [{ key: 'n', operator: 'Exists' }] }], picks: 'a' },
    { terms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] }], picks: 'b' },
    { terms: [{ matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['b'] }] }], picks: 'a' },
    { terms: [{ matchFields: [{ key: 'other', operator: 'In', values: ['b'] }] }], picks: '' },
  ];
  for (const { terms: nodeSelectorTerms, picks } of terms) {
    it(`picks ${picks || 'no node'} by ${JSON.stringify(nodeSelectorTerms)}`, () => {
      const placement = { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
      const nodes = [
        { name: 'a', labels: { n: '5' } },
        { name: 'b', labels: {} },
      ];
      const picked = nodes.filter((metadata) => runsWorkloads({ metadata }, JSON.parse(JSON.stringify(placement))));
      assert.equal(picked.map(({ name }) => name).join(), picks);
    });
  }

  it('matches nothing by a term with something wrong in it, and still by the others', () => {
    const wrong = { matchExpressions: [{ key: 'n', operator: 'In', values: [] }] };
    const nodeSelectorTerms = [wrong, { matchExpressions: [{ key: 'm', operator: 'Exists' }] }];
    const placement = { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
    assert.equal(runsWorkloads({ metadata: { name: 'a', labels: { n: '' } } }, placement), false);
    assert.equal(runsWorkloads({ metadata: { name: 'a', labels: { m: '' } } }, placement), true);
  });

  it('counts by the architecture that the kubelet reports, not by the label', () => {
    cluster.addNode({ name: 'a', architecture: 'arm64', labels: { 'kubernetes.io/arch': 'amd64', 'node-role.kubernetes.io/worker': '' } });
    assert.deepEqual(at(status(), 'nodeInfo', 'workloadsArchitectures'), ['arm64']);
  });

  const defaults = [
    { workers: [], controlPlane: 'amd64', is: undefined },
    { workers: ['arm64'], controlPlane: undefined, is: 'arm64' },
    { workers: ['amd64', 'arm64', 'arm64'], controlPlane: 'amd64', is: 'amd64' },
    { workers: ['amd64', 'arm64', 'arm64'], controlPlane: 's390x', is: 'arm64' },
    { workers: ['s390x', 'arm64', 'amd64'], controlPlane: undefined, is: 'amd64' },
  ];
  for (const { workers, controlPlane, is } of defaults) {
    it(`takes ${is} as default for workers ${workers.join(', ') || 'none'} and control plane ${controlPlane}`, () => {
      join(...workers);
      const labels = { 'node-role.kubernetes.io/control-plane': '' };
      if (controlPlane !== undefined) cluster.addNode({ name: 'control-plane', architecture: controlPlane, labels });
      assert.equal(at(status(), 'nodeInfo', 'defaultWorkloadArchitecture'), is);
    });
  }

  it('keeps annotations whole while the import is off', () => {
    join('amd64');
    assert.deepEqual(images(), [
      { name: 'centos-stream10-image-cron', architectures: 'amd64,arm64,s390x', status: { commonTemplate: true } },
      { name: 'centos-stream9-image-cron', architectures: 'amd64,arm64,s390x', status: { commonTemplate: true } },
      { name: 'fedora-image-cron', architectures: 'arm64,s390x,amd64', status: { commonTemplate: true } },
    ]);
  });

  const notDeployed = {
    lastTransitionTime: '2026-11-22T10:00:00Z',
    message: 'DataImportCronTemplate has no supported architectures for the current cluster',
    reason: 'UnsupportedArchitectures',
    status: 'False',
    type: 'Deployed',
  };
  const fits = [
    { original: 'arm64,s390x,amd64', left: 'arm64,amd64', status: { originalSupportedArchitectures: 'arm64,s390x,amd64' } },
    { original: 'amd64, arm64', left: 'amd64', status: { originalSupportedArchitectures: 'amd64, arm64' } },
    { original: 's390x', left: '', status: { conditions: [notDeployed], originalSupportedArchitectures: 's390x' } },
    { original: '', left: '', status: { conditions: [notDeployed] } },
    { original: undefined, left: undefined, status: {} },
  ];
  for (const { original, left, status: expected } of fits) {
    it(`leaves ${JSON.stringify(left)} of ${JSON.stringify(original)} with the import on`, () => {
      join('amd64', 'arm64');
      patch(onlyImages(image('mine', original)));
      patch(on);
      assert.deepEqual(images(), [{ name: 'mine', architectures: left, status: expected }]);
    });
  }

  const fedora = 'docker://quay.io/containerdisks/fedora:latest';
  const customised = [
    { when: 'the same registry keeps to the original', own: image('fedora-image-cron', 'arm64', fedora), architectures: 'amd64' },
    { when: 'another registry brings its own', own: image('fedora-image-cron', 's390x,amd64'), architectures: 'amd64' },
    { when: 'another registry without an annotation has none', own: image('fedora-image-cron'), architectures: undefined },
    { when: 'the same registry without an annotation too', own: image('fedora-image-cron', undefined, fedora), architectures: 'amd64' },
    {
      when: 'another pull method is another registry',
      own: withSource(image('fedora-image-cron', 's390x'), { registry: { url: fedora, pullMethod: 'node' } }),
      architectures: '',
    },
    {
      when: 'a source that is no registry changes none',
      own: withSource(image('fedora-image-cron', 's390x'), { http: { url: 'https://images.example.org/fedora' } }),
      architectures: 'amd64',
    },
  ];
  for (const { when, own, architectures } of customised) {
    it(`takes the CR's word on a common image: ${when}`, () => {
      join('amd64');
      patch({ spec: { workloadSources: { dataImportCronTemplates: [own] } } });
      patch(on);
      const fedoraImage = images().find(({ name }) => name === 'fedora-image-cron');
      assert.equal(fedoraImage?.architectures, architectures);
      assert.equal(at(fedoraImage?.status, 'modified'), true);
    });
  }

  const overwrites = [
    { own: 'arm64', is: 'arm64' },
    { own: undefined, is: 'arm64,s390x,amd64' },
  ];
  for (const { own, is } of overwrites) {
    it(`shows ${is} for a common image that the CR annotates with ${own}, while the import is off`, () => {
      patch({ spec: { workloadSources: { dataImportCronTemplates: [image('fedora-image-cron', own)] } } });
      assert.equal(images().find(({ name }) => name === 'fedora-image-cron')?.architectures, is);
    });
  }

  const enabling = [
    { annotation: undefined, isThere: true },
    { annotation: 'true', isThere: true },
    { annotation: 'TrUe', isThere: true },
    { annotation: 'false', isThere: false },
    { annotation: '', isThere: false },
    { annotation: 'something-else', isThere: false },
  ];
  for (const { annotation, isThere } of enabling) {
    it(`${isThere ? 'imports' : 'drops'} an image whose annotation to enable it is ${JSON.stringify(annotation)}`, () => {
      const more = annotation === undefined ? {} : { [ENABLED]: annotation };
      assert.equal(decided([{ ...image('mine'), metadata: { name: 'mine', annotations: more } }]).includes('mine'), isThere);
    });
  }

  it('cannot decide on two images of one name, nor on a common one without a source', () => {
    assert.throws(() => decided([image('mine'), image('mine')]), /two DataImportCronTemplates of one name/);
    assert.throws(() => decided([withSource(image('fedora-image-cron'), undefined)]), /fedora-image-cron is customised and has no source/);
  });

  const refused = [
    { when: 'an image is neither enabled nor disabled', template: { metadata: { name: 'a', annotations: { [ENABLED]: 'yes' } } } },
    { when: 'an enabled image has no spec', template: { metadata: { name: 'a' } } },
    { when: 'a common image has no source', template: withSource(image('fedora-image-cron'), undefined) },
  ];
  for (const { when, template } of refused) {
    it(`is not asked where ${when}: admission refuses it`, () => {
      assert.throws(() => patch({ spec: { workloadSources: { dataImportCronTemplates: [template] } } }), /"kind":"denied"/);
    });
  }

  it('drops what the CR disables', () => {
    patch({
      spec: {
        workloadSources: {
          dataImportCronTemplates: [
            { metadata: { name: 'fedora-image-cron', annotations: { 'dataimportcrontemplate.kubevirt.io/enable': 'False' } } },
          ],
        },
      },
    });
    assert.deepEqual(
      images().map(({ name }) => name),
      ['centos-stream10-image-cron', 'centos-stream9-image-cron'],
    );
  });

  it('says its release and the generation that it has seen', () => {
    patch(on);
    assert.deepEqual(status().versions, [{ name: 'operator', version: '1.19.0' }]);
    assert.equal(status().observedGeneration, 2);
  });
});

/** The names that the operator decides on from these entries of a CR, without any admission before. */
function decided(dataImportCronTemplates: readonly object[]): readonly (string | undefined)[] {
  const spec = objectAt(JSON.parse(JSON.stringify({ spec: { workloadSources: { dataImportCronTemplates } } })), 'spec');
  const status = decideStatus({ release: '1.19', spec, generation: 1, nodes: [], now: '2026-11-22T10:00:00Z' });
  return objectsAt(status, 'dataImportCronTemplates').map((template) => textAt(template, 'metadata', 'name'));
}

function withSource(template: { readonly spec: object }, source: object | undefined): object {
  return { ...template, spec: { ...template.spec, template: { spec: source === undefined ? {} : { source } } } };
}
