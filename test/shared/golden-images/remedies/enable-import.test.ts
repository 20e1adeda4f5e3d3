import assert from 'node:assert/strict';
import { ALERT_RULES, judgeCondition } from '../../../../shared/golden-images/conditions.ts';
import type { JsonObject } from '../../../../shared/golden-images/json.ts';
import { changedPart } from '../../../../shared/golden-images/remedies/changed-part.ts';
import { proposeRemedies } from '../../../../shared/golden-images/remedies/remedies.ts';
import type { Change, Proposal } from '../../../../shared/golden-images/remedies/remedy.ts';
import {
  type HyperConvergedOptions,
  hyperConverged,
  type NodeOptions,
  node,
  nodePlacement,
  snapshot,
} from '../../../helpers/cluster-objects.ts';
import { merge } from './merge.ts';

const AMD64 = [node('amd-1', 'amd64'), node('amd-2', 'amd64')];
const MIXED = [...AMD64, node('arm-1', 'arm64'), node('arm-2', 'arm64')];

/** The proposal for a cluster on which the alert's condition is present. */
function propose(nodes: readonly JsonObject[], cr: HyperConvergedOptions = {}): Proposal & { readonly change: Change } {
  const [rule] = ALERT_RULES;
  assert.ok(rule);
  const looked = snapshot({ nodes, hyperConverged: hyperConverged(cr) });
  const proposals = proposeRemedies(rule.alert, looked, judgeCondition(rule, looked));
  const found = proposals.find(({ id }) => id === 'enable-multi-arch-import');
  assert.ok(found?.change);
  return { ...found, change: found.change };
}

describe('importing for every architecture', () => {
  const inV1 = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };
  const inV1beta1 = { spec: { featureGates: { enableMultiArchBootImageImport: true } } };
  const patches: { on: string; cr: HyperConvergedOptions; version: string; patch: JsonObject }[] = [
    { on: 'v1', cr: {}, version: 'v1', patch: inV1 },
    { on: 'v1beta1', cr: { version: 'v1beta1', operator: '1.17.1' }, version: 'v1beta1', patch: inV1beta1 },
    { on: 'a v1 dump of 1.18', cr: { operator: '1.18.2' }, version: 'v1beta1', patch: inV1beta1 },
    { on: 'a v1 dump of downstream 4.22', cr: { operator: '4.22.0' }, version: 'v1beta1', patch: inV1beta1 },
  ];
  for (const { on, cr, version, patch } of patches) {
    it(`sets one field on ${on}, and is advised on a plain mixed cluster`, () => {
      const { target, change, feasible, advised, reason, checkFirst } = propose(MIXED, { ...cr, namespace: 'openshift-cnv' });
      assert.deepEqual(target, { version, namespace: 'openshift-cnv', name: 'kubevirt-hyperconverged' });
      assert.deepEqual(change.patch, patch);
      assert.deepEqual(change.after, merge(change.before, patch));
      assert.deepEqual({ feasible, advised, reason, checkFirst }, { feasible: true, advised: true, reason: undefined, checkFirst: [] });
    });
  }

  it('keeps the nodes as they are and clears the alert', () => {
    assert.deepEqual(propose(MIXED).change.prediction, {
      workloadArchitectures: ['amd64', 'arm64'],
      workloadNodes: 4,
      open: 4,
      leaving: [],
      joining: [],
      goldenImages: { images: 1, imports: 2 },
      clears: true,
      starts: [],
    });
  });

  it('shows what stands there now, and nothing else of the CR', () => {
    const patch = { spec: { workloadSources: { commonBootImageNamespace: 'images' }, deployment: { logVerbosityConfig: {} } } };
    const shown = ({ before, after }: Change) => changedPart(before, after).before;
    assert.deepEqual(shown(propose(MIXED, { gate: false, patch }).change), {
      spec: { workloadSources: { enableMultiArchBootImageImport: false } },
    });
    assert.deepEqual(shown(propose(MIXED, { patch }).change), { spec: { workloadSources: {} } });
  });

  it('clears the alert where the v1 list says Disabled: the field is first', () => {
    const patch = { spec: { featureGates: [{ name: 'enableMultiArchBootImageImport', state: 'Disabled' }] } };
    const { change, advised } = propose(MIXED, { patch });
    assert.deepEqual([change.patch, change.prediction.clears, advised], [inV1, true, true]);
  });

  it('clears the alert where v1beta1 keeps the v1 field as off: the gate is first', () => {
    const annotations = { 'hco.kubevirt.io/v1-only-fields': '{"multiArchEnabled":false}' };
    const { change, advised } = propose(MIXED, { version: 'v1beta1', patch: { metadata: { annotations } } });
    assert.deepEqual([change.patch, change.prediction.clears, advised], [inV1beta1, true, true]);
  });

  it('leaves a placement alone', () => {
    const { change } = propose(MIXED, { placement: nodePlacement({ 'node-role.kubernetes.io/worker': '' }) });
    assert.deepEqual(change.patch, inV1);
  });

  const previews: { cr: HyperConvergedOptions; preview: boolean }[] = [
    { cr: {}, preview: false },
    { cr: { version: 'v1beta1', operator: '1.17.1' }, preview: true },
    { cr: { version: 'v1beta1', operator: '4.22.0' }, preview: true },
    { cr: { operator: '1.18.2' }, preview: true },
    { cr: { version: 'v1beta1' }, preview: false },
    { cr: { version: 'v1beta1', operator: '1.19.0' }, preview: false },
  ];
  for (const { cr, preview } of previews) {
    it(`is ${preview ? 'a preview' : 'no preview'} with ${JSON.stringify(cr)}`, () => {
      assert.equal(
        propose(MIXED, cr).costs.some((cost) => cost.includes('preview')),
        preview,
      );
    });
  }
});

describe('importing for every architecture leaves an image’s plain name to one architecture', () => {
  const cases: { with: string; nodes: readonly JsonObject[]; plain: RegExp }[] = [
    {
      with: 'that of the control plane',
      nodes: [...MIXED, node('cp-1', 'arm64', { roles: ['control-plane'] })],
      plain: /plain name means arm64: a virtual machine of amd64/,
    },
    { with: 'the first by name without a control plane', nodes: MIXED, plain: /plain name means amd64: a virtual machine of arm64/ },
  ];
  for (const { with: which, nodes, plain } of cases) {
    it(which, () => {
      assert.ok(propose(nodes).costs.some((cost) => plain.test(cost)));
    });
  }
});

describe('importing for every architecture on a server whose schema does not have the v1 field', () => {
  it('is a preview, whatever the version of the operator', () => {
    const served = { versions: ['v1', 'v1beta1'], preferred: 'v1', v1HasImportField: { ok: true, value: false } } as const;
    const looked = snapshot({ nodes: MIXED, hyperConverged: hyperConverged({ version: 'v1beta1' }), served });
    const [rule] = ALERT_RULES;
    assert.ok(rule);
    const [proposal] = proposeRemedies(rule.alert, looked, judgeCondition(rule, looked));
    assert.ok(proposal?.costs.some((cost) => cost.includes('preview')));
  });
});

describe('importing for every architecture clears the alert and is still not advised', () => {
  const arm = (options: NodeOptions) => [...AMD64, node('arm-1', 'arm64', options), node('arm-2', 'arm64', options)];
  const unmarked = { labels: { 'kubevirt.io/schedulable': undefined } };
  const dedicated = (effect: string) => ({ taints: [{ key: 'dedicated', value: 'arm', effect }] });
  const cases: { because: string; nodes: readonly JsonObject[]; cr?: HyperConvergedOptions; reason: RegExp }[] = [
    { because: 'SSP refuses a worker of ppc64le', nodes: [...MIXED, node('ppc-1', 'ppc64le')], reason: /SSP .* ppc64le/ },
    {
      because: 'SSP refuses a control plane of riscv64',
      nodes: [...MIXED, node('cp-1', 'riscv64', { roles: ['control-plane'] })],
      reason: /SSP .* riscv64/,
    },
    {
      because: 'the control plane has an architecture that no workload node has',
      nodes: [...MIXED, node('cp-1', 's390x', { roles: ['control-plane'] })],
      reason: /control plane is s390x/,
    },
    { because: 'all nodes of one architecture are tainted', nodes: arm(dedicated('NoSchedule')), reason: /arm64.*tainted dedicated=arm/ },
    { because: 'all nodes of one architecture evict', nodes: arm(dedicated('NoExecute')), reason: /arm64.*tainted dedicated=arm/ },
    { because: 'all nodes of one architecture are cordoned', nodes: arm({ cordoned: true }), reason: /arm64.*cordoned/ },
    { because: 'no node of one architecture is ready', nodes: arm({ ready: 'False' }), reason: /arm64.*not ready/ },
    {
      because: 'KubeVirt takes no node of one architecture',
      nodes: arm({ labels: { 'kubevirt.io/schedulable': 'false' } }),
      reason: /arm64/,
    },
    { because: 'KubeVirt has not marked one architecture', nodes: arm(unmarked), reason: /arm64/ },
    {
      because: 'an image without annotation starts another alert',
      nodes: MIXED,
      cr: { goldenImages: { fedora: 'amd64,arm64', mine: undefined } },
      reason: /HCOGoldenImageWithNoArchitectureAnnotation for mine/,
    },
    {
      because: 'an image for no architecture of the cluster starts another alert',
      nodes: MIXED,
      cr: { goldenImages: { fedora: 'amd64,arm64', mine: 'x86_64' } },
      reason: /HCOGoldenImageWithNoSupportedArchitecture for mine/,
    },
  ];
  for (const { because, nodes, cr, reason } of cases) {
    it(`because ${because}`, () => {
      const proposal = propose(nodes, cr);
      assert.deepEqual([proposal.feasible, proposal.advised, proposal.change.prediction.clears], [true, false, true]);
      assert.match(proposal.reason ?? '', reason);
    });
  }

  it('and says which golden images each alert will name', () => {
    const goldenImages = { fedora: 'amd64,arm64', b: undefined, a: '', foreign: 's390x' };
    assert.deepEqual(propose(MIXED, { goldenImages }).change.prediction.starts, [
      { alert: 'HCOGoldenImageWithNoSupportedArchitecture', goldenImages: ['foreign'] },
      { alert: 'HCOGoldenImageWithNoArchitectureAnnotation', goldenImages: ['a', 'b'] },
    ]);
  });

  const unmarkedCluster = (taints: readonly JsonObject[]) => [
    node('amd-1', 'amd64', unmarked),
    node('arm-1', 'arm64', { ...unmarked, taints }),
  ];
  it('because all nodes of one architecture are tainted, where KubeVirt has marked no node at all', () => {
    const { advised, reason } = propose(unmarkedCluster([{ key: 'dedicated', value: 'arm', effect: 'NoSchedule' }]));
    assert.equal(advised, false);
    assert.match(reason ?? '', /arm64.*tainted dedicated=arm/);
  });

  it('unless something stands in the way on some nodes only', () => {
    const nodes = [...AMD64, node('arm-1', 'arm64', dedicated('NoSchedule')), node('arm-2', 'arm64')];
    assert.equal(propose(nodes).advised, true);
    assert.equal(propose(unmarkedCluster([])).advised, true);
    assert.equal(propose(arm(dedicated('PreferNoSchedule'))).advised, true);
  });
});
