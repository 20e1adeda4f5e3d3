import assert from 'node:assert/strict';
import type { CheckedRemedy } from '../../shared/checked-remedy.ts';
import type { JsonObject } from '../../shared/golden-images/json.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { type Judgement, judge } from '../../shared/judge.ts';
import { hyperConverged, node, nodePlacement, snapshot } from '../helpers/cluster-objects.ts';
import { dataSource, dataVolume, IMAGES, instance, kubeVirtReads, virtualMachine } from '../helpers/kubevirt-objects.ts';

const NODES = [node('worker-amd', 'amd64', { roles: ['worker', 'control-plane'] }), node('worker-arm', 'arm64')];
const ENABLE = 'dataimportcrontemplate.kubevirt.io/enable';
const FEDORA = { 'fedora-image-cron': 'amd64,arm64' };

function mixed(cr: Parameters<typeof hyperConverged>[0] = {}, more: Partial<Snapshot> = {}): Snapshot {
  return { ...snapshot({ nodes: NODES, hyperConverged: hyperConverged({ goldenImages: FEDORA, ...cr }) }), ...more };
}

function judged(found: Snapshot, alert: Judgement['alert'] = 'HCOMultiArchGoldenImagesDisabled'): Judgement {
  const judgement = judge(found, 'kubectl').find((one) => one.alert === alert);
  assert.ok(judgement);
  return judgement;
}

function remedyOf(found: Snapshot, id: string): CheckedRemedy {
  const remedy = judged(found).remedies.find((one) => one.id === id);
  assert.ok(remedy, `no remedy ${id}`);
  return remedy;
}

/** Of a server whose schema has these members below `spec.workloadSources`, and no others. */
function served(properties: JsonObject): Pick<Snapshot, 'served'> {
  const spec = { type: 'object', properties: { workloadSources: { type: 'object', properties } } };
  const schema = { type: 'object', properties: { spec } };
  const v1HasImportField = { ok: true, value: true } as const;
  return { served: { versions: ['v1'], preferred: 'v1', v1HasImportField, schema: { version: 'v1', read: { ok: true, value: schema } } } };
}

const MACHINES = kubeVirtReads({
  virtualMachines: [virtualMachine('shop/db'), virtualMachine('lab/own', { source: ['data-source', `${IMAGES}/own`] })],
  instances: [instance('shop/db', { nodeName: 'worker-amd' }), instance('lab/own', { nodeName: 'worker-arm' })],
  dataSources: [
    dataSource(`${IMAGES}/fedora`, { source: ['pvc', `${IMAGES}/fedora-0123456789ab`] }),
    dataSource(`${IMAGES}/own`, { cron: 'own-image-cron', source: ['pvc', `${IMAGES}/own-0123456789ab`] }),
  ],
  dataVolumes: [dataVolume('shop/db'), dataVolume('lab/own')],
});

describe('a snapshot judged', () => {
  it('prints a merge patch where no list is replaced, and a guarded JSON Patch where one is', () => {
    const terms = [{ matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] }];
    const affine = mixed({ placement: nodePlacement({}, terms), patch: { metadata: { generation: 7 } } });
    assert.match(remedyOf(mixed(), 'restrict-workload-placement-amd64').command ?? '', / --type=merge -p /);
    const command = remedyOf(affine, 'restrict-workload-placement-amd64').command ?? '';
    assert.match(
      command,
      / --type=json -p '\[\{"op":"test","path":"\/metadata\/generation","value":7\},\{"op":"test","path":"\/spec\/deployment\//,
    );
  });

  it('says that a change is accepted, by the schema of this server', () => {
    const known = mixed({}, served({ enableMultiArchBootImageImport: { type: 'boolean' } }));
    const { acceptance, advised } = remedyOf(known, 'enable-multi-arch-import');
    assert.deepEqual([acceptance.accepted, acceptance.by, advised], [true, 'schema', true]);
  });

  it('advises nothing that the schema of this server does not know, and says what', () => {
    const { acceptance, advised, feasible, reason } = remedyOf(mixed({}, served({})), 'enable-multi-arch-import');
    assert.deepEqual([acceptance.accepted, advised, feasible], [false, false, true]);
    assert.match(reason ?? '', /would refuse it: this API server does not know spec\.workloadSources\.enableMultiArchBootImageImport\.$/);
  });

  it('shows in the diff, and not in the patch, what the server adds by its defaults', () => {
    const known = mixed({}, served({ enableMultiArchBootImageImport: { type: 'boolean' }, filledIn: { type: 'integer', default: 7 } }));
    const { diff, command } = remedyOf(known, 'enable-multi-arch-import');
    assert.match(diff ?? '', /^\+ {4}filledIn: 7$/m);
    assert.doesNotMatch(command ?? '', /filledIn/);
  });

  it('asks nobody of a dump', () => {
    assert.deepEqual(remedyOf(mixed(), 'enable-multi-arch-import').acceptance.accepted, null);
  });

  it('prints the change as a part of a manifest', () => {
    assert.equal(
      remedyOf(mixed(), 'enable-multi-arch-import').yaml,
      'apiVersion: hco.kubevirt.io/v1\nkind: HyperConverged\nmetadata:\n  name: kubevirt-hyperconverged\n  namespace: kubevirt-hyperconverged\nspec:\n  workloadSources:\n    enableMultiArchBootImageImport: true\n',
    );
  });

  it('says in the manifest of which lists it has a part, and of which all', () => {
    const images = { dataImportCronTemplates: [{ metadata: { name: 'own-image-cron' } }] };
    const own = mixed({ gate: true, goldenImages: { 'own-image-cron': 's390x' }, patch: { spec: { workloadSources: images } } });
    const [disable] = judged(own, 'HCOGoldenImageWithNoSupportedArchitecture').remedies;
    assert.match(disable?.yaml ?? '', /^# dataImportCronTemplates: only the entries that change; leave the others as they are\n/);
    const affine = mixed({ placement: nodePlacement({}, [{ matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] }]) });
    const { yaml } = remedyOf(affine, 'restrict-workload-placement-amd64');
    assert.match(yaml ?? '', /^# nodeSelectorTerms: the whole list, in the place of the one that is there\n/);
  });

  it('names who wrote what a change touches', () => {
    const managedFields = [
      {
        ...{ manager: 'kubectl-edit', operation: 'Update', apiVersion: 'hco.kubevirt.io/v1', time: '2026-11-01T08:00:00Z' },
        fieldsV1: { 'f:spec': { 'f:workloadSources': { 'f:enableMultiArchBootImageImport': {} } } },
      },
    ];
    const { writers } = remedyOf(mixed({ gate: false, patch: { metadata: { managedFields } } }), 'enable-multi-arch-import');
    assert.deepEqual(writers, [
      {
        ...{ manager: 'kubectl-edit', operation: 'Update', at: '2026-11-01T08:00:00Z' },
        path: 'spec.workloadSources.enableMultiArchBootImageImport',
      },
    ]);
  });

  it('keeps the machines that a narrower placement would orphan, and advises against it', () => {
    const { orphans, advised, feasible, reason, checkFirst } = remedyOf(
      mixed({}, { kubeVirt: MACHINES }),
      'restrict-workload-placement-amd64',
    );
    assert.deepEqual([orphans, advised, feasible, checkFirst], [{ count: 1, first: ['lab/own'] }, false, true, []]);
    assert.match(reason ?? '', /^1 virtual machine runs on nodes that drop out and would be orphaned: lab\/own\./);
  });

  it('has nobody at risk where nobody looked', () => assert.equal(judged(mixed()).atRisk, undefined));

  it('counts the machines of all golden images for the import', () => {
    const images = { ...FEDORA, 'own-image-cron': 'amd64' };
    const { atRisk } = judged(mixed({ goldenImages: images }, { kubeVirt: MACHINES }));
    assert.equal(atRisk?.ok && atRisk.value.total, 2);
  });

  it('counts the machines of the images that lack the annotation, and no others, for that alert', () => {
    const images = { ...FEDORA, 'own-image-cron': undefined };
    const found = mixed({ goldenImages: images, gate: true }, { kubeVirt: MACHINES });
    const { atRisk } = judged(found, 'HCOGoldenImageWithNoArchitectureAnnotation');
    assert.equal(atRisk?.ok && atRisk.value.total, 1);
  });
});

describe('a HyperConverged that is not as its API promises, where no condition needs it', () => {
  const cases: readonly { readonly what: string; readonly patch: JsonObject }[] = [
    { what: 'the templates are no list', patch: { spec: { workloadSources: { dataImportCronTemplates: {} } } } },
    {
      what: 'an annotation is no text',
      patch: { spec: { workloadSources: { dataImportCronTemplates: [{ metadata: { name: 'a', annotations: { [ENABLE]: false } } }] } } },
    },
    { what: 'the generation is no number', patch: { metadata: { generation: '3' } } },
    { what: 'the default model is no text', patch: { spec: { virtualization: { virtualMachineOptions: { defaultCPUModel: {} } } } } },
  ];
  for (const { what, patch } of cases) {
    it(`still has its condition told, and says what is wrong: ${what}`, () => {
      const { condition, remedies, atRisk } = judged(mixed({ patch }, { kubeVirt: MACHINES }));
      assert.equal(condition.kind, 'present');
      assert.deepEqual(
        remedies.map(({ id, feasible, command }) => [id, feasible, command]),
        [['mend-hyperconverged', false, undefined]],
      );
      assert.match(remedies[0]?.reason ?? '', / is not /);
      assert.notEqual(atRisk, undefined);
    });
  }
});

describe('a HyperConverged with hundreds of templates', () => {
  it('is judged without comparing each template with each other', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `image-${index}`);
    const template = (name: string) => ({ metadata: { name, annotations: { 'ssp.kubevirt.io/dict.architectures': 'x86_64, aarch64' } } });
    const spec = { workloadSources: { dataImportCronTemplates: names.map(template) } };
    const images = Object.fromEntries(names.map((name) => [name, 'x86_64, aarch64']));
    const remedy = remedyOf(mixed({ goldenImages: images, patch: { spec, metadata: { generation: 2 } } }), 'enable-multi-arch-import');
    assert.equal(remedy.change?.jsonPatch.filter(({ op }) => op === 'add').length, names.length + 1);
  }).timeout(20_000);
});
