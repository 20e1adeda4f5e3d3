import assert from 'node:assert/strict';
import { readHyperConverged } from '../../../shared/golden-images/hyperconverged.ts';
import type { JsonObject } from '../../../shared/golden-images/json.ts';
import { imageSource, isEnabled, readTemplates, requestedStorage, type Template } from '../../../shared/golden-images/templates.ts';
import { reconciled, specOf, template } from '../../helpers/reconciled.ts';

const FEDORA = 'fedora-image-cron';
const FEDORA_URL = 'docker://quay.io/containerdisks/fedora:latest';
const ENABLED = 'dataimportcrontemplate.kubevirt.io/enable';

function templateOf(name: string, entry: JsonObject | undefined, isOn = false): Template {
  const state = reconciled({ spec: specOf('1.19', { templates: entry ? [entry] : [], isOn }) });
  const found = readTemplates(readHyperConverged(state.read())).find((one) => one.name === name);
  assert.ok(found);
  return found;
}

describe('a template', () => {
  it('is common where HCO brings it along, whoever changed it, and else the CR’s own', () => {
    assert.equal(templateOf(FEDORA, undefined).isCommon, true);
    assert.equal(templateOf(FEDORA, template(FEDORA)).isCommon, true);
    assert.equal(templateOf('mine', template('mine')).isCommon, false);
  });

  it('declares what its author wrote, not what HCO left of it', () => {
    assert.equal(templateOf(FEDORA, undefined, true).declaredArchitectures, 'arm64,s390x,amd64');
    assert.equal(templateOf('mine', template('mine', { architectures: 'ppc64le,amd64' }), true).declaredArchitectures, 'ppc64le,amd64');
  });

  const enabled: { value: string | undefined; is: boolean }[] = [
    { value: undefined, is: true },
    { value: 'true', is: true },
    { value: 'TRUE', is: true },
    { value: 'TrUe', is: true },
    { value: '', is: false },
    { value: 'false', is: false },
    { value: 'something-else', is: false },
  ];
  for (const { value, is } of enabled) {
    it(`is ${is ? 'deployed' : 'disabled'} with the annotation ${JSON.stringify(value)}`, () => {
      assert.equal(isEnabled({ metadata: { annotations: value === undefined ? null : { [ENABLED]: value } } }), is);
    });
  }

  const taken: { of: string; name: string; entry: JsonObject | undefined; isOn: boolean; takes: boolean }[] = [
    { of: 'a custom image', name: 'mine', entry: template('mine'), isOn: true, takes: true },
    { of: 'a common image that nobody changed', name: FEDORA, entry: undefined, isOn: true, takes: false },
    {
      of: 'a common image from another registry',
      name: FEDORA,
      entry: template(FEDORA, { architectures: 'mips' }),
      isOn: true,
      takes: true,
    },
    { of: 'a common image from another registry, without an annotation', name: FEDORA, entry: template(FEDORA), isOn: true, takes: true },
    {
      of: 'a common image that another pull method changed',
      name: FEDORA,
      entry: template(FEDORA, { url: FEDORA_URL, registry: { pullMethod: 'node' } }),
      isOn: true,
      takes: true,
    },
    {
      of: 'a common image from its own registry',
      name: FEDORA,
      entry: template(FEDORA, { url: FEDORA_URL, architectures: 'mips' }),
      isOn: true,
      takes: false,
    },
    {
      of: 'a common image whose registry nobody knows while the import is off',
      name: FEDORA,
      entry: template(FEDORA),
      isOn: false,
      takes: true,
    },
  ];
  const http = {
    managedDataSource: 'a',
    schedule: '* * * * *',
    template: { spec: { source: { http: { url: 'https://images.example' } } } },
  };
  const fromHttp = {
    of: 'a common image from no registry',
    name: FEDORA,
    entry: { metadata: { name: FEDORA }, spec: http },
    isOn: false,
    takes: false,
  };
  for (const { of, name, entry, isOn, takes } of [...taken, fromHttp]) {
    it(`${takes ? 'takes' : 'does not take'} an annotation of the CR: ${of}`, () =>
      assert.equal(templateOf(name, entry, isOn).takesOwnAnnotation, takes));
  }

  it('asks for storage as text, or as a number of bytes, for a disk or a claim', () => {
    const sized = (kind: string, storage: string | number) => ({
      own: { spec: { template: { spec: { [kind]: { resources: { requests: { storage } } } } } } },
      reported: undefined,
    });
    assert.equal(requestedStorage(sized('storage', '30Gi')), '30Gi');
    assert.equal(requestedStorage(sized('pvc', 1024)), '1024');
    assert.equal(requestedStorage({ own: {}, reported: undefined }), undefined);
  });

  it('says where its image is, and where its Secret is', () => {
    const own = template('mine', { url: 'docker://r.example/a', registry: { secretRef: 's', certConfigMap: 'c' } });
    assert.deepEqual(imageSource({ own, reported: undefined }, 'images'), {
      kind: 'registry',
      url: 'docker://r.example/a',
      namespace: 'images',
      secretRef: 's',
      certConfigMap: 'c',
    });
  });
});
