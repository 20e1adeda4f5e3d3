import assert from 'node:assert/strict';
import { changesBetween } from '../../../shared/incidents/changes.ts';
import type { FactChange, Facts } from '../../../shared/incidents/incident.ts';
import { judge } from '../../../shared/judge.ts';
import { type HyperConvergedOptions, hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';

const NO_ANNOTATION = 'HCOGoldenImageWithNoArchitectureAnnotation';
const DISABLED = 'HCOMultiArchGoldenImagesDisabled';

interface State extends HyperConvergedOptions {
  /** Architectures of the workers by name. */
  readonly nodes?: Readonly<Record<string, string>>;
}

const NODES = { 'worker-1': 'amd64', 'worker-2': 'arm64' };

function factsOf(alert: string, { nodes = NODES, ...options }: State): Facts | undefined {
  const objects = Object.entries(nodes).map(([name, architecture]) => node(name, architecture));
  const judged = judge(snapshot({ nodes: objects, hyperConverged: hyperConverged(options) }), 'kubectl');
  const judgement = judged.find((each) => each.alert === alert);
  if (judgement === undefined || judgement.condition.kind === 'unknown') return undefined;
  return {
    checkedAt: '',
    condition: judgement.condition,
    remedies: judgement.remedies,
    preferredVersion: undefined,
    schemaFailure: undefined,
  };
}

describe('what changed between two looks', () => {
  const cases: readonly { rule: string; alert?: string; before: State; after: State; changes: readonly FactChange[] }[] = [
    { rule: 'nothing', before: {}, after: {}, changes: [] },
    {
      rule: 'a node more of a known architecture is none',
      before: {},
      after: { nodes: { ...NODES, 'worker-3': 'arm64' } },
      changes: [],
    },
    {
      rule: 'an architecture more',
      before: {},
      after: { nodes: { ...NODES, 'worker-3': 's390x' } },
      changes: [{ what: 'architecture-added', names: ['s390x'] }],
    },
    {
      rule: 'an architecture less, and who left',
      before: { nodes: { ...NODES, 'worker-4': 's390x', 'worker-3': 's390x' } },
      after: {},
      changes: [
        { what: 'architecture-gone', names: ['s390x'] },
        { what: 'nodes-left', names: ['worker-3', 'worker-4'] },
      ],
    },
    {
      rule: 'one architecture for another',
      before: {},
      after: { nodes: { 'worker-1': 'amd64', 'worker-3': 's390x' } },
      changes: [
        { what: 'architecture-added', names: ['s390x'] },
        { what: 'architecture-gone', names: ['arm64'] },
        { what: 'nodes-left', names: ['worker-2'] },
      ],
    },
    {
      rule: 'golden images, in the alert about all of them',
      before: { goldenImages: { a: 'amd64', b: 'amd64' } },
      after: { goldenImages: { d: 'amd64', c: 'amd64', b: 'amd64' } },
      changes: [
        { what: 'images-added', names: ['c', 'd'] },
        { what: 'images-gone', names: ['a'] },
      ],
    },
    {
      rule: 'golden images that are hit, in an alert about single ones',
      alert: NO_ANNOTATION,
      before: { gate: true, goldenImages: { a: undefined, b: 'amd64' } },
      after: { gate: true, goldenImages: { a: undefined, b: undefined, c: 'amd64' } },
      changes: [{ what: 'images-added', names: ['b'] }],
    },
    {
      rule: 'fewer golden images that are hit',
      alert: NO_ANNOTATION,
      before: { gate: true, goldenImages: { a: undefined, b: undefined } },
      after: { gate: true, goldenImages: { a: undefined, b: 'amd64' } },
      changes: [{ what: 'images-gone', names: ['b'] }],
    },
  ];
  for (const { rule, alert = DISABLED, before, after, changes } of cases) {
    it(rule, () => {
      assert.deepEqual(changesBetween(factsOf(alert, before), factsOf(alert, after)), changes);
    });
  }

  it('is nothing where one of the two is not known', () => {
    const facts = factsOf(DISABLED, {});
    assert.deepEqual([changesBetween(undefined, facts), changesBetween(facts, undefined)], [[], []]);
  });
});
