import assert from 'node:assert/strict';
import { type Judged, type RiskClass, type RiskReason, toAtRisk } from '../../../shared/golden-images/at-risk.ts';
import { changesBetween, mergeChanges } from '../../../shared/incidents/changes.ts';
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

const FOUND: Partial<Record<RiskReason, RiskClass>> = {
  'own-guest': 'fine',
  'guest-differs': 'suspect',
  'image-differs': 'suspect',
  'selects-others': 'suspect',
  'not-the-default': 'suspect',
};

describe('what changed of who is at risk', () => {
  const machines = (names: readonly string[], reason: RiskReason): readonly Judged[] =>
    names.map((name) => ({ name, found: FOUND[reason] ?? 'unknown', reason }));
  const facts = (...judged: readonly Judged[]): Facts | undefined => {
    const found = factsOf(DISABLED, {});
    return found && { ...found, atRisk: { ok: true, value: toAtRisk(judged, []) } };
  };
  const unread = (before?: Facts): Facts | undefined => {
    const found = factsOf(DISABLED, {});
    const failure = { resource: 'virtualmachines.kubevirt.io', reason: 'forbidden' as const, detail: '' };
    return found && { ...found, atRisk: { ok: false, failure }, lastAtRisk: before?.atRisk?.ok ? before.atRisk.value : undefined };
  };
  const added = (...names: readonly string[]): readonly FactChange[] => [{ what: 'machines-added', names }];
  const gone = (...names: readonly string[]): readonly FactChange[] => [{ what: 'machines-gone', names }];
  const many = Array.from({ length: 101 }, (_, index) => `shop/vm-${String(index).padStart(3, '0')}`);
  const cases: readonly { rule: string; before: Facts | undefined; after: Facts | undefined; changes: readonly FactChange[] }[] = [
    {
      rule: 'a suspect that was not there',
      before: facts(),
      after: facts(...machines(['b'], 'image-differs'), ...machines(['a'], 'not-the-default')),
      changes: added('a', 'b'),
    },
    {
      rule: 'a new machine of which nothing is known is none, and so is its end',
      before: facts(...machines(['run-1'], 'nothing-known')),
      after: facts(...machines(['run-2'], 'nothing-known')),
      changes: [],
    },
    { rule: 'a new machine that is fine is none', before: facts(), after: facts(...machines(['a'], 'own-guest')), changes: [] },
    { rule: 'a suspect that is gone', before: facts(...machines(['a'], 'image-differs')), after: facts(), changes: gone('a') },
    {
      rule: 'a machine that stops, and proves nothing any more, is none',
      before: facts(...machines(['a', 'b'], 'own-guest')),
      after: facts(...machines(['a'], 'nothing-known'), ...machines(['b'], 'not-the-default')),
      changes: [],
    },
    {
      rule: 'nor is one that starts, and proves itself',
      before: facts(...machines(['a'], 'nothing-known'), ...machines(['b'], 'not-the-default')),
      after: facts(...machines(['a', 'b'], 'own-guest')),
      changes: [],
    },
    {
      rule: 'a machine that something now speaks against',
      before: facts(...machines(['a'], 'own-guest'), ...machines(['b'], 'nothing-known')),
      after: facts(...machines(['a'], 'guest-differs'), ...machines(['b'], 'image-differs')),
      changes: added('a', 'b'),
    },
    {
      rule: 'a machine whose own nodeSelector now speaks against it',
      before: facts(...machines(['a'], 'nothing-known')),
      after: facts(...machines(['a'], 'selects-others')),
      changes: added('a'),
    },
    {
      rule: 'and one that nothing speaks against any more',
      before: facts(...machines(['a'], 'guest-differs')),
      after: facts(...machines(['a'], 'own-guest')),
      changes: gone('a'),
    },
    { rule: 'nothing where it was never read before', before: unread(), after: facts(...machines(['a'], 'image-differs')), changes: [] },
    { rule: 'nothing where it cannot be read now', before: facts(...machines(['a'], 'image-differs')), after: unread(), changes: [] },
    {
      rule: 'what came and went since it could last be read',
      before: unread(facts(...machines(['a', 'b'], 'image-differs'))),
      after: facts(...machines(['b', 'c'], 'image-differs')),
      changes: [...added('c'), ...gone('a')],
    },
    {
      rule: 'nothing that could have been among those that are not on record',
      before: facts(...machines(many, 'not-the-default')),
      after: facts(...machines(['a', ...many], 'not-the-default')),
      changes: [],
    },
    {
      rule: 'the first names where so many are new',
      before: facts(),
      after: facts(...machines(many, 'image-differs')),
      changes: added(...many.slice(0, 100)),
    },
  ];
  for (const { rule, before, after, changes } of cases) {
    it(rule, () => assert.deepEqual(changesBetween(before, after), changes));
  }

  it('that came and went in between is none', () => {
    assert.deepEqual(mergeChanges(added('a', 'b'), gone('a')), added('b'));
  });
});
