import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { HyperConvergedVersion } from '../../../../shared/golden-images/api-version.ts';
import { ALERT_RULES, type AlertName, type Condition, judgeCondition } from '../../../../shared/golden-images/conditions.ts';
import { type HyperConverged, readHyperConverged } from '../../../../shared/golden-images/hyperconverged.ts';
import type { Json, JsonObject } from '../../../../shared/golden-images/json.ts';
import { proposeRemedies } from '../../../../shared/golden-images/remedies/remedies.ts';
import type { Change, Proposal } from '../../../../shared/golden-images/remedies/remedy.ts';
import type { Snapshot } from '../../../../shared/golden-images/snapshot.ts';
import { workloadNodes } from '../../../../shared/golden-images/workload-nodes.ts';
import { type HyperConvergedOptions, hyperConverged, node, nodePlacement, readNodes, snapshot } from '../../../helpers/cluster-objects.ts';
import { merge } from './merge.ts';

const DISABLED = 'HCOMultiArchGoldenImagesDisabled';
const ARCH = 'kubernetes.io/arch';

function judgeAll(looked: Snapshot): ReadonlyMap<AlertName, Condition> {
  return new Map(ALERT_RULES.map((rule) => [rule.alert, judgeCondition(rule, looked)]));
}

function proposeFor(alert: AlertName, looked: Snapshot): readonly Proposal[] {
  const condition = judgeAll(looked).get(alert);
  assert.ok(condition);
  return proposeRemedies(alert, looked, condition);
}

describe('the order of the remedies', () => {
  const idsWith = (nodes: readonly JsonObject[], cr: HyperConvergedOptions = {}) =>
    proposeFor(DISABLED, snapshot({ nodes, hyperConverged: hyperConverged(cr) })).map(({ id, advised, feasible }) => [
      id,
      advised,
      feasible,
    ]);
  const arm = node('arm-1', 'arm64');
  const [first, ...more] = [node('amd-1', 'amd64', { roles: ['worker', 'control-plane'] }), node('amd-2', 'amd64')];
  assert.ok(first);

  it('is: advised, feasible, and last what cannot work', () => {
    const unlabelled = node('s390-1', 's390x', { labels: { [ARCH]: undefined } });
    const twoOpen = node('s390-2', 's390x', { labels: { [ARCH]: undefined } });
    assert.deepEqual(idsWith([first, arm, unlabelled, twoOpen]), [
      ['enable-multi-arch-import', true, true],
      ['restrict-workload-placement-amd64', false, true],
      ['restrict-workload-placement-arm64', false, true],
      ['restrict-workload-placement-s390x', false, false],
    ]);
  });

  it('is the same among what is not advised', () => {
    assert.deepEqual(idsWith([first, ...more, arm], { goldenImages: { mine: undefined } }), [
      ['enable-multi-arch-import', false, true],
      ['restrict-workload-placement-amd64', false, true],
      ['restrict-workload-placement-arm64', false, true],
    ]);
  });
});

interface Cluster {
  readonly nodes: readonly JsonObject[];
  readonly cr: HyperConvergedOptions;
  /** The version that the remedies are in; another than that of the CR for a v1 dump of 1.18. */
  readonly target: HyperConvergedVersion;
}

const ARCHITECTURES = ['amd64', 'arm64', 's390x', 'ppc64le', ''];
const ROLES = [['worker'], ['worker'], ['worker'], ['control-plane'], ['control-plane', 'worker'], []];
const TAINTS: JsonObject[][] = [[], [], [], [], [{ key: 'dedicated', value: 'arm', effect: 'NoSchedule' }]];

const NODE = fc
  .record({
    architecture: fc.constantFrom('amd64', 'amd64', 'amd64', 'amd64', 'arm64', 'arm64', 'arm64', 'arm64', ...ARCHITECTURES),
    label: fc.constantFrom<string | null | undefined>(null, null, null, null, undefined, 'amd64', 'arm64'),
    roles: fc.constantFrom(...ROLES),
    zone: fc.constantFrom('a', 'a', 'b', undefined),
    schedulable: fc.constantFrom('true', 'true', 'true', 'true', 'false', undefined),
    taints: fc.constantFrom(...TAINTS),
    ready: fc.constantFrom('True', 'True', 'True', 'True', 'True', 'False', 'Unknown'),
    cordoned: fc.constantFrom(false, false, false, false, true),
  })
  .map(({ architecture, label, zone, schedulable, ...options }) => {
    const arch = label === null ? {} : { [ARCH]: label };
    return (name: string) => node(name, architecture, { ...options, labels: { zone, 'kubevirt.io/schedulable': schedulable, ...arch } });
  });

const EXPRESSION: fc.Arbitrary<JsonObject> = fc.constantFrom<JsonObject[]>(
  { key: 'zone', operator: 'In', values: ['a', 'b'] },
  { key: 'zone', operator: 'NotIn', values: ['b'] },
  { key: ARCH, operator: 'NotIn', values: ['s390x'] },
  { key: ARCH, operator: 'Exists' },
  { key: 'node-role.kubernetes.io/control-plane', operator: 'DoesNotExist' },
);
const TERMS: fc.Arbitrary<Json> = fc.array(
  fc.array(EXPRESSION, { maxLength: 2 }).map((matchExpressions) => ({ matchExpressions })),
  { maxLength: 2 },
);
const SELECTOR: fc.Arbitrary<JsonObject> = fc.constantFrom<JsonObject[]>(
  {},
  {},
  { zone: 'a' },
  { [ARCH]: 'amd64' },
  { zone: 'a', [ARCH]: 'arm64' },
);
const PLACEMENT: fc.Arbitrary<JsonObject | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constant(undefined),
  fc.tuple(SELECTOR, fc.option(TERMS, { nil: undefined })).map(([selector, terms]) => ({
    ...nodePlacement(selector, terms),
    tolerations: [{ operator: 'Exists' }],
  })),
);

const DECLARED = fc.constantFrom(
  'amd64,arm64',
  'amd64,arm64',
  'arm64,amd64,s390x',
  'arm64,s390x',
  'amd64',
  's390x',
  'amd64, arm64',
  '',
  undefined,
);
const IMAGES = fc.dictionary(fc.constantFrom('fedora', 'centos', 'mine'), DECLARED, { minKeys: 1, maxKeys: 3 });
/** Members of other people, some of them siblings of what the remedies set. */
const OTHERS: fc.Arbitrary<JsonObject> = fc.constantFrom<JsonObject[]>(
  {},
  { spec: { certConfig: { ca: { duration: '48h' } } } },
  {
    spec: {
      deployment: { nodePlacements: { infra: nodePlacement({ zone: 'b' }) } },
      workloadSources: { enableCommonBootImageImport: true },
    },
  },
  { spec: { featureGates: { downwardMetrics: true } }, metadata: { labels: { owner: 'us' } } },
);
const RELEASE = fc.constantFrom(
  { version: 'v1', operator: '1.19.0', target: 'v1' },
  { version: 'v1', operator: '1.18.2', target: 'v1beta1' },
  { version: 'v1beta1', operator: '1.17.1', target: 'v1beta1' },
) satisfies fc.Arbitrary<{ version: HyperConvergedVersion; operator: string; target: HyperConvergedVersion }>;

const CLUSTER: fc.Arbitrary<Cluster> = fc
  .record({
    nodes: fc.array(NODE, { minLength: 2, maxLength: 7 }).map((made) => made.map((make, at) => make(`node-${at}`))),
    release: RELEASE,
    gate: fc.constantFrom<(boolean | undefined)[]>(undefined, undefined, undefined, false, false, true),
    placement: PLACEMENT,
    goldenImages: IMAGES,
    patch: OTHERS,
  })
  .map(({ nodes, release: { version, operator, target }, gate, patch, ...rest }) => {
    const isConverted = version !== target;
    const list: JsonObject =
      gate === undefined ? {} : { featureGates: [{ name: 'enableMultiArchBootImageImport', state: gate ? 'Enabled' : 'Disabled' }] };
    // As 1.18 stores it in v1: no field, and what v1 shares with v1beta1 only.
    const cr = isConverted
      ? { ...rest, patch: { spec: list } }
      : { ...rest, gate, patch: version === 'v1' && 'metadata' in patch ? {} : patch };
    return { nodes, cr: { ...cr, version, operator }, target };
  });

const runs = { numRuns: 400 };

/** What the API server would show in the version of the remedies. */
function stored({ cr, target }: Cluster): JsonObject {
  if (cr.version === target) return hyperConverged(cr);
  const { patch, ...rest } = cr;
  const listed = JSON.stringify(patch).includes('Enabled');
  return hyperConverged({ ...rest, version: target, gate: listed });
}

function look({ nodes, cr }: Cluster): Snapshot {
  return snapshot({ nodes, hyperConverged: hyperConverged(cr) });
}

function eachChange(cluster: Cluster, check: (proposal: Proposal, change: Change, before: JsonObject, after: JsonObject) => void) {
  const before = stored(cluster);
  for (const proposal of proposeFor(DISABLED, look(cluster))) {
    if (proposal.change) check(proposal, proposal.change, before, merge(before, proposal.change.patch));
  }
}

describe('the remedies of any cluster', () => {
  it('are proposed exactly when the condition is present: the import, and one for each architecture', () => {
    fc.assert(
      fc.property(CLUSTER, (cluster) => {
        const looked = look(cluster);
        for (const [alert, condition] of judgeAll(looked)) {
          const ids = proposeRemedies(alert, looked, condition).map(({ id }) => id);
          if (alert !== DISABLED) assert.equal(ids.includes('restart-operator'), condition.kind === 'absent');
          else if (condition.kind !== 'present') assert.deepEqual(ids, []);
          else {
            const restrictions = condition.evidence.architectures.workload.map(
              (architecture) => `restrict-workload-placement-${architecture}`,
            );
            assert.deepEqual(ids.toSorted(), ['enable-multi-arch-import', ...restrictions]);
          }
        }
      }),
      runs,
    );
  });

  it('clear the alert and leave a workload node, if they are feasible', () => {
    fc.assert(
      fc.property(CLUSTER, (cluster) => {
        eachChange(cluster, ({ feasible }, _change, _before, after) => {
          if (!feasible) return;
          const then = snapshot({ nodes: cluster.nodes, hyperConverged: after });
          assert.equal(judgeAll(then).get(DISABLED)?.kind, 'absent');
          assert.notEqual(workloadNodes(readNodes(cluster.nodes), readHyperConverged(after).placement).length, 0);
        });
      }),
      runs,
    );
  });

  it('are feasible where they clear the alert and leave their architecture', () => {
    fc.assert(
      fc.property(CLUSTER, (cluster) => {
        eachChange(cluster, ({ id, feasible }, { prediction }) => {
          const architecture = id.replace('restrict-workload-placement-', '');
          const leaves = id === 'enable-multi-arch-import' || prediction.workloadArchitectures.includes(architecture);
          assert.equal(feasible, prediction.clears && leaves);
        });
      }),
      runs,
    );
  });

  it('predict what the patched cluster is judged to be', () => {
    fc.assert(
      fc.property(CLUSTER, (cluster) => {
        const now = judgeAll(look(cluster));
        eachChange(cluster, (_proposal, { prediction }, before, after) => {
          const then = snapshot({ nodes: cluster.nodes, hyperConverged: after });
          const [was, is] = [before, after].map((object) => namesOf(cluster.nodes, readHyperConverged(object)));
          assert.ok(was && is);
          const judged = judgeAll(then);
          assert.deepEqual(
            { ...prediction, open: undefined, goldenImages: undefined },
            {
              workloadArchitectures: architecturesOf(cluster.nodes, is),
              workloadNodes: is.length,
              open: undefined,
              goldenImages: undefined,
              leaving: was.filter((name) => !is.includes(name)),
              joining: is.filter((name) => !was.includes(name)),
              clears: judged.get(DISABLED)?.kind === 'absent',
              starts: [...judged].flatMap(([alert, condition]) =>
                condition.kind === 'present' && now.get(alert)?.kind !== 'present' ? [{ alert, goldenImages: hitBy(condition) }] : [],
              ),
            },
          );
        });
      }),
      runs,
    );
  });

  it('change nothing when they are applied again', () => {
    fc.assert(
      fc.property(CLUSTER, (cluster) => {
        eachChange(cluster, (_proposal, { patch }, _before, after) => assert.deepEqual(merge(after, patch), after));
      }),
      runs,
    );
  });

  it('are addressed to the one version that their patch is written in', () => {
    fc.assert(
      fc.property(CLUSTER, (cluster) => {
        for (const { target } of proposeFor(DISABLED, look(cluster))) {
          assert.deepEqual(target, { version: cluster.target, namespace: 'kubevirt-hyperconverged', name: 'kubevirt-hyperconverged' });
        }
      }),
      runs,
    );
  });

  it('are advised only if they are feasible, and else say why not in a sentence', () => {
    fc.assert(
      fc.property(CLUSTER, (cluster) => {
        for (const { feasible, advised, reason } of proposeFor(DISABLED, look(cluster))) {
          assert.equal(advised, reason === undefined);
          if (advised) assert.ok(feasible);
          if (reason !== undefined) assert.match(reason, /^[A-Z].*[^ ]\.$/);
        }
      }),
      runs,
    );
  });
});

function namesOf(nodes: readonly JsonObject[], { placement }: HyperConverged): readonly string[] {
  return workloadNodes(readNodes(nodes), placement)
    .map(({ name }) => name)
    .sort();
}

function architecturesOf(nodes: readonly JsonObject[], names: readonly string[]): readonly string[] {
  const architectures = readNodes(nodes)
    .filter(({ name }) => names.includes(name))
    .map(({ architecture }) => architecture);
  return [...new Set(architectures)].filter((architecture) => architecture !== '').sort();
}

function hitBy(condition: Extract<Condition, { kind: 'present' }>): readonly string[] {
  return condition.goldenImages.filter((image) => image.condition === 'present').map(({ name }) => name);
}
