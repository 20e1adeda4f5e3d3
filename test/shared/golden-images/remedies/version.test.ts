import assert from 'node:assert/strict';
import type { HyperConvergedVersion } from '../../../../shared/golden-images/api-version.ts';
import { readHyperConverged } from '../../../../shared/golden-images/hyperconverged.ts';
import { asVersion, remedyVersion } from '../../../../shared/golden-images/remedies/version.ts';
import type { ServedVersions } from '../../../../shared/golden-images/snapshot.ts';
import { type HyperConvergedOptions, hyperConverged, nodePlacement } from '../../../helpers/cluster-objects.ts';

const served = (v1HasImportField: ServedVersions['v1HasImportField']): ServedVersions => ({
  versions: ['v1', 'v1beta1'],
  preferred: 'v1',
  v1HasImportField,
});
const HAS_FIELD = served({ ok: true, value: true });
const HAS_NO_FIELD = served({ ok: true, value: false });
const UNREAD = served({ ok: false, failure: { resource: 'the schema', reason: 'timeout', detail: 'too late' } });

describe('the version of a remedy', () => {
  const cases: { from: string; served?: ServedVersions; cr: HyperConvergedOptions; version: HyperConvergedVersion }[] = [
    { from: 'a schema of v1 with the field', served: HAS_FIELD, cr: { version: 'v1beta1' }, version: 'v1' },
    { from: 'a schema of v1 with the field, whatever the release', served: HAS_FIELD, cr: { operator: '1.18.2' }, version: 'v1' },
    { from: 'a schema of v1 without the field', served: HAS_NO_FIELD, cr: { operator: '1.19.0' }, version: 'v1beta1' },
    { from: 'a schema that was not read, which every release takes', served: UNREAD, cr: { operator: '1.19.0' }, version: 'v1beta1' },
    { from: 'a v1beta1 dump', cr: { version: 'v1beta1', operator: '1.17.1' }, version: 'v1beta1' },
    { from: 'a v1beta1 dump of a release that has the v1 field', cr: { version: 'v1beta1', operator: '1.19.0' }, version: 'v1beta1' },
    { from: 'a v1 dump of 1.18', cr: { operator: '1.18.2' }, version: 'v1beta1' },
    { from: 'a v1 dump of 1.19', cr: { operator: '1.19.0' }, version: 'v1' },
    { from: 'a v1 dump of 1.20', cr: { operator: '1.20.0-dev' }, version: 'v1' },
    { from: 'a v1 dump with a v', cr: { operator: 'v1.18.0' }, version: 'v1beta1' },
    { from: 'a v1 dump of downstream 4.22', cr: { operator: '4.22.0' }, version: 'v1beta1' },
    { from: 'a v1 dump of downstream 4.23', cr: { operator: '4.23.1' }, version: 'v1' },
    { from: 'a v1 dump that does not name its release', cr: {}, version: 'v1' },
    { from: 'a v1 dump that has the field, whatever the release', cr: { operator: '1.18.2', gate: false }, version: 'v1' },
  ];
  for (const { from, served: asked, cr, version } of cases) {
    it(`is ${version} from ${from}`, () => assert.equal(remedyVersion(asked, readHyperConverged(hyperConverged(cr))), version));
  }
});

describe('a HyperConverged as another version', () => {
  const placement = nodePlacement({ zone: 'a' }, [{ matchExpressions: [{ key: 'b', operator: 'In', values: ['1', '2'] }] }]);
  const options: HyperConvergedOptions = { placement, goldenImages: { fedora: 'amd64' }, operator: '1.18.2', reported: ['amd64'] };
  const listed = (state: string) => ({ spec: { featureGates: [{ name: 'enableMultiArchBootImageImport', state }] } });

  for (const state of ['Enabled', 'Disabled']) {
    it(`is what that version would have shown, with the import ${state} in the list of v1`, () => {
      const from = readHyperConverged(hyperConverged({ ...options, patch: listed(state) }));
      const expected = hyperConverged({ ...options, version: 'v1beta1', gate: state === 'Enabled' });
      assert.deepEqual(asVersion(from, 'v1beta1'), readHyperConverged(expected));
    });
  }

  it('says that the import is off where v1 says nothing, as the default of v1beta1 does', () => {
    const shown = asVersion(readHyperConverged(hyperConverged(options)), 'v1beta1');
    assert.deepEqual(shown.gate, { enabled: false, path: 'spec.featureGates.enableMultiArchBootImageImport', explicit: true });
  });

  it('has no placement where there is none', () => {
    assert.equal(asVersion(readHyperConverged(hyperConverged({ operator: '1.18.2' })), 'v1beta1').placement, undefined);
  });

  it('is itself in its own version', () => {
    const from = readHyperConverged(hyperConverged(options));
    assert.equal(asVersion(from, 'v1'), from);
  });
});
