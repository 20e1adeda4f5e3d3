/** The cases that HCO tests itself with (`architectures_test.go`), and what they leave open. */
import assert from 'node:assert/strict';
import { readHyperConverged } from '../../../shared/golden-images/hyperconverged.ts';
import type { Json, JsonObject } from '../../../shared/golden-images/json.ts';
import { readNodePlacement, restrictsNodes } from '../../../shared/golden-images/node-selector.ts';
import { nodeArchitectures, workloadNodes } from '../../../shared/golden-images/workload-nodes.ts';
import { hyperConverged, node, nodePlacement, readNodes } from '../../helpers/cluster-objects.ts';

const withRoles =
  (...roles: readonly string[]) =>
  (architecture: string) =>
    node(`${roles.join('-')}-${architecture}`, architecture, { roles });
const worker = withRoles('worker');
const controlPlane = withRoles('control-plane');
const master = withRoles('master');
const both = withRoles('control-plane', 'worker');
const labelled = (labels: Readonly<Record<string, string>>, architecture: string, roles: readonly string[] = []) =>
  node('labelled', architecture, { roles, labels });

function architecturesOf(nodes: readonly JsonObject[], placement?: Json) {
  return nodeArchitectures(readNodes(nodes), readNodePlacement(placement));
}

describe('the architectures of nodes without a placement', () => {
  const cases: { nodes: string; objects: JsonObject[]; workload?: string[]; controlPlane?: string[] }[] = [
    { nodes: 'none', objects: [] },
    { nodes: 'W("")', objects: [worker('')] },
    { nodes: 'W amd64', objects: [worker('amd64')], workload: ['amd64'] },
    { nodes: 'W arm64, W amd64', objects: [worker('arm64'), worker('amd64')], workload: ['amd64', 'arm64'] },
    { nodes: 'W amd64, W("")', objects: [worker('amd64'), worker('')], workload: ['amd64'] },
    { nodes: 'W amd64, W x86_64', objects: [worker('amd64'), worker('x86_64')], workload: ['amd64', 'x86_64'] },
    { nodes: 'CP("")', objects: [controlPlane('')] },
    { nodes: 'CP amd64', objects: [controlPlane('amd64')], controlPlane: ['amd64'] },
    { nodes: 'M amd64', objects: [master('amd64')], controlPlane: ['amd64'] },
    { nodes: 'CP arm64, CP amd64', objects: [controlPlane('arm64'), controlPlane('amd64')], controlPlane: ['amd64', 'arm64'] },
    {
      nodes: 'CP amd64, M arm64, CP(""), CP amd64, W arm64, W amd64 twice, W("")',
      objects: [
        controlPlane('amd64'),
        master('arm64'),
        controlPlane(''),
        controlPlane('amd64'),
        worker('arm64'),
        worker('amd64'),
        worker('amd64'),
        worker(''),
      ],
      workload: ['amd64', 'arm64'],
      controlPlane: ['amd64', 'arm64'],
    },
    { nodes: 'one node CP and W amd64', objects: [both('amd64')], workload: ['amd64'], controlPlane: ['amd64'] },
    { nodes: 'a node without a role', objects: [labelled({}, 'amd64')] },
    {
      nodes: 'a worker label with a value',
      objects: [labelled({ 'node-role.kubernetes.io/worker': 'false' }, 'amd64')],
      workload: ['amd64'],
    },
    { nodes: 'HyperShift’s own control-plane label', objects: [labelled({ 'node-role.kubevirt.io/control-plane': '' }, 'amd64')] },
    {
      nodes: 'a label that says another architecture',
      objects: [labelled({ 'kubernetes.io/arch': 'arm64' }, 'amd64', ['worker'])],
      workload: ['amd64'],
    },
    { nodes: 'a worker that is not ready', objects: [node('n', 'amd64', { ready: 'False', cordoned: true })], workload: ['amd64'] },
  ];
  for (const { nodes, objects, workload = [], controlPlane: expected = [] } of cases) {
    it(`are ${JSON.stringify(workload)} and ${JSON.stringify(expected)} with ${nodes}`, () => {
      const found = architecturesOf(objects);
      assert.deepEqual([found.workload, found.controlPlane], [workload, expected]);
    });
  }

  it('leave a node of unknown architecture among the workload nodes', () => {
    assert.deepEqual(
      architecturesOf([worker('')]).workloadNodes.map(({ name }) => name),
      ['worker-'],
    );
  });
});

describe('the workload architectures of nodes with a placement', () => {
  const within = (...values: string[]) => nodePlacement({}, [{ matchExpressions: [{ key: 'a', operator: 'In', values }] }]);
  const letters = [labelled({ a: 'a' }, 'amd64'), labelled({ a: 'b' }, 'arm64'), labelled({ a: 'c' }, 's390x')];
  const cases: { when: string; objects: JsonObject[]; placement: Json; workload: string[] }[] = [
    {
      when: 'W{a=1}(""), selector b=1',
      objects: [labelled({ a: '1' }, '', ['worker'])],
      placement: nodePlacement({ b: '1' }),
      workload: [],
    },
    {
      when: 'W{a=1} amd64, selector a=1',
      objects: [labelled({ a: '1' }, 'amd64', ['worker'])],
      placement: nodePlacement({ a: '1' }),
      workload: ['amd64'],
    },
    { when: 'W amd64, selector a=1', objects: [worker('amd64')], placement: nodePlacement({ a: '1' }), workload: [] },
    {
      when: 'no worker {a=1} amd64, selector a=1',
      objects: [labelled({ a: '1' }, 'amd64')],
      placement: nodePlacement({ a: '1' }),
      workload: ['amd64'],
    },
    {
      when: 'CP{a=1} amd64, selector a=1',
      objects: [labelled({ a: '1' }, 'amd64', ['control-plane'])],
      placement: nodePlacement({ a: '1' }),
      workload: ['amd64'],
    },
    {
      when: '{a=1} amd64, selector a=1,b=1',
      objects: [labelled({ a: '1' }, 'amd64')],
      placement: nodePlacement({ a: '1', b: '1' }),
      workload: [],
    },
    {
      when: '{a=1} amd64 and arm64, selector a=1',
      objects: [labelled({ a: '1' }, 'amd64'), labelled({ a: '1' }, 'arm64')],
      placement: nodePlacement({ a: '1' }),
      workload: ['amd64', 'arm64'],
    },
    { when: '{a=a} amd64, a In [b,c]', objects: [labelled({ a: 'a' }, 'amd64')], placement: within('b', 'c'), workload: [] },
    { when: '{a=a} amd64, a In [a,b,c]', objects: [labelled({ a: 'a' }, 'amd64')], placement: within('a', 'b', 'c'), workload: ['amd64'] },
    {
      when: '{a=a} amd64, {a=b} arm64, {a=c} s390x, a In [a,c]',
      objects: letters,
      placement: within('a', 'c'),
      workload: ['amd64', 's390x'],
    },
    { when: 'W amd64, no terms', objects: [worker('amd64')], placement: nodePlacement({}, []), workload: [] },
    {
      when: 'W amd64, an affinity that cannot be parsed',
      objects: [worker('amd64')],
      placement: nodePlacement({}, [{ matchExpressions: [{ key: 'a', operator: 'Foo' }] }]),
      workload: [],
    },
    {
      when: 'W amd64 and no worker arm64, an empty nodeSelector',
      objects: [worker('amd64'), labelled({}, 'arm64')],
      placement: nodePlacement({}),
      workload: ['amd64'],
    },
  ];
  for (const { when, objects, placement, workload } of cases) {
    it(`are ${JSON.stringify(workload)} with ${when}`, () => assert.deepEqual(architecturesOf(objects, placement).workload, workload));
  }

  it('follow the label in selection and the kubelet in counting', () => {
    const mislabelled = labelled({ 'kubernetes.io/arch': 'amd64' }, 'arm64', ['worker']);
    assert.deepEqual(architecturesOf([worker('arm64'), mislabelled], nodePlacement({ 'kubernetes.io/arch': 'amd64' })).workload, ['arm64']);
  });

  it('do not change which nodes are control plane', () => {
    assert.deepEqual(architecturesOf([controlPlane('arm64'), worker('amd64')], nodePlacement({ a: '1' })).controlPlane, ['arm64']);
  });
});

describe('a placement restricts nodes', () => {
  const required = (value: Json) => ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: value } } });
  const cases: { when: string; spec: JsonObject; restricts: boolean }[] = [
    { when: 'there is no nodePlacements', spec: {}, restricts: false },
    { when: 'nodePlacements is null', spec: { deployment: { nodePlacements: null } }, restricts: false },
    { when: 'nodePlacements is empty', spec: { deployment: { nodePlacements: {} } }, restricts: false },
    { when: 'workload is empty', spec: { deployment: { nodePlacements: { workload: {} } } }, restricts: false },
    {
      when: 'only the infrastructure is placed',
      spec: { deployment: { nodePlacements: { infra: nodePlacement({ a: '1' }) } } },
      restricts: false,
    },
    { when: 'the nodeSelector is empty', spec: inV1({ nodeSelector: {} }), restricts: false },
    { when: 'the affinity is empty', spec: inV1({ affinity: {} }), restricts: false },
    { when: 'the nodeAffinity is empty', spec: inV1({ affinity: { nodeAffinity: {} } }), restricts: false },
    { when: 'the required affinity is null', spec: inV1(required(null)), restricts: false },
    { when: 'there are tolerations only', spec: inV1({ tolerations: [{ operator: 'Exists' }] }), restricts: false },
    { when: 'the nodeSelector says something', spec: inV1({ nodeSelector: { a: '1' } }), restricts: true },
    { when: 'the required affinity is an empty object', spec: inV1(required({})), restricts: true },
    { when: 'the required affinity has no terms', spec: inV1(required({ nodeSelectorTerms: [] })), restricts: true },
    { when: 'the required affinity has an empty term', spec: inV1(required({ nodeSelectorTerms: [{}] })), restricts: true },
  ];
  for (const { when, spec, restricts } of cases) {
    it(`${restricts ? 'when' : 'not when'} ${when}`, () => {
      // As JSON, since a merge patch would drop the nulls.
      const { placement } = readHyperConverged({ ...hyperConverged(), spec });
      assert.equal(restrictsNodes(placement), restricts);
      const [plain] = readNodes([worker('amd64')]);
      assert.ok(plain);
      assert.deepEqual(workloadNodes([plain], placement), restricts ? [] : [plain]);
    });
  }
});

function inV1(workload: JsonObject): JsonObject {
  return { deployment: { nodePlacements: { workload } } };
}

describe('the default architecture', () => {
  const [amd64, arm64, s390x] = ['amd64', 'arm64', 's390x'].map(worker);
  assert.ok(amd64 && arm64 && s390x);
  const cases: { nodes: string; objects: JsonObject[]; is: string | undefined }[] = [
    { nodes: 'none', objects: [], is: undefined },
    { nodes: 'W("")', objects: [worker('')], is: undefined },
    { nodes: 'CP amd64', objects: [controlPlane('amd64')], is: undefined },
    { nodes: 'W arm64', objects: [arm64], is: 'arm64' },
    { nodes: 'CP amd64, W amd64,arm64', objects: [controlPlane('amd64'), amd64, arm64], is: 'amd64' },
    { nodes: 'CP amd64, W arm64,s390x', objects: [controlPlane('amd64'), arm64, s390x], is: 'arm64' },
    { nodes: 'one node CP and W amd64', objects: [both('amd64')], is: 'amd64' },
    { nodes: 'W s390x,arm64,amd64', objects: [s390x, arm64, amd64], is: 'amd64' },
    { nodes: 'CP s390x, W amd64,s390x', objects: [controlPlane('s390x'), amd64, s390x], is: 's390x' },
    { nodes: 'W amd64,arm64,amd64', objects: [amd64, arm64, amd64], is: 'amd64' },
    { nodes: 'W amd64,arm64,arm64', objects: [amd64, arm64, arm64], is: 'arm64' },
    { nodes: 'CP amd64, W amd64,arm64,arm64', objects: [controlPlane('amd64'), amd64, arm64, arm64], is: 'amd64' },
    { nodes: 'CP s390x, W amd64,arm64,arm64', objects: [controlPlane('s390x'), amd64, arm64, arm64], is: 'arm64' },
    {
      // Only the first of the control plane's is tried.
      nodes: 'CP amd64,arm64, W arm64,s390x,s390x',
      objects: [controlPlane('arm64'), controlPlane('amd64'), arm64, s390x, s390x],
      is: 's390x',
    },
  ];
  for (const { nodes, objects, is } of cases) {
    it(`is ${is ?? 'none'} with ${nodes}`, () => assert.equal(architecturesOf(objects).default, is));
  }
});
