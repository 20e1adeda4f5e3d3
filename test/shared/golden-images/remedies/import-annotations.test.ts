/** What the import for every architecture brings along in the same patch, what it costs, and what HCO's webhook makes of it. */
import assert from 'node:assert/strict';
import type { ImageReading } from '../../../../shared/golden-images/image.ts';
import type { JsonObject } from '../../../../shared/golden-images/json.ts';
import { changeOf, DISABLED, known, proposalOf, reconciled, specOf, template } from '../../../helpers/reconciled.ts';
import { merge } from './merge.ts';

const ENABLE = 'enable-multi-arch-import';
const FEDORA = 'fedora-image-cron';
const FEDORA_URL = 'docker://quay.io/containerdisks/fedora:latest';
const ARCHITECTURES = 'ssp.kubevirt.io/dict.architectures';
const UNKNOWN: ImageReading = { kind: 'unknown', why: 'the registry did not answer' };

function enable(templates: readonly JsonObject[], images: Readonly<Record<string, ImageReading>> = {}, spec: JsonObject = {}) {
  const state = reconciled({ spec: merge(specOf('1.19', { templates }), spec), images });
  return proposalOf(DISABLED, ENABLE, state.look());
}

function annotationOf({ patch }: { readonly patch: JsonObject }, name: string): string | undefined {
  const list: { metadata: { name: string; annotations?: Record<string, string> } }[] =
    JSON.parse(JSON.stringify(patch)).spec.workloadSources.dataImportCronTemplates ?? [];
  return list.find(({ metadata }) => metadata.name === name)?.metadata.annotations?.[ARCHITECTURES];
}

describe('the import for every architecture', () => {
  const cases: { with: string; entry: JsonObject; image?: ImageReading; annotation: string | undefined; starts: readonly string[] }[] = [
    {
      with: 'a custom image without annotation',
      entry: template('mine'),
      image: known('amd64', 's390x'),
      annotation: 'amd64,s390x',
      starts: [],
    },
    {
      with: 'one that says nothing',
      entry: template('mine', { architectures: '' }),
      image: known('arm64'),
      annotation: 'arm64',
      starts: [],
    },
    {
      with: 'one that says only a comma',
      entry: template('mine', { architectures: ',' }),
      image: known('arm64'),
      annotation: 'arm64',
      starts: [],
    },
    {
      with: 'one that nobody knows',
      entry: template('mine'),
      image: UNKNOWN,
      annotation: undefined,
      starts: ['HCOGoldenImageWithNoArchitectureAnnotation'],
    },
    {
      with: 'one that says only a blank, and that nobody knows',
      entry: template('mine', { architectures: ' ' }),
      image: UNKNOWN,
      annotation: undefined,
      starts: ['HCOGoldenImageWithNoSupportedArchitecture'],
    },
    {
      with: 'a malformed annotation that nobody can hold against the image',
      entry: template('mine', { architectures: 'amd64, arm64' }),
      image: UNKNOWN,
      annotation: 'amd64,arm64',
      starts: [],
    },
    {
      with: 'a malformed annotation that says more than the image has',
      entry: template('mine', { architectures: 'x86_64,aarch64' }),
      image: known('amd64'),
      annotation: 'amd64',
      starts: [],
    },
    {
      with: 'an annotation for an architecture that the image does not have',
      entry: template('mine', { architectures: 'amd64,arm64' }),
      image: known('amd64'),
      annotation: 'amd64',
      starts: [],
    },
    {
      with: 'an annotation that leaves out what the image has: as its author wants it',
      entry: template('mine', { architectures: 'amd64' }),
      image: known('amd64', 'arm64'),
      annotation: undefined,
      starts: [],
    },
    {
      with: 'an image for no architecture here',
      entry: template('mine'),
      image: known('s390x'),
      annotation: 's390x',
      starts: ['HCOGoldenImageWithNoSupportedArchitecture'],
    },
    {
      with: 'a common image from another registry, without annotation',
      entry: template(FEDORA),
      image: known('amd64'),
      annotation: 'amd64',
      starts: [],
    },
    {
      with: 'a common image from another registry that nobody knows',
      entry: template(FEDORA),
      image: UNKNOWN,
      annotation: undefined,
      starts: ['HCOGoldenImageWithNoArchitectureAnnotation'],
    },
  ];
  for (const { with: what, entry, image, annotation, starts } of cases) {
    it(`${annotation === undefined ? 'annotates nothing' : `annotates ${annotation}`} with ${what}`, () => {
      const { name } = JSON.parse(JSON.stringify(entry)).metadata;
      const before = template('before', { architectures: 'amd64,arm64' });
      const proposal = enable([before, entry], image ? { [name]: image } : {});
      const change = changeOf(proposal);
      const own = JSON.parse(JSON.stringify(entry)).metadata.annotations?.[ARCHITECTURES];
      const isInPatch = JSON.stringify(change.patch).includes('dataImportCronTemplates');
      assert.equal(isInPatch ? annotationOf(change, name) : undefined, annotation ?? (isInPatch ? own : undefined));
      assert.equal(isInPatch, annotation !== undefined);
      assert.deepEqual(
        change.prediction.starts.map(({ alert }) => alert),
        starts,
      );
      assert.deepEqual([proposal.feasible, proposal.advised], [true, starts.length === 0]);
    });
  }

  it('leaves a disabled template alone', () => {
    const disabled = template('mine', { annotations: { 'dataimportcrontemplate.kubevirt.io/enable': 'false' } });
    assert.equal(JSON.stringify(changeOf(enable([disabled], { mine: known('amd64') })).patch).includes('mine'), false);
  });

  it('says what to do first where it would start another alert', () => {
    assert.match(
      enable([template('mine')], { mine: UNKNOWN }).reason ?? '',
      /NoArchitectureAnnotation for mine: annotate first.*could not be asked: the registry did not answer/,
    );
    assert.match(
      enable([template('mine')], { mine: known('s390x') }).reason ?? '',
      /NoSupportedArchitecture for mine.*disable or correct it first/,
    );
  });

  it('is not advised where HCO refuses every change: two templates of one name', () => {
    const state = reconciled({ spec: specOf('1.19', { templates: [template('mine', { architectures: 'amd64' })] }) });
    const looked = state.look();
    assert.ok(looked.hyperConverged.ok && looked.hyperConverged.value);
    const { object } = looked.hyperConverged.value;
    const [entry] = JSON.parse(JSON.stringify(object)).spec.workloadSources.dataImportCronTemplates;
    const twice = merge(object, { spec: { workloadSources: { dataImportCronTemplates: [entry, entry] } } });
    const value = { ...looked.hyperConverged.value, object: twice };
    const { feasible, advised, reason } = proposalOf(DISABLED, ENABLE, { ...looked, hyperConverged: { ok: true, value } });
    assert.deepEqual([feasible, advised], [true, false]);
    assert.match(reason ?? '', /two templates named mine/);
  });

  const storage: { of: string; templates: readonly JsonObject[]; says: RegExp }[] = [
    {
      of: 'what is asked for, once for each architecture, on top of what is there',
      templates: [template('mine', { architectures: 'amd64,arm64', size: '100Gi' })],
      says: /250 GiB are asked for \(8 imports\), on top/,
    },
    {
      of: 'one import of an image without annotation',
      templates: [template('mine', { size: '100Gi' })],
      says: /150 GiB are asked for \(7 imports\)/,
    },
    {
      of: 'nothing of one that HCO would not deploy',
      templates: [template('mine', { size: '100Gi', architectures: 's390x' })],
      says: /50 GiB are asked for \(6 imports\)/,
    },
    {
      of: 'nothing of one that does not say, and is not imported',
      templates: [template('mine', { size: 'much', architectures: 's390x' })],
      says: /50 GiB are asked for \(6 imports\), on top of what is there\.$/,
    },
    {
      of: 'a number of bytes',
      templates: [template('mine', { size: 2 ** 30, architectures: 'amd64' })],
      says: /51 GiB are asked for \(7 imports\)/,
    },
    {
      of: 'who does not say',
      templates: [template('mine', { size: 'much', architectures: 'amd64' })],
      says: /50 GiB .*; mine does not say how much/,
    },
  ];
  for (const { of, templates, says } of storage) {
    it(`counts the storage of ${of}`, () => {
      const [sentence] = enable(templates).costs.filter((cost) => cost.startsWith('Storage'));
      assert.match(sentence ?? '', says);
    });
  }

  it('warns of a CPU model for all virtual machines, also in a dump of another version', () => {
    const spec = { defaultCPUModel: 'Haswell' };
    const costs = (dumpOf?: 'v1') => proposalOf(DISABLED, ENABLE, reconciled({ release: '1.18', spec }).look(dumpOf)).costs.join(' ');
    assert.match(costs(), /defaultCPUModel Haswell/);
    assert.match(costs('v1'), /defaultCPUModel Haswell/);
  });

  it('says which images nobody could ask for, and that HCO’s own are believed', () => {
    const { costs } = enable([template('mine', { architectures: 'amd64' })], { mine: UNKNOWN });
    assert.ok(costs.includes('What mine really has was not to be learned from the registry.'));
    assert.ok(costs.some((cost) => cost.includes('a mirror may hold less')));
    assert.equal(enable([template(FEDORA, { url: FEDORA_URL, architectures: 'amd64' })]).feasible, true);
  });
});

/** HCO's mutating webhook (`mutate_multiarch_enabler_test.go`), for requests that set the field and leave the list: - nothing, drop the entry, R refuse. */
const SETS_FIELD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'nil>true': { 'N>N': '-', 'N>E': 'W', 'N>D': 'R', 'E>N': '-', 'E>E': 'drop', 'E>D': 'R', 'D>N': '-', 'D>E': 'W', 'D>D': 'drop' },
  'false>true': { 'N>N': '-', 'N>E': 'W', 'N>D': 'R', 'E>N': '-', 'E>E': 'drop', 'E>D': 'R', 'D>N': '-', 'D>E': 'W', 'D>D': 'drop' },
};

describe('the import for every architecture, where v1 has a field and a list', () => {
  const GATE = 'enableMultiArchBootImageImport';
  const states: { field: boolean | undefined; list: 'N' | 'E' | 'D'; webhook: '-' | 'drop' }[] = [
    { field: undefined, list: 'N', webhook: '-' },
    { field: undefined, list: 'D', webhook: 'drop' },
    { field: false, list: 'N', webhook: '-' },
    { field: false, list: 'E', webhook: 'drop' },
    { field: false, list: 'D', webhook: 'drop' },
  ];
  const entry = (state: string) => ({ featureGates: [{ name: 'downwardMetrics' }, { name: GATE.toLowerCase(), state }] });
  const read = ({ spec }: JsonObject) => {
    const { workloadSources = {}, featureGates = [] } = JSON.parse(JSON.stringify(spec));
    const listed = featureGates.find(({ name }: { name: string }) => name.toLowerCase() === GATE.toLowerCase());
    return { field: `${workloadSources[GATE] ?? 'nil'}`, list: listed ? (listed.state === 'Disabled' ? 'D' : 'E') : 'N' };
  };
  for (const { field, list, webhook } of states) {
    it(`sets the field alone, which is accepted: field ${field}, list ${list}`, () => {
      const gates = list === 'N' ? {} : entry(list === 'E' ? 'Enabled' : 'Disabled');
      const { change, costs } = enable([], {}, { ...gates, ...(field === undefined ? {} : { workloadSources: { [GATE]: field } }) });
      assert.ok(change);
      assert.deepEqual(change.patch, { spec: { workloadSources: { [GATE]: true } } });
      const [before, after] = [read(change.before), read(merge(change.before, change.patch))];
      assert.equal(SETS_FIELD[`${before.field}>${after.field}`]?.[`${before.list}>${after.list}`], webhook);
      assert.equal(
        costs.some((cost) => cost.includes('spec.featureGates')),
        webhook === 'drop',
      );
    });
  }
});
