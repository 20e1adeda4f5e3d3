/** The remedies of single golden images: annotated, corrected, disabled or overridden, as the table of `golden-images.md` §6.3 has it. */
import assert from 'node:assert/strict';
import { readHyperConverged } from '../../../../shared/golden-images/hyperconverged.ts';
import type { ImageReading } from '../../../../shared/golden-images/image.ts';
import type { JsonObject } from '../../../../shared/golden-images/json.ts';
import { node } from '../../../helpers/cluster-objects.ts';
import {
  changeOf,
  known,
  proposalOf,
  proposalsFor,
  reconciled,
  specOf,
  template,
  UNANNOTATED,
  UNSUPPORTED,
} from '../../../helpers/reconciled.ts';

const FEDORA = 'fedora-image-cron';
const FEDORA_URL = 'docker://quay.io/containerdisks/fedora:latest';
const ARCHITECTURES = 'ssp.kubevirt.io/dict.architectures';
const ENABLED = 'dataimportcrontemplate.kubevirt.io/enable';
const UNKNOWN: ImageReading = { kind: 'unknown', why: 'the registry did not answer' };
const FROM_HTTP: JsonObject = {
  metadata: { name: FEDORA, namespace: 'images' },
  spec: { managedDataSource: 'a', schedule: '* * * * *', template: { spec: { source: { http: { url: 'https://images.example' } } } } },
};
type Alert = typeof UNANNOTATED | typeof UNSUPPORTED;

function look(templates: readonly JsonObject[], images: Readonly<Record<string, ImageReading>> = {}, nodes?: readonly JsonObject[]) {
  return reconciled({ spec: specOf('1.19', { templates, isOn: true }), images, ...(nodes && { nodes }) }).look();
}

function rows(alert: Alert, looked: ReturnType<typeof look>) {
  return proposalsFor(alert, looked).map(({ id, feasible, advised }) => [id, feasible, advised]);
}

/** The annotations of the CR's own entries after the change, less those that HCO's webhook adds. */
function annotationsAfter(alert: Alert, id: string, looked: ReturnType<typeof look>): JsonObject {
  const { patch } = changeOf(proposalOf(alert, id, looked));
  const list: { metadata: { name: string; annotations?: Record<string, string> } }[] = JSON.parse(JSON.stringify(patch)).spec
    .workloadSources.dataImportCronTemplates;
  return Object.fromEntries(
    list.map(({ metadata: { name, annotations = {} } }) => {
      const { 'cdi.kubevirt.io/storage.bind.immediate.requested': _, ...rest } = annotations;
      return [name, rest];
    }),
  );
}

const ANNOTATE = 'annotate-golden-images';
const CORRECT = 'correct-architecture-annotations';
const DISABLE = 'disable-golden-images';
const OVERRIDE = 'override-common-images';

describe('golden images that an alert is about', () => {
  const cases: {
    what: string;
    alert: Alert;
    templates: readonly JsonObject[];
    images?: Readonly<Record<string, ImageReading>>;
    nodes?: readonly JsonObject[];
    remedies: readonly (readonly [string, boolean, boolean])[];
    after?: JsonObject;
  }[] = [
    {
      what: 'custom, without annotation, and the image is known: what the image has, not what the cluster has',
      alert: UNANNOTATED,
      templates: [template('mine'), template('other', { architectures: 'amd64' })],
      images: { mine: known('amd64', 's390x') },
      remedies: [
        [ANNOTATE, true, true],
        [DISABLE, true, false],
      ],
      after: { mine: { [ARCHITECTURES]: 'amd64,s390x' }, other: { [ARCHITECTURES]: 'amd64' } },
    },
    {
      what: 'custom, with an empty annotation',
      alert: UNANNOTATED,
      templates: [template('mine', { architectures: '' })],
      images: { mine: known('arm64') },
      remedies: [
        [ANNOTATE, true, true],
        [DISABLE, true, false],
      ],
      after: { mine: { [ARCHITECTURES]: 'arm64' } },
    },
    {
      what: 'custom, without annotation, and the registry cannot be asked: a person must say',
      alert: UNANNOTATED,
      templates: [template('mine')],
      images: { mine: UNKNOWN },
      remedies: [
        [DISABLE, true, false],
        [ANNOTATE, false, false],
      ],
    },
    {
      what: 'custom, whose annotation lacks what the image has',
      alert: UNSUPPORTED,
      templates: [template('mine', { architectures: 's390x' })],
      images: { mine: known('arm64', 's390x') },
      remedies: [
        [ANNOTATE, true, true],
        [DISABLE, true, false],
      ],
      after: { mine: { [ARCHITECTURES]: 'arm64,s390x' } },
    },
    {
      what: 'custom, whose image really fits no node',
      alert: UNSUPPORTED,
      templates: [template('mine', { architectures: 's390x', annotations: { theirs: 'yes' } })],
      images: { mine: known('s390x') },
      remedies: [[DISABLE, true, true]],
      after: { mine: { [ARCHITECTURES]: 's390x', theirs: 'yes', [ENABLED]: 'false' } },
    },
    {
      what: 'custom, and nobody knows the image: it is not thrown away',
      alert: UNSUPPORTED,
      templates: [template('mine', { architectures: 's390x' })],
      images: { mine: UNKNOWN },
      remedies: [
        [DISABLE, true, false],
        [ANNOTATE, false, false],
      ],
    },
    {
      what: 'only malformed, and nobody knows the image',
      alert: UNSUPPORTED,
      templates: [template('mine', { architectures: 'x86_64, AArch64' })],
      images: { mine: UNKNOWN },
      remedies: [
        [CORRECT, true, true],
        [DISABLE, true, false],
      ],
      after: { mine: { [ARCHITECTURES]: 'amd64,arm64' } },
    },
    {
      what: 'malformed, and of what was meant the image has a part',
      alert: UNSUPPORTED,
      templates: [template('mine', { architectures: ' x86_64, aarch64' })],
      images: { mine: known('amd64', 's390x') },
      remedies: [
        [CORRECT, true, true],
        [DISABLE, true, false],
      ],
      after: { mine: { [ARCHITECTURES]: 'amd64' } },
    },
    {
      what: 'malformed, and what was meant is of no use here, but the image has more',
      alert: UNSUPPORTED,
      templates: [template('mine', { architectures: 'S390X' })],
      images: { mine: known('amd64', 's390x') },
      remedies: [
        [CORRECT, true, true],
        [DISABLE, true, false],
      ],
      after: { mine: { [ARCHITECTURES]: 'amd64,s390x' } },
    },
    {
      what: 'one to annotate and one to disable: one remedy for both',
      alert: UNSUPPORTED,
      templates: [template('fits', { architectures: 'mips' }), template('foreign', { architectures: 's390x' })],
      images: { fits: known('arm64'), foreign: known('s390x') },
      remedies: [
        [ANNOTATE, true, true],
        [DISABLE, true, false],
      ],
      after: { fits: { [ARCHITECTURES]: 'arm64' }, foreign: { [ARCHITECTURES]: 's390x', [ENABLED]: 'false' } },
    },
    {
      what: 'one to annotate, and one that nobody knows: the alert would stay',
      alert: UNSUPPORTED,
      templates: [template('fits', { architectures: 'mips' }), template('foreign', { architectures: 's390x' })],
      images: { fits: known('arm64'), foreign: UNKNOWN },
      remedies: [
        [DISABLE, true, false],
        [ANNOTATE, false, false],
      ],
    },
    {
      what: 'common, and HCO’s own: its annotation would be ignored',
      alert: UNSUPPORTED,
      templates: [],
      nodes: [node('ppc-1', 'ppc64le')],
      remedies: [
        [DISABLE, true, false],
        [OVERRIDE, false, false],
      ],
    },
    {
      what: 'common, changed, from its own registry: its annotation would be ignored',
      alert: UNSUPPORTED,
      templates: [template(FEDORA, { url: FEDORA_URL, architectures: 'mips' })],
      nodes: [node('ppc-1', 'ppc64le')],
      images: { [FEDORA]: known('amd64', 'arm64', 's390x') },
      remedies: [
        [DISABLE, true, false],
        [OVERRIDE, false, false],
      ],
    },
    {
      what: 'common, from another registry: the CR’s own entry is edited',
      alert: UNSUPPORTED,
      templates: [template(FEDORA, { architectures: 'mips' })],
      images: { [FEDORA]: known('arm64') },
      remedies: [
        [ANNOTATE, true, true],
        [DISABLE, true, false],
      ],
      after: { [FEDORA]: { [ARCHITECTURES]: 'arm64' } },
    },
    {
      what: 'common, from another registry, without annotation',
      alert: UNANNOTATED,
      templates: [template(FEDORA)],
      images: { [FEDORA]: known('amd64') },
      remedies: [
        [ANNOTATE, true, true],
        [DISABLE, true, false],
      ],
      after: { [FEDORA]: { [ARCHITECTURES]: 'amd64' } },
    },
  ];
  for (const { what, alert, templates, images, nodes, remedies, after } of cases) {
    it(what, () => {
      const looked = look(templates, images, nodes);
      assert.deepEqual(rows(alert, looked), remedies);
      const [[best = ''] = []] = remedies;
      if (after) assert.deepEqual(annotationsAfter(alert, best, looked), after);
    });
  }

  it('are disabled with an entry that says no more, where they are common and the CR does not name them', () => {
    const { change } = proposalOf(UNSUPPORTED, DISABLE, look([], {}, [node('s390-1', 'ppc64le')]));
    const [first] = JSON.parse(JSON.stringify(change?.patch)).spec.workloadSources.dataImportCronTemplates;
    assert.deepEqual(first, { metadata: { name: 'centos-stream10-image-cron', annotations: { [ENABLED]: 'false' } } });
  });

  it('are not to be disabled because no node runs workloads', () => {
    const { feasible, advised, reason } = proposalOf(
      UNSUPPORTED,
      DISABLE,
      look([], {}, [node('cp', 'amd64', { roles: ['control-plane'] })]),
    );
    assert.deepEqual([feasible, advised], [true, false]);
    assert.match(reason ?? '', /No node runs workloads/);
  });

  it('are disabled where SSP would refuse every change, but nobody advises it', () => {
    const { reason } = proposalOf(UNSUPPORTED, DISABLE, look([], {}, [node('ppc-1', 'ppc64le')]));
    assert.match(reason ?? '', /SSP .* ppc64le/);
  });

  it('would clear with a fitting node only where they have an annotation', () => {
    const fitting = (alert: Alert, architectures: string | undefined) =>
      proposalOf(alert, DISABLE, look([template('mine', { architectures })], { mine: known('s390x') })).costs.some((cost) =>
        /fitting architecture/.test(cost),
      );
    assert.deepEqual([fitting(UNSUPPORTED, 's390x'), fitting(UNANNOTATED, undefined)], [true, false]);
  });

  it('are not said to be HCO’s own image where they come from no registry', () => {
    const { costs } = proposalOf(UNSUPPORTED, DISABLE, look([FROM_HTTP], {}, [node('ppc-1', 'ppc64le')]));
    const own = costs.filter((cost) => cost.includes('HCO’s own image')).map((cost) => cost.split(':')[0]);
    assert.deepEqual(own, ['centos-stream10-image-cron', 'centos-stream9-image-cron']);
  });
});

describe('a common image overridden', () => {
  const looked = look([], {}, [node('ppc-1', 'ppc64le')]);
  const proposal = proposalOf(UNSUPPORTED, OVERRIDE, looked);
  const [entry] = JSON.parse(JSON.stringify(changeOf(proposal).patch)).spec.workloadSources.dataImportCronTemplates;

  it('is never done as printed: only a person knows the image', () => {
    assert.deepEqual([proposal.feasible, proposal.advised, changeOf(proposal).prediction.clears], [false, false, false]);
    assert.match(proposal.reason ?? '', /REGISTRY\/IMAGE:TAG.*ARCHITECTURES/);
  });

  it('has the whole spec, with a source, and nothing that HCO wrote into its status', () => {
    assert.deepEqual(entry.spec.template.spec, {
      source: { registry: { url: 'docker://REGISTRY/IMAGE:TAG' } },
      storage: { resources: { requests: { storage: '10Gi' } } },
    });
    assert.deepEqual([entry.spec.managedDataSource, entry.status, entry.spec.template.status], ['centos-stream10', undefined, undefined]);
  });

  it('has neither the filtered annotation nor the architectures of the cluster', () => {
    assert.deepEqual(entry.metadata, { name: 'centos-stream10-image-cron', annotations: { [ARCHITECTURES]: 'ARCHITECTURES' } });
  });

  it('stays in the namespace that it had', () => {
    const { patch } = changeOf(proposalOf(UNSUPPORTED, OVERRIDE, look([FROM_HTTP], {}, [node('ppc-1', 'ppc64le')])));
    const [fedora] = JSON.parse(JSON.stringify(patch)).spec.workloadSources.dataImportCronTemplates;
    assert.deepEqual(
      [fedora.metadata.name, fedora.metadata.namespace, fedora.spec.template.spec.source.http],
      [FEDORA, 'images', undefined],
    );
  });

  it('stays in the namespace that HCO gave it', () => {
    const looked = look([], {}, [node('ppc-1', 'ppc64le')]);
    assert.ok(looked.hyperConverged.ok && looked.hyperConverged.value);
    const object = JSON.parse(JSON.stringify(looked.hyperConverged.value.object));
    for (const image of object.status.dataImportCronTemplates) image.metadata.namespace = 'images';
    const value = readHyperConverged(object);
    const { patch } = changeOf(proposalOf(UNSUPPORTED, OVERRIDE, { ...looked, hyperConverged: { ok: true, value } }));
    const [first] = JSON.parse(JSON.stringify(patch)).spec.workloadSources.dataImportCronTemplates;
    assert.equal(first.metadata.namespace, 'images');
  });
});
