import assert from 'node:assert/strict';
import { ALERT_RULES, judgeCondition } from '../../../../shared/golden-images/conditions.ts';
import type { JsonObject } from '../../../../shared/golden-images/json.ts';
import { proposeRemedies } from '../../../../shared/golden-images/remedies/remedies.ts';
import type { Change, Proposal } from '../../../../shared/golden-images/remedies/remedy.ts';
import { type HyperConvergedOptions, hyperConverged, node, nodePlacement, snapshot } from '../../../helpers/cluster-objects.ts';
import { merge } from './merge.ts';

const ARCH = 'kubernetes.io/arch';
const MIXED = [node('amd-1', 'amd64'), node('amd-2', 'amd64'), node('amd-3', 'amd64'), node('arm-1', 'arm64'), node('arm-2', 'arm64')];

function proposeAll(nodes: readonly JsonObject[], cr: HyperConvergedOptions = {}): readonly Proposal[] {
  const [rule] = ALERT_RULES;
  assert.ok(rule);
  const looked = snapshot({ nodes, hyperConverged: hyperConverged(cr) });
  const proposals = proposeRemedies(rule.alert, looked, judgeCondition(rule, looked));
  return proposals.filter(({ id }) => id.startsWith('restrict-workload-placement-'));
}

function propose(architecture: string, nodes: readonly JsonObject[], cr: HyperConvergedOptions = {}): Proposal {
  const found = proposeAll(nodes, cr).find(({ id }) => id === `restrict-workload-placement-${architecture}`);
  assert.ok(found);
  return found;
}

function changeOf({ change }: Proposal): Change {
  assert.ok(change);
  return change;
}

describe('running workloads on one architecture only', () => {
  const inV1 = (architecture: string) => ({
    spec: { deployment: { nodePlacements: { workload: { nodeSelector: { [ARCH]: architecture } } } } },
  });
  const inV1beta1 = (architecture: string) => ({ spec: { workloads: { nodePlacement: { nodeSelector: { [ARCH]: architecture } } } } });
  const patches: { on: string; cr: HyperConvergedOptions; version: string; patch: (architecture: string) => JsonObject }[] = [
    { on: 'v1', cr: {}, version: 'v1', patch: inV1 },
    { on: 'v1beta1', cr: { version: 'v1beta1', operator: '1.17.1' }, version: 'v1beta1', patch: inV1beta1 },
    { on: 'a v1 dump of 1.18', cr: { operator: '1.18.2' }, version: 'v1beta1', patch: inV1beta1 },
    { on: 'a v1 dump of downstream 4.22', cr: { operator: '4.22.0' }, version: 'v1beta1', patch: inV1beta1 },
  ];
  for (const { on, cr, version, patch } of patches) {
    it(`adds one label to the nodeSelector on ${on}, and keeps what is there`, () => {
      for (const placement of [undefined, nodePlacement({ zone: 'a' })]) {
        const zoned = MIXED.map((object) => merge(object, { metadata: { labels: { zone: 'a' } } }));
        const proposal = propose('arm64', zoned, { ...cr, placement, namespace: 'openshift-cnv' });
        assert.deepEqual(proposal.target, { version, namespace: 'openshift-cnv', name: 'kubevirt-hyperconverged' });
        const { before, after } = changeOf(proposal);
        assert.deepEqual([changeOf(proposal).patch, after], [patch('arm64'), merge(before, patch('arm64'))]);
      }
    });
  }

  it('is proposed for each architecture present, that with most nodes open to virtual machines first', () => {
    assert.deepEqual(
      proposeAll([
        ...MIXED,
        node('z-1', 's390x'),
        node('z-2', 's390x'),
        node('z-3', 's390x'),
        node('z-4', 's390x', { cordoned: true }),
      ]).map(({ id, feasible }) => [id, feasible]),
      [
        ['restrict-workload-placement-amd64', true],
        ['restrict-workload-placement-s390x', true],
        ['restrict-workload-placement-arm64', true],
      ],
    );
  });

  it('is never advised before virtual machines are looked at, and names the nodes to look at', () => {
    const { feasible, advised, reason, checkFirst } = propose('arm64', MIXED);
    assert.deepEqual({ feasible, advised, checkFirst }, { feasible: true, advised: false, checkFirst: ['amd-1', 'amd-2', 'amd-3'] });
    assert.match(reason ?? '', /not looked at/);
  });

  it('predicts the nodes that are left, and how many of them take virtual machines', () => {
    const nodes = [...MIXED, node('arm-3', 'arm64', { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] })];
    assert.deepEqual(changeOf(propose('arm64', nodes)).prediction, {
      workloadArchitectures: ['arm64'],
      workloadNodes: 3,
      open: 2,
      leaving: ['amd-1', 'amd-2', 'amd-3'],
      joining: [],
      goldenImages: { images: 1, imports: 1 },
      clears: true,
      starts: [],
    });
  });

  it('works by simulation on a cluster with nodes of an architecture that SSP refuses, and says that SSP does', () => {
    const proposal = propose('amd64', [...MIXED, node('ppc-1', 'ppc64le')]);
    assert.deepEqual([proposal.feasible, proposal.advised, proposal.checkFirst], [true, false, ['arm-1', 'arm-2', 'ppc-1']]);
    assert.match(proposal.reason ?? '', /SSP accepts no change .* ppc64le/);
  });

  it('works where no node of that architecture takes virtual machines, and says on how many they can run', () => {
    const tainted = ['arm-1', 'arm-2'].map((name) =>
      node(name, 'arm64', { taints: [{ key: 'dedicated', value: 'arm', effect: 'NoSchedule' }] }),
    );
    const nodes = [node('amd-1', 'amd64'), ...tainted];
    const [amd64, arm64] = [propose('amd64', nodes), propose('arm64', nodes)];
    assert.match(arm64.reason ?? '', /No virtual machine could run/);
    assert.match(amd64.reason ?? '', /not looked at/);
    assert.deepEqual([changeOf(amd64).prediction.open, changeOf(arm64).prediction.open], [1, 0]);
    assert.equal(arm64.advised, false);
    assert.equal(proposeAll(nodes)[0]?.id, amd64.id);
  });

  it('starts nothing, whatever the images declare', () => {
    const cr = { goldenImages: { mine: undefined, foreign: 'amd64' } };
    assert.deepEqual(changeOf(propose('arm64', MIXED, cr)).prediction.starts, []);
  });
});

describe('the nodes that a first placement brings in', () => {
  const controlPlane = node('cp-1', 'arm64', { roles: ['control-plane'], labels: { 'kubevirt.io/schedulable': undefined } });
  const nodes = [...MIXED, controlPlane];

  it('are those of that architecture without the worker label, control plane included', () => {
    const proposal = propose('arm64', nodes);
    const { joining, leaving, workloadNodes, open } = changeOf(proposal).prediction;
    assert.deepEqual(
      { joining, leaving, workloadNodes, open },
      { joining: ['cp-1'], leaving: ['amd-1', 'amd-2', 'amd-3'], workloadNodes: 3, open: 2 },
    );
    assert.ok(proposal.costs.some((cost) => cost.includes('cp-1')));
  });

  it('are not those of another', () => {
    const proposal = propose('amd64', nodes);
    assert.deepEqual(changeOf(proposal).prediction.joining, []);
    assert.ok(!proposal.costs.some((cost) => cost.includes('cp-1')));
  });

  it('are none where a placement is there already', () => {
    const proposal = propose('arm64', nodes, { placement: nodePlacement({ 'node-role.kubernetes.io/worker': '' }) });
    assert.deepEqual(changeOf(proposal).prediction.joining, []);
  });
});

describe('a placement that is there', () => {
  const anywhere = [{ matchExpressions: [{ key: ARCH, operator: 'In', values: ['amd64', 'arm64'] }], matchFields: [] }, {}];

  for (const version of ['v1', 'v1beta1'] as const) {
    it(`keeps its required affinity, its tolerations and its other labels in ${version}`, () => {
      const nodeSelector = { 'node-role.kubernetes.io/worker': '' };
      const placement = { ...nodePlacement(nodeSelector, anywhere), tolerations: [{ operator: 'Exists' }] };
      const cr = { version, placement };
      const proposal = propose('amd64', MIXED, cr);
      assert.equal(proposal.feasible, true);
      const patched = merge(hyperConverged(cr), changeOf(proposal).patch);
      const narrowed = [{ matchExpressions: [{ key: ARCH, operator: 'In', values: ['amd64'] }], matchFields: [] }, {}];
      const expected = hyperConverged({ ...cr, placement: { ...placement, ...nodePlacement(nodeSelector, narrowed) } });
      assert.deepEqual(patched, expected);
    });
  }

  it('is reported, not overwritten, where it selects an architecture already', () => {
    const nodes = [...MIXED, node('odd', 'arm64', { labels: { [ARCH]: 'amd64' } })];
    for (const architecture of ['amd64', 'arm64']) {
      const { feasible, advised, change, reason, checkFirst } = propose(architecture, nodes, {
        placement: nodePlacement({ [ARCH]: 'amd64' }),
      });
      assert.deepEqual({ feasible, advised, change, checkFirst }, { feasible: false, advised: false, change: undefined, checkFirst: [] });
      assert.match(reason ?? '', /kubernetes\.io\/arch=amd64 already.* odd /);
    }
  });

  it('is reported, and nothing is changed, where each of its terms is for that architecture already', () => {
    const nodes = [...MIXED, node('odd', 'arm64', { labels: { [ARCH]: 'amd64' } })];
    const terms = [{ matchExpressions: [{ key: ARCH, operator: 'In', values: ['amd64'] }] }];
    const { feasible, change, reason } = propose('amd64', nodes, { placement: nodePlacement({}, terms) });
    assert.deepEqual([feasible, change], [false, undefined]);
    assert.match(reason ?? '', /amd64 nodes only already\. On odd the label/);
  });
});

describe('nodes whose label says another architecture than their kubelet', () => {
  const odd = node('odd', 'arm64', { labels: { [ARCH]: 'amd64' } });

  it('keep the alert going where the label lets them in, and are named', () => {
    const { feasible, advised, reason, change } = propose('amd64', [...MIXED, odd]);
    assert.deepEqual([feasible, advised, change?.prediction.clears], [false, false, false]);
    assert.deepEqual(change?.prediction.workloadArchitectures, ['amd64', 'arm64']);
    assert.match(reason ?? '', /would stay.* odd /);
  });

  it('keep the alert going where the placement lets them in as the first, and are named', () => {
    const joining = node('odd', 'arm64', { roles: [], labels: { [ARCH]: 'amd64' } });
    const { feasible, reason } = propose('amd64', [...MIXED, joining]);
    assert.equal(feasible, false);
    assert.match(reason ?? '', /would stay.* odd /);
  });

  it('drop out with the label of their kubelet’s architecture missing', () => {
    const { feasible, change } = propose('arm64', [...MIXED, odd]);
    assert.deepEqual([feasible, change?.prediction.leaving], [true, ['amd-1', 'amd-2', 'amd-3', 'odd']]);
  });

  const without = (value: string | undefined) => [node('amd-1', 'amd64'), node('arm-1', 'arm64', { labels: { [ARCH]: value } })];
  it('leave no node of their architecture where none is labelled', () => {
    const { feasible, advised, reason, checkFirst } = propose('arm64', without(undefined));
    assert.deepEqual({ feasible, advised, checkFirst }, { feasible: false, advised: false, checkFirst: [] });
    assert.match(reason ?? '', /No arm64 workload node would be left/);
    assert.equal(propose('amd64', without(undefined)).feasible, true);
  });

  it('leave no node of their architecture where the alert would clear by the wrong ones', () => {
    const nodes = [
      node('amd-1', 'amd64'),
      node('arm-1', 'arm64', { labels: { [ARCH]: 'amd64' } }),
      node('z-1', 'amd64', { labels: { [ARCH]: 'arm64' } }),
    ];
    const { feasible, change } = propose('arm64', nodes);
    assert.deepEqual([feasible, change?.prediction.workloadArchitectures, change?.prediction.clears], [false, ['amd64'], true]);
  });

  it('are not those that have not reported an architecture yet', () => {
    assert.equal(propose('amd64', [...MIXED, node('new', '', { labels: { [ARCH]: 'amd64' } })]).feasible, true);
  });
});
