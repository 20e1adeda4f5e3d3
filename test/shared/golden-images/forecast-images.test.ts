/** The tables of golden images that HCO's own tests hold (`golden_images_test.go`), as forecasts of a change. */
import assert from 'node:assert/strict';
import { forecast } from '../../../shared/golden-images/forecast-images.ts';
import { readHyperConverged } from '../../../shared/golden-images/hyperconverged.ts';
import { applyMergePatch, isObject, type JsonObject } from '../../../shared/golden-images/json.ts';
import { type Reconciled, reconciled, specOf, template } from '../../helpers/reconciled.ts';

const FEDORA = 'fedora-image-cron';
const FEDORA_URL = 'docker://quay.io/containerdisks/fedora:latest';
const OTHER_URL = 'docker://registry.example/fedora';
const T = 'arm64,s390x,amd64';
const ENABLED = 'dataimportcrontemplate.kubevirt.io/enable';

function imagesAfter(state: Reconciled, spec: JsonObject): ReadonlyMap<string, string | undefined> {
  const changed = applyMergePatch(state.read(), { spec });
  assert.ok(isObject(changed));
  return namesOf(forecast(readHyperConverged(state.read()), changed));
}

function namesOf({ goldenImages }: ReturnType<typeof readHyperConverged>): ReadonlyMap<string, string | undefined> {
  return new Map(
    [...goldenImages].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, declaredArchitectures }) => [name, declaredArchitectures]),
  );
}

/** What the embedded cluster's operator reports after the change. */
function reportedAfter(state: Reconciled, spec: JsonObject): ReadonlyMap<string, string | undefined> {
  assert.equal(state.patch(state.stored, { spec }).kind, 'patched');
  return namesOf(readHyperConverged(state.read()));
}

describe('the golden images after a change', () => {
  const list = (...templates: readonly JsonObject[]) => specOf('1.19', { templates });
  const on = specOf('1.19', { isOn: true });
  const disabled = (name: string) => ({ metadata: { name, annotations: { [ENABLED]: 'false' } } });
  const own = (url: string, architectures?: string) => template(FEDORA, { url, architectures });
  const cases: { change: string; before?: JsonObject; after: JsonObject; fedora: string | undefined }[] = [
    { change: 'the import is turned on', after: on, fedora: T },
    { change: 'with the same registry, the original wins over the CR’s own', before: on, after: list(own(FEDORA_URL, 'mips')), fedora: T },
    { change: 'with the same registry, the original stays without the CR’s own', before: on, after: list(own(FEDORA_URL)), fedora: T },
    { change: 'with another registry, the CR’s own wins', before: on, after: list(own(OTHER_URL, 'mips')), fedora: 'mips' },
    { change: 'with another registry, there is none without the CR’s own', before: on, after: list(own(OTHER_URL)), fedora: undefined },
    { change: 'with the import off, the CR’s own is laid over the original', after: list(own(FEDORA_URL, 'mips')), fedora: 'mips' },
    { change: 'with the import off, the original stays without the CR’s own', after: list(own(OTHER_URL)), fedora: T },
    {
      change: 'a source that is no registry keeps the original',
      before: on,
      after: list({
        ...own(OTHER_URL, 'mips'),
        spec: { managedDataSource: 'a', schedule: '* * * * *', template: { spec: { source: { http: { url: 'x' } } } } },
      }),
      fedora: T,
    },
  ];
  for (const { change, before = {}, after, fedora } of cases) {
    it(`${change}: ${fedora}`, () => {
      const state = reconciled({ spec: before });
      const forecasted = imagesAfter(state, after);
      assert.ok(forecasted.has(FEDORA));
      assert.equal(forecasted.get(FEDORA), fedora);
      assert.deepEqual(forecasted, reportedAfter(state, after));
    });
  }

  it('lack what is disabled, and have what is added, enabled again or edited', () => {
    const before = { ...list(disabled('centos-stream9-image-cron'), template('mine', { architectures: 'amd64' }), template('gone')) };
    const after = list(disabled(FEDORA), template('mine', { architectures: 'arm64' }), template('new', { architectures: 's390x' }));
    const state = reconciled({ spec: before });
    const forecasted = imagesAfter(state, after);
    assert.deepEqual(
      [...forecasted],
      [
        ['centos-stream10-image-cron', 'amd64,arm64,s390x'],
        ['mine', 'arm64'],
        ['new', 's390x'],
      ],
    );
  });

  it('may lack an annotation where the import is turned on for a common image whose registry may be another', () => {
    const state = reconciled({ spec: list(own(OTHER_URL)) });
    assert.equal(imagesAfter(state, on).get(FEDORA), undefined);
    assert.equal(reportedAfter(state, on).get(FEDORA), undefined);
  });
});
