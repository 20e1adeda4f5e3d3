import assert from 'node:assert/strict';
import type { Cause } from '../../../shared/golden-images/cause.ts';
import { ALERT_RULES, type AlertName, type Condition, judgeCondition } from '../../../shared/golden-images/conditions.ts';
import type { JsonObject } from '../../../shared/golden-images/json.ts';
import type { FailedRead } from '../../../shared/golden-images/read.ts';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { type GoldenImageOptions, hyperConverged, node, nodePlacement, snapshot } from '../../helpers/cluster-objects.ts';

const DISABLED = 'HCOMultiArchGoldenImagesDisabled';
const UNSUPPORTED = 'HCOGoldenImageWithNoSupportedArchitecture';
const UNANNOTATED = 'HCOGoldenImageWithNoArchitectureAnnotation';

function judge(alert: AlertName, looked: Snapshot): Condition {
  const rule = ALERT_RULES.find((candidate) => candidate.alert === alert);
  assert.ok(rule);
  return judgeCondition(rule, looked);
}

/** `present`, or why not. */
function outcome(alert: AlertName, looked: Snapshot): 'present' | 'unknown' | Cause {
  const condition = judge(alert, looked);
  return condition.kind === 'absent' ? condition.cause : condition.kind;
}

function workers(architectures: readonly string[]): readonly JsonObject[] {
  return architectures.map((architecture, at) => node(`worker-${at}`, architecture));
}

describe('the alerts', () => {
  it('are three, in a fixed order', () => {
    assert.deepEqual(
      ALERT_RULES.map(({ alert }) => alert),
      [DISABLED, UNSUPPORTED, UNANNOTATED],
    );
  });
});

describe('the truth table of the alerts', () => {
  const GOOD = { good: 'amd64,arm64' };
  const FOREIGN = { foreign: 's390x' };
  const BARE = { bare: undefined };
  const EMPTY = { empty: '' };
  interface Row {
    readonly on: readonly string[];
    readonly images: Readonly<Record<string, GoldenImageOptions>>;
    readonly gate: boolean | undefined;
    readonly disabled: 'present' | Cause;
    readonly unsupported: 'present' | Cause;
    readonly unannotated: 'present' | Cause;
  }
  const off = { gate: false, unsupported: 'import-disabled', unannotated: 'import-disabled' } as const;
  const on = { gate: true, disabled: 'import-enabled' } as const;
  const none = { unsupported: 'no-golden-images', unannotated: 'no-golden-images' } as const;
  const rows: readonly Row[] = [
    { on: [], images: GOOD, ...off, disabled: 'no-workload-nodes' },
    { on: [''], images: GOOD, ...off, disabled: 'no-workload-nodes' },
    { on: ['amd64'], images: GOOD, ...off, disabled: 'one-architecture' },
    { on: ['amd64', 'amd64', ''], images: GOOD, ...off, disabled: 'one-architecture' },
    { on: ['amd64'], images: {}, ...off, disabled: 'one-architecture' },
    { on: ['amd64', 'arm64'], images: {}, ...off, disabled: 'no-golden-images' },
    { on: ['amd64', 'arm64'], images: {}, ...on, ...none },
    { on: ['amd64', 'arm64'], images: GOOD, ...off, disabled: 'present' },
    { on: ['amd64', 'arm64'], images: GOOD, ...off, gate: undefined, disabled: 'present' },
    { on: ['amd64', 'arm64'], images: FOREIGN, ...off, disabled: 'present' },
    { on: ['amd64', 'arm64'], images: BARE, ...off, disabled: 'present' },
    { on: ['amd64', 'arm64', 's390x'], images: GOOD, ...off, disabled: 'present' },
    { on: ['amd64', 'arm64'], images: GOOD, ...on, unsupported: 'all-supported', unannotated: 'all-annotated' },
    { on: ['amd64', 'arm64'], images: FOREIGN, ...on, unsupported: 'present', unannotated: 'all-annotated' },
    { on: ['amd64', 'arm64'], images: BARE, ...on, unsupported: 'all-supported', unannotated: 'present' },
    { on: ['amd64', 'arm64'], images: EMPTY, ...on, unsupported: 'all-supported', unannotated: 'present' },
    { on: ['amd64', 'arm64'], images: { ...GOOD, ...FOREIGN, ...BARE }, ...on, unsupported: 'present', unannotated: 'present' },
    { on: ['amd64'], images: GOOD, ...on, unsupported: 'all-supported', unannotated: 'all-annotated' },
    { on: ['amd64'], images: FOREIGN, ...on, unsupported: 'present', unannotated: 'all-annotated' },
    { on: ['amd64'], images: BARE, ...on, unsupported: 'all-supported', unannotated: 'present' },
    { on: [], images: GOOD, ...on, unsupported: 'present', unannotated: 'all-annotated' },
    { on: [''], images: GOOD, ...on, unsupported: 'present', unannotated: 'all-annotated' },
    { on: [], images: BARE, ...on, unsupported: 'all-supported', unannotated: 'present' },
    { on: [], images: {}, ...on, ...none },
  ];
  for (const { on: architectures, images, gate, disabled, unsupported, unannotated } of rows) {
    const when = `[${architectures}], images ${JSON.stringify(images)}, import ${gate}`;
    for (const version of ['v1', 'v1beta1'] as const) {
      const looked = snapshot({ nodes: workers(architectures), hyperConverged: hyperConverged({ version, gate, goldenImages: images }) });
      it(`${when} in ${version}: ${disabled}, ${unsupported}, ${unannotated}`, () => {
        const found = ALERT_RULES.map(({ alert }) => outcome(alert, looked));
        assert.deepEqual(found, [disabled, unsupported, unannotated]);
      });
    }
  }

  it('counts the nodes that the placement selects', () => {
    const nodes = workers(['amd64', 'arm64']);
    const placement = nodePlacement({ 'kubernetes.io/arch': 'amd64' });
    assert.equal(outcome(DISABLED, snapshot({ nodes, hyperConverged: hyperConverged({ placement }) })), 'one-architecture');
    const nowhere = nodePlacement({}, []);
    assert.equal(outcome(DISABLED, snapshot({ nodes, hyperConverged: hyperConverged({ placement: nowhere }) })), 'no-workload-nodes');
  });

  it('does not count control-plane nodes without a placement', () => {
    const nodes = [node('cp-1', 'arm64', { roles: ['control-plane'] }), ...workers(['amd64'])];
    assert.equal(outcome(DISABLED, snapshot({ nodes, hyperConverged: hyperConverged() })), 'one-architecture');
  });
});

describe('a golden image on amd64 and arm64 nodes with the import on', () => {
  const cases: { declared: GoldenImageOptions; alerts: readonly AlertName[] }[] = [
    { declared: 'amd64', alerts: [] },
    { declared: 'arm64,amd64', alerts: [] },
    { declared: 'arm64,arm64', alerts: [] },
    { declared: 'amd64, arm64', alerts: [] }, // arm64 is lost, and nothing says so
    { declared: ' amd64, arm64', alerts: [UNSUPPORTED] },
    { declared: 's390x, amd64', alerts: [UNSUPPORTED] },
    { declared: 'x86_64', alerts: [UNSUPPORTED] },
    { declared: 'aarch64,x86_64', alerts: [UNSUPPORTED] },
    { declared: 'AMD64', alerts: [UNSUPPORTED] },
    { declared: 'amd64;arm64', alerts: [UNSUPPORTED] },
    { declared: 's390x', alerts: [UNSUPPORTED] },
    { declared: 'amd64,', alerts: [] },
    { declared: ',', alerts: [UNSUPPORTED] },
    { declared: ' ', alerts: [UNSUPPORTED] },
    { declared: '', alerts: [UNANNOTATED] },
    { declared: undefined, alerts: [UNANNOTATED] },
    // HCO filtered the annotation, and kept what the author wrote.
    { declared: { annotation: '', original: 's390x' }, alerts: [UNSUPPORTED] },
    { declared: { annotation: '', original: 'amd64,s390x' }, alerts: [] }, // not reconciled since amd64 came
    { declared: { annotation: 'amd64', original: 's390x' }, alerts: [UNSUPPORTED] }, // not reconciled since
    { declared: { annotation: 'amd64', original: 'amd64,s390x' }, alerts: [] },
    { declared: { annotation: '', original: '' }, alerts: [UNANNOTATED] },
  ];
  for (const { declared, alerts } of cases) {
    it(`that declares ${JSON.stringify(declared)} is hit by ${alerts[0] ?? 'no alert'}`, () => {
      const looked = snapshot({
        nodes: workers(['amd64', 'arm64']),
        hyperConverged: hyperConverged({ gate: true, goldenImages: { image: declared } }),
      });
      const hit = ALERT_RULES.map(({ alert }) => alert).filter((alert) => outcome(alert, looked) === 'present');
      assert.deepEqual(hit, alerts);
    });
  }
});

describe('the golden images of a condition', () => {
  const goldenImages = { Z: 'amd64', b: 's390x', a: 'riscv64', c: undefined };
  const nodes = workers(['amd64', 'arm64']);

  it('are all there, sorted by name, each with its own condition', () => {
    const condition = judge(UNSUPPORTED, snapshot({ nodes, hyperConverged: hyperConverged({ gate: true, goldenImages }) }));
    assert.ok(condition.kind === 'present');
    assert.deepEqual(condition.goldenImages, [
      { name: 'Z', condition: 'absent', declaredArchitectures: 'amd64' },
      { name: 'a', condition: 'present', declaredArchitectures: 'riscv64' },
      { name: 'b', condition: 'present', declaredArchitectures: 's390x' },
      { name: 'c', condition: 'absent', declaredArchitectures: undefined },
    ]);
  });

  it('are all absent while the import is off', () => {
    const condition = judge(UNSUPPORTED, snapshot({ nodes, hyperConverged: hyperConverged({ gate: false, goldenImages }) }));
    assert.ok(condition.kind === 'absent');
    assert.deepEqual(new Set(condition.goldenImages.map((image) => image.condition)), new Set(['absent']));
    assert.equal(condition.goldenImages.length, 4);
  });

  it('are none for the alert about the whole cluster', () => {
    const condition = judge(DISABLED, snapshot({ nodes, hyperConverged: hyperConverged({ goldenImages }) }));
    assert.ok(condition.kind === 'present');
    assert.deepEqual(condition.goldenImages, []);
  });
});

describe('what is not there, or was not read', () => {
  const nodesFailed: FailedRead = { resource: 'nodes', reason: 'timeout', detail: 'the API server did not answer in time' };
  const crFailed: FailedRead = { resource: 'hyperconvergeds.hco.kubevirt.io', reason: 'forbidden', detail: 'no' };
  const nodes = workers(['amd64', 'arm64']);

  for (const { alert } of ALERT_RULES) {
    it(`makes ${alert} absent: no HyperConverged in a complete list`, () => {
      assert.deepEqual(judge(alert, snapshot({ nodes })), {
        kind: 'absent',
        cause: 'no-hyperconverged',
        evidence: undefined,
        goldenImages: [],
      });
    });

    it(`makes ${alert} absent: a complete list without nodes, import off`, () => {
      assert.equal(judge(alert, snapshot({ nodes: [], hyperConverged: hyperConverged() })).kind, 'absent');
    });

    it(`makes ${alert} unknown: the HyperConverged`, () => {
      assert.deepEqual(judge(alert, snapshot({ nodes, hyperConverged: crFailed })), { kind: 'unknown', unread: [crFailed] });
    });

    it(`makes ${alert} unknown: the nodes`, () => {
      for (const gate of [true, false]) {
        const looked = snapshot({ nodes: nodesFailed, hyperConverged: hyperConverged({ gate }) });
        assert.deepEqual(judge(alert, looked), { kind: 'unknown', unread: [nodesFailed] });
      }
    });

    it(`makes ${alert} unknown: both, each named`, () => {
      const looked = snapshot({ nodes: nodesFailed, hyperConverged: crFailed });
      assert.deepEqual(judge(alert, looked), { kind: 'unknown', unread: [crFailed, nodesFailed] });
    });
  }
});

describe('the evidence', () => {
  function evidenceOf(looked: Snapshot) {
    const condition = judge(DISABLED, looked);
    assert.ok(condition.kind !== 'unknown' && condition.evidence);
    return condition.evidence;
  }
  const nodes = [
    node('cp-1', 'amd64', { roles: ['control-plane'] }),
    node('worker-2', 'arm64', { createdAt: '2026-11-22T09:00:00Z' }),
    node('worker-1', 'amd64'),
    node('worker-3', 'amd64', { ready: 'False' }),
  ];

  it('holds every input of the predicates', () => {
    const goldenImages = { fedora: 'amd64', custom: undefined };
    assert.deepEqual(evidenceOf(snapshot({ nodes, hyperConverged: hyperConverged({ gate: false, goldenImages }) })), {
      hyperConverged: { version: 'v1', namespace: 'kubevirt-hyperconverged', name: 'kubevirt-hyperconverged' },
      gate: { enabled: false, path: 'spec.workloadSources.enableMultiArchBootImageImport', explicit: true },
      placement: undefined,
      architectures: { workload: ['amd64', 'arm64'], controlPlane: ['amd64'], default: 'amd64' },
      rows: [
        {
          architecture: 'amd64',
          nodes: ['worker-1', 'worker-3'],
          ready: 1,
          open: 1,
          obstacles: [{ reason: 'not ready', nodes: 1 }],
          pools: ['worker'],
          oldest: { name: 'worker-1', createdAt: '2026-01-01T00:00:00Z' },
        },
        {
          architecture: 'arm64',
          nodes: ['worker-2'],
          ready: 1,
          open: 1,
          obstacles: [],
          pools: ['worker'],
          oldest: { name: 'worker-2', createdAt: '2026-11-22T09:00:00Z' },
        },
      ],
      goldenImages: ['custom', 'fedora'],
      disagreeing: undefined,
      counterpart: undefined,
      mislabelled: [],
      setBy: { gate: undefined, placement: undefined },
      owners: [],
      lastChange: undefined,
    });
  });

  it('is there when the condition is absent, too', () => {
    assert.equal(evidenceOf(snapshot({ nodes, hyperConverged: hyperConverged({ gate: true }) })).gate.enabled, true);
  });

  const PATHS = [
    { version: 'v1', path: 'spec.deployment.nodePlacements.workload' },
    { version: 'v1beta1', path: 'spec.workloads.nodePlacement' },
  ] as const;
  for (const { version, path } of PATHS) {
    it(`says where the placement stands in ${version}, if it restricts`, () => {
      const withPlacement = (placement: JsonObject) =>
        evidenceOf(snapshot({ nodes, hyperConverged: hyperConverged({ version, placement }) })).placement?.path;
      assert.equal(withPlacement(nodePlacement({ a: '1' })), path);
      assert.equal(withPlacement({ tolerations: [{ operator: 'Exists' }] }), undefined);
    });
  }

  const reports: { reported: readonly string[] | undefined; disagreeing: readonly string[] | undefined }[] = [
    { reported: undefined, disagreeing: undefined },
    { reported: ['amd64', 'arm64'], disagreeing: undefined },
    { reported: ['arm64', 'amd64'], disagreeing: undefined },
    { reported: ['amd64'], disagreeing: ['amd64'] },
    { reported: [], disagreeing: [] },
    { reported: ['amd64', 'arm64', 's390x'], disagreeing: ['amd64', 'arm64', 's390x'] },
  ];
  for (const { reported, disagreeing } of reports) {
    it(`holds ${JSON.stringify(disagreeing)} against the live nodes when HCO says ${JSON.stringify(reported)}`, () => {
      const looked = snapshot({ nodes, hyperConverged: hyperConverged(reported ? { reported } : {}) });
      assert.deepEqual(evidenceOf(looked).disagreeing, disagreeing);
      assert.equal(outcome(DISABLED, looked), 'present'); // and believes the nodes
    });
  }

  it('names the workload nodes whose label is not what the kubelet reports', () => {
    const arch = (value: string | undefined) => ({ labels: { 'kubernetes.io/arch': value } });
    const odd = [
      node('z-wrong', 'arm64', arch('amd64')),
      node('a-missing', 'amd64', arch(undefined)),
      node('right', 'amd64'),
      node('not-reported', '', arch('amd64')),
      node('not-a-worker', 'arm64', { roles: [], ...arch('amd64') }),
    ];
    assert.deepEqual(evidenceOf(snapshot({ nodes: odd, hyperConverged: hyperConverged() })).mislabelled, ['a-missing', 'z-wrong']);
  });
});
