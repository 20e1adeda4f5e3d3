import assert from 'node:assert/strict';
import { createEmbeddedCluster, type EmbeddedCluster } from '../../local/embedded-cluster/embedded-cluster.ts';
import type { JsonObject } from '../../local/embedded-cluster/json.ts';
import { CLOCK } from '../helpers/embedded-cluster.ts';

describe('HCO’s gauges of the embedded golden images', () => {
  let cluster: EmbeddedCluster;
  beforeEach(() => {
    cluster = createEmbeddedCluster({ prefix: '', release: '1.19', now: CLOCK });
    cluster.addNode({ name: 'a', architecture: 'amd64' });
  });
  const change = (workloadSources: JsonObject) => cluster.patchHyperConverged('v1', { spec: { workloadSources } });
  const image = (architectures: string | undefined, more: JsonObject = {}): JsonObject => ({
    enableMultiArchBootImageImport: true,
    dataImportCronTemplates: [
      {
        metadata: {
          name: 'Mine',
          annotations: { ...(architectures === undefined ? {} : { 'ssp.kubevirt.io/dict.architectures': architectures }), ...more },
        },
        spec: { managedDataSource: 'mine', schedule: '0 0 * * *', template: { spec: { source: { registry: { url: 'docker://r/i' } } } } },
      },
    ],
  });
  const gauge = () => {
    const found = cluster.imageGauges().find((each) => each.image === 'mine');
    return found && [found.withAnnotation, found.withSupported];
  };

  it('are not set while the import is off', () => {
    change({ ...image('amd64'), enableMultiArchBootImageImport: false });
    assert.deepEqual(cluster.imageGauges(), []);
  });

  const cases = [
    { architectures: 'arm64,amd64', is: [1, 1] },
    { architectures: 's390x', is: [1, 0] },
    { architectures: '', is: [0, undefined] },
    { architectures: undefined, is: [0, undefined] },
  ];
  for (const { architectures, is } of cases) {
    it(`are ${is.join(' and ')} for ${JSON.stringify(architectures)} on amd64`, () => {
      change(image(architectures));
      assert.deepEqual(gauge(), is);
      assert.equal(cluster.imageGauges().length, 4);
    });
  }

  it('stay when the image is disabled, removed, or the import is off, until the operator starts anew', () => {
    change(image('s390x'));
    change(image('s390x', { 'dataimportcrontemplate.kubevirt.io/enable': 'false' }));
    assert.deepEqual(gauge(), [1, 0]);
    change({ enableMultiArchBootImageImport: null, dataImportCronTemplates: null });
    assert.deepEqual(gauge(), [1, 0]);
    cluster.setOperator('gone');
    assert.deepEqual(cluster.imageGauges(), []);
    cluster.setOperator('ready');
    assert.deepEqual(cluster.imageGauges(), []);
    change({ enableMultiArchBootImageImport: true });
    cluster.setOperator('ready');
    assert.equal(cluster.imageGauges().length, 3);
  });

  it('are both 0 of an image that loses its annotation while none of its architectures is there', () => {
    change(image('s390x'));
    change(image(undefined));
    assert.deepEqual(gauge(), [0, 0]);
  });
});
