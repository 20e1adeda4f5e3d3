/**
 * The pitfalls of the remedies, by the numbers of the list of pitfalls that the design has: each falls into one, and fails. What is held
 * elsewhere is named at the end, and has to be there.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { CheckedRemedy } from '../../../../shared/checked-remedy.ts';
import { ALERT_RULES, judgeCondition } from '../../../../shared/golden-images/conditions.ts';
import type { ImageReading } from '../../../../shared/golden-images/image.ts';
import { isObject, type Json, type JsonObject } from '../../../../shared/golden-images/json.ts';
import type { Snapshot } from '../../../../shared/golden-images/snapshot.ts';
import { judge } from '../../../../shared/judge.ts';
import { applyJsonPatch } from '../../../../shared/kubernetes/apply-json-patch.ts';
import { node } from '../../../helpers/cluster-objects.ts';
import { instance, kubeVirtReads, virtualMachine } from '../../../helpers/kubevirt-objects.ts';
import { DISABLED, known, MIXED, reconciled, specOf, template, UNANNOTATED, UNSUPPORTED } from '../../../helpers/reconciled.ts';

const ARCH = 'kubernetes.io/arch';
const FEDORA = 'fedora-image-cron';
const FEDORA_URL = 'docker://quay.io/containerdisks/fedora:latest';
const ENABLE = 'enable-multi-arch-import';
const UNKNOWN: ImageReading = { kind: 'unknown', why: 'the registry said 401' };
const RELEASES = ['1.17', '1.18', '1.19'] as const;

function remedies(looked: Snapshot, alert: string = DISABLED): readonly CheckedRemedy[] {
  return judge(looked, 'kubectl').find((one) => one.alert === alert)?.remedies ?? [];
}

function remedyOf(looked: Snapshot, id: string, alert: string = DISABLED): CheckedRemedy {
  const found = remedies(looked, alert).find((remedy) => remedy.id === id);
  assert.ok(found, `no remedy ${id}`);
  return found;
}

function restrict(looked: Snapshot, architecture: string): CheckedRemedy {
  return remedyOf(looked, `restrict-workload-placement-${architecture}`);
}

/** Every name that is somewhere in a value. */
function namesIn(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return isObject(value) ? Object.entries(value).flatMap(([name, member]) => [name, ...namesIn(member)]) : [];
}

describe('a pitfall of the remedies', () => {
  for (const release of RELEASES) {
    it(`10.1 the wrong API version: on ${release} each change is for the version that has its fields, and taken strictly`, () => {
      const version = release === '1.19' ? 'v1' : 'v1beta1';
      for (const remedy of remedies(reconciled({ release }).look())) {
        assert.ok(remedy.command?.startsWith(`kubectl patch hyperconvergeds.${version}.hco.kubevirt.io `), remedy.command);
        assert.equal(remedy.apiVersion, `hco.kubevirt.io/${version}`);
        assert.equal(reconciled({ release }).patch(version, remedy.change?.patch ?? {}).kind, 'patched');
        if (release === '1.18') assert.notEqual(reconciled({ release }).patch('v1', remedy.change?.patch ?? {}).kind, 'patched');
      }
    });
  }

  it('10.2 replacing lists: the templates, terms and gates of others are all there afterwards', () => {
    const theirs = [
      { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] },
      { matchExpressions: [{ key: 'disk', operator: 'Exists' }] },
    ];
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: theirs } } };
    const spec = {
      ...specOf('1.19', { templates: [template('theirs', { architectures: 'amd64' }), template('ours')], placement: { affinity } }),
      featureGates: [{ name: 'downwardMetrics' }],
    };
    const nodes = MIXED.map((one) => JSON.parse(JSON.stringify(one).replace('"labels":{', '"labels":{"zone":"a",')));
    const state = reconciled({ spec, nodes, images: { ours: known('arm64') } });
    for (const { change, command } of remedies(state.look())) {
      const after = applyJsonPatch(state.read(), change?.jsonPatch ?? []);
      assert.ok('object' in after);
      const text = JSON.stringify(after.object.spec);
      for (const their of ['"theirs"', '"zone"', '"disk"', '"downwardMetrics"']) assert.ok(text.includes(their), their);
      if (JSON.stringify(change?.patch).includes('[')) assert.match(command ?? '', / --type=json /);
    }
  });

  it('10.3 one term of several, or an empty one: each that selects is narrowed, and the empty one stays empty', () => {
    const terms = [
      { matchExpressions: [{ key: ARCH, operator: 'Exists' }] },
      {},
      { matchExpressions: [{ key: 'gpu', operator: 'DoesNotExist' }] },
    ];
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } };
    const { change } = restrict(reconciled({ spec: specOf('1.19', { placement: { affinity } }) }).look(), 'amd64');
    const only = { key: ARCH, operator: 'In', values: ['amd64'] };
    const [first, , last] = terms;
    const narrowed = [
      { matchExpressions: [...(first?.matchExpressions ?? []), only] },
      {},
      { matchExpressions: [...(last?.matchExpressions ?? []), only] },
    ];
    assert.deepEqual(
      JSON.parse(JSON.stringify(change?.patch)).spec.deployment.nodePlacements.workload.affinity.nodeAffinity
        .requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms,
      narrowed,
    );
    assert.deepEqual(change?.prediction.workloadArchitectures, ['amd64']);
  });

  const running = (nodeName: string, architecture: string) =>
    kubeVirtReads({ virtualMachines: [virtualMachine('shop/db', { architecture })], instances: [instance('shop/db', { nodeName })] });
  it('10.4 virtual machines on nodes that drop out: named, and not advised', () => {
    const looked = { ...reconciled({}).look(), kubeVirt: running('arm-1', 'arm64') };
    const { advised, orphans, reason } = restrict(looked, 'amd64');
    assert.deepEqual([advised, orphans.first], [false, ['shop/db']]);
    assert.match(reason ?? '', /orphaned: shop\/db/);
  });

  it('10.4 virtual machines on nodes that are no workload nodes for HCO, but for KubeVirt, drop out too', () => {
    const custom = node('arm-custom', 'arm64', { roles: ['custom'] });
    const look = reconciled({ nodes: [...MIXED, custom] }).look();
    const { advised, orphans } = restrict({ ...look, kubeVirt: running('arm-custom', 'arm64') }, 'amd64');
    assert.deepEqual([advised, orphans.first], [false, ['shop/db']]);
    assert.deepEqual(restrict(look, 'amd64').checkFirst, ['arm-1', 'arm-custom']);
  });

  it('10.4 virtual machines that would be orphaned are the first reason, whatever else is wrong', () => {
    const looked = reconciled({ nodes: [...MIXED, node('odd', 'ppc64le')] }).look();
    assert.match(restrict({ ...looked, kubeVirt: running('arm-1', 'arm64') }, 'amd64').reason ?? '', /orphaned: shop\/db/);
  });

  it('10.4 virtual machines whose architecture would have no node: not advised', () => {
    const looked = {
      ...reconciled({}).look(),
      kubeVirt: kubeVirtReads({ virtualMachines: [virtualMachine('shop/db', { architecture: 'arm64' })] }),
    };
    const { advised, reason } = restrict(looked, 'amd64');
    assert.equal(advised, false);
    assert.match(reason ?? '', /shop\/db/);
  });

  it('10.4 the control plane’s architecture without workers: nobody is to run on that', () => {
    const nodes = [...MIXED, node('cp-1', 's390x', { roles: ['control-plane'] })];
    assert.equal(
      remedies(reconciled({ nodes }).look()).some(({ id }) => id.endsWith('s390x')),
      false,
    );
  });

  it('10.6 label and kubelet: a change is simulated by labels, and counted by what kubelets report', () => {
    const odd = node('odd', 'arm64', { labels: { [ARCH]: 'amd64' } });
    const { feasible, change } = restrict(reconciled({ nodes: [...MIXED, odd] }).look(), 'amd64');
    assert.deepEqual([feasible, change?.prediction.workloadArchitectures], [false, ['amd64', 'arm64']]);
  });

  it('10.7 sticky metrics: while the condition is absent the way out is a restart, and no change of the CR', () => {
    for (const alert of [UNSUPPORTED, UNANNOTATED]) {
      const [restart, ...others] = remedies(reconciled({}).look(), alert);
      assert.deepEqual([restart?.id, restart?.change, others], ['restart-operator', undefined, []]);
      assert.match(restart?.command ?? '', /^kubectl delete pods /);
    }
  });

  it('10.8 what was not read: no remedy is made of it', () => {
    const looked = reconciled({}).look();
    const failure = { resource: 'nodes', reason: 'timeout', detail: 'too late' } as const;
    for (const { condition, remedies: found } of judge({ ...looked, nodes: { ok: false, failure } }, 'kubectl'))
      assert.deepEqual([condition.kind, found], ['unknown', []]);
  });

  it('10.10 one alert traded for another: the annotation comes in the same patch, and is the image’s, not the cluster’s', () => {
    const state = reconciled({ spec: specOf('1.19', { templates: [template('mine')] }), images: { mine: known('s390x', 'amd64') } });
    const { change, advised } = remedyOf(state.look(), ENABLE);
    assert.deepEqual([advised, change?.prediction.starts], [true, []]);
    assert.match(JSON.stringify(change?.patch), /"ssp\.kubevirt\.io\/dict\.architectures":"s390x,amd64"/);
    assert.equal(state.patch('v1', change?.patch ?? {}).kind, 'patched');
    for (const { condition } of judge(state.look(), 'kubectl')) assert.equal(condition.kind, 'absent');
  });

  it('10.10 names that HCO does not match are written anew, and nobody’s guess becomes an annotation', () => {
    const state = (architectures: string | undefined) =>
      reconciled({ spec: specOf('1.19', { templates: [template('mine', { architectures })] }), images: { mine: UNKNOWN } });
    assert.match(
      JSON.stringify(remedyOf(state('amd64, aarch64').look(), ENABLE).change?.patch),
      /"ssp\.kubevirt\.io\/dict\.architectures":"amd64,arm64"/,
    );
    const { advised, change } = remedyOf(state(undefined).look(), ENABLE);
    assert.deepEqual([advised, namesIn(change?.patch ?? {}).includes('dataImportCronTemplates')], [false, false]);
  });

  it('10.11 a common image from its own registry: no annotation is set on it, for HCO ignores it', () => {
    const spec = specOf('1.19', { isOn: true, templates: [template(FEDORA, { url: FEDORA_URL, architectures: 'mips' })] });
    for (const { id, change } of remedies(
      reconciled({ spec, nodes: [node('ppc-1', 'ppc64le')], images: { [FEDORA]: known('ppc64le') } }).look(),
      UNSUPPORTED,
    )) {
      assert.notEqual(id, 'annotate-golden-images');
      if (id === 'disable-golden-images') assert.match(JSON.stringify(change?.patch), /"mips"/);
    }
  });

  it('10.11 another pull method is another registry to HCO: the CR’s own annotation counts', () => {
    const spec = specOf('1.19', { isOn: true, templates: [template(FEDORA, { url: FEDORA_URL, registry: { pullMethod: 'node' } })] });
    const state = reconciled({ spec, images: { [FEDORA]: known('arm64') } });
    const { feasible, change } = remedyOf(state.look(), 'annotate-golden-images', UNANNOTATED);
    assert.equal(feasible, true);
    state.patch('v1', change?.patch ?? {});
    assert.equal(judge(state.look(), 'kubectl').find(({ alert }) => alert === UNANNOTATED)?.condition.kind, 'absent');
  });

  it('10.12 field and list in one patch: only the field is set, and v1beta1’s gate is never taken away', () => {
    const listed = { featureGates: [{ name: 'enableMultiArchBootImageImport', state: 'Disabled' }] };
    assert.deepEqual(remedyOf(reconciled({ spec: listed }).look(), ENABLE).change?.patch, {
      spec: { workloadSources: { enableMultiArchBootImageImport: true } },
    });
    assert.deepEqual(remedyOf(reconciled({ release: '1.18' }).look(), ENABLE).change?.patch, {
      spec: { featureGates: { enableMultiArchBootImageImport: true } },
    });
  });

  it('10.13 a claim that anything is healed: images and disks that are wrong stay wrong', () => {
    const looked = reconciled({}).look();
    assert.ok(remedyOf(looked, ENABLE).costs.some((cost) => /wrong already stay wrong/.test(cost)));
    assert.ok(restrict(looked, 'amd64').costs.some((cost) => /imported already keep the architecture/.test(cost)));
  });

  it('10.14 a claim that the API server refuses a placement while virtual machines run, or no warning', () => {
    const costs = restrict(reconciled({}).look(), 'amd64').costs.join(' ');
    assert.match(costs, /orphaned: it cannot migrate .*, only be stopped.*Nothing refuses the change/);
  });

  it('10.15 a JSON Patch without its parents, unescaped or unguarded', () => {
    for (const release of RELEASES) {
      for (const { change, target } of remedies(reconciled({ release }).look())) {
        const [guard, ...rest] = change?.jsonPatch ?? [];
        assert.equal(guard?.path, '/metadata/generation');
        assert.ok(rest.every(({ path }) => !path.includes('kubernetes.io/')));
        assert.equal(reconciled({ release }).patch(target.version, JSON.parse(JSON.stringify(change?.jsonPatch))).kind, 'patched');
      }
    }
  });

  it('10.16 a registry that cannot be asked says nothing against an image', () => {
    const spec = specOf('1.19', { isOn: true, templates: [template('mine', { architectures: 's390x' })] });
    const { advised, reason } = remedyOf(reconciled({ spec, images: { mine: UNKNOWN } }).look(), 'disable-golden-images', UNSUPPORTED);
    assert.equal(advised, false);
    assert.match(reason ?? '', /mine may still be of use/);
  });

  for (const architecture of ['ppc64le', 'riscv64']) {
    it(`10.17 a node of ${architecture}: no change is presented as safe`, () => {
      const found = remedies(reconciled({ nodes: [...MIXED, node('odd', architecture)] }).look());
      assert.ok(found.length > 2);
      for (const { advised, reason } of found) {
        assert.equal(advised, false);
        assert.match(reason ?? '', new RegExp(`SSP .* ${architecture}`));
      }
    });
  }

  it('10.19 single images need no second architecture for their alerts', () => {
    const spec = specOf('1.19', { isOn: true, templates: [template('mine'), template('foreign', { architectures: 's390x' })] });
    const looked = reconciled({ spec, nodes: [node('amd-1', 'amd64')] }).look();
    assert.deepEqual(
      ALERT_RULES.map((rule) => judgeCondition(rule, looked).kind),
      ['absent', 'present', 'present'],
    );
  });

  it('10.19 without SSP none of it can apply, and that is said', () => {
    const looked = reconciled({ spec: { workloadSources: { enableCommonBootImageImport: false } } }).look();
    assert.ok(looked.served);
    const without = { ...looked, served: { ...looked.served, hasSsp: { ok: true, value: false } as const } };
    for (const { condition } of judge(without, 'kubectl')) assert.equal(condition.kind === 'absent' && condition.cause, 'no-ssp');
  });

  it('10.21 the diff and the forecast are of the CR as it is stored, with what HCO added to it', () => {
    const state = reconciled({ spec: specOf('1.19', { templates: [template('mine')] }), images: { mine: known('amd64') } });
    const { diff, change } = remedyOf(state.look(), ENABLE);
    assert.equal(diff?.includes('bind.immediate'), false);
    state.patch('v1', change?.patch ?? {});
    const [entry]: JsonObject[] = JSON.parse(JSON.stringify(state.read().spec)).workloadSources.dataImportCronTemplates;
    assert.match(JSON.stringify(entry), /bind\.immediate/);
  });

  it('10.22 no condition of HCO’s is asked whether an image is deployed', () => {
    const state = reconciled({ spec: specOf('1.19', { isOn: true }) });
    const images: JsonObject[] = JSON.parse(JSON.stringify(state.read().status)).dataImportCronTemplates;
    assert.ok(images.every((image) => !JSON.stringify(image).includes('"True"')));
    assert.equal(
      judge(state.look(), 'kubectl').every(({ condition }) => condition.kind === 'absent'),
      true,
    );
  });

  it('10.23 what is nobody’s business: neither diff nor JSON Patch shows another template, its registry or its Secret', () => {
    const theirs = template('theirs', {
      url: 'docker://internal.example/secret-image',
      architectures: 'amd64',
      registry: { secretRef: 'pull-secret' },
    });
    const ours = template('ours', { url: 'docker://internal.example/our-image', registry: { secretRef: 'pull-secret' } });
    const looked = reconciled({ spec: specOf('1.19', { templates: [theirs, ours] }), images: { ours: known('amd64') } }).look();
    const { diff, yaml, command } = remedyOf(looked, ENABLE);
    for (const shown of [diff, yaml, command]) assert.doesNotMatch(shown ?? '', /internal\.example|pull-secret|theirs/);
  });
});

/** Where the others are held: a text of the test that fails. */
const ELSEWHERE: readonly { readonly pitfall: string; readonly file: string; readonly text: string }[] = [
  {
    pitfall: '10.5 the worker label where there is a placement, or the other way round',
    file: 'workload-nodes.test.ts',
    text: 'no worker {a=1} amd64, selector a=1',
  },
  {
    pitfall: '10.6 label and kubelet in counting',
    file: 'workload-nodes.test.ts',
    text: 'follow the label in selection and the kubelet in counting',
  },
  { pitfall: '10.7 a resolved that is believed', file: 'verdict.test.ts', text: 'contradicted' },
  { pitfall: '10.8 HCO’s own list of architectures', file: 'conditions.test.ts', text: 'and believes the nodes' },
  { pitfall: '10.9 every spelling of the gate', file: 'gate.test.ts', text: 'the import in v1beta1' },
  { pitfall: '10.16 attestations, variants and single images', file: '../registry/manifest.test.ts', text: 'without attestations' },
  {
    pitfall: '10.18 the identity of an incident',
    file: '../incidents/claims.test.ts',
    text: 'a series that has moved does not go with its old group',
  },
  { pitfall: '10.20 a flood of node events', file: '../../functions/node-events/change.test.ts', text: 'owners of fields' },
  {
    pitfall: '10.21 what the server would really store',
    file: '../kubernetes/dry-run.test.ts',
    text: 'to be stored nowhere and read strictly',
  },
  { pitfall: '10.22 HCO’s condition of an image', file: 'hyperconverged.test.ts', text: 'HCO left nothing of it' },
];

describe('a pitfall that is held elsewhere', () => {
  for (const { pitfall, file, text } of ELSEWHERE) {
    it(pitfall, () => {
      const url = new URL(`../${file}`, import.meta.url);
      assert.ok(existsSync(url) && readFileSync(url, 'utf8').includes(text), `${file} has no “${text}”`);
    });
  }
});
