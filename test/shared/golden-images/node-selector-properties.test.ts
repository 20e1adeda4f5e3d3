/** Node selection over random placements, against a reading of the rules that is as plain as can be. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matchesPlacement, readNodePlacement, type SelectableNode } from '../../../shared/golden-images/node-selector.ts';
import { nodePlacement } from '../../helpers/cluster-objects.ts';

interface PlainRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: string[];
}

interface PlainTerm {
  readonly matchExpressions: PlainRequirement[];
  readonly matchFields: PlainRequirement[];
}

interface PlainPlacement {
  readonly nodeSelector: Record<string, string>;
  readonly terms: PlainTerm[];
}

/** A small alphabet, so that labels and requirements meet often. */
const KEYS = fc.constantFrom('a', 'b');
const LABEL_VALUES = fc.constantFrom('', '1', '2', '10', 'x');
const NUMBERS = fc.constantFrom('1', '2', '10');
const LABELS = fc.dictionary(KEYS, LABEL_VALUES, { maxKeys: 2 });
const NODES: fc.Arbitrary<SelectableNode> = fc.record({ name: fc.constantFrom('n1', 'n2'), labels: LABELS });

function requirement(operators: readonly string[], values: fc.Arbitrary<string[]>): fc.Arbitrary<PlainRequirement> {
  return fc.record({ key: KEYS, operator: fc.constantFrom(...operators), values });
}

/** `-` is no label key, `-1` no label value; most of these are invalid. */
const ANY_EXPRESSION: fc.Arbitrary<PlainRequirement> = fc.record({
  key: fc.constantFrom('a', 'b', '-'),
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt', 'Foo'),
  values: fc.array(fc.constantFrom('', '1', 'x', '-1'), { maxLength: 2 }),
});

const EXPRESSION = fc.oneof(
  { weight: 3, arbitrary: requirement(['In', 'NotIn'], fc.array(LABEL_VALUES, { minLength: 1, maxLength: 3 })) },
  { weight: 2, arbitrary: requirement(['Exists', 'DoesNotExist'], fc.constant([])) },
  { weight: 2, arbitrary: requirement(['Gt', 'Lt'], fc.tuple(NUMBERS)) },
  { weight: 1, arbitrary: ANY_EXPRESSION },
);

const FIELD: fc.Arbitrary<PlainRequirement> = fc.record({
  key: fc.constantFrom('metadata.name', 'metadata.name', 'spec.unschedulable'),
  operator: fc.constantFrom('In', 'NotIn', 'In', 'NotIn', 'Exists'),
  values: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('n1', 'n2', '').map((name): string[] => [name]) },
    { weight: 1, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.constant<string[]>(['n1', 'n2']) },
  ),
});

const TERM: fc.Arbitrary<PlainTerm> = fc.record({
  matchExpressions: fc.array(EXPRESSION, { maxLength: 2 }),
  matchFields: fc.oneof(
    { weight: 3, arbitrary: fc.constant<PlainRequirement[]>([]) },
    { weight: 1, arbitrary: fc.array(FIELD, { minLength: 1, maxLength: 2 }) },
  ),
});

const TERMS = fc.array(TERM, { minLength: 1, maxLength: 3 });
const SELECTOR = fc.oneof({ weight: 3, arbitrary: fc.constant<Record<string, string>>({}) }, { weight: 1, arbitrary: LABELS });
const PLACEMENT: fc.Arbitrary<PlainPlacement> = fc.record({ nodeSelector: SELECTOR, terms: TERMS });

const isInteger = (text: string | undefined) => text !== undefined && ['1', '2', '10'].includes(text);

/** Node selection as plainly as it can be written; it knows no more than the alphabet above. */
function plainlySelects({ nodeSelector, terms }: PlainPlacement, { name, labels }: SelectableNode): boolean {
  for (const key of ['a', 'b']) {
    if (nodeSelector[key] !== undefined && nodeSelector[key] !== labels[key]) return false;
  }
  return terms.some(({ matchExpressions, matchFields }) => {
    if (matchExpressions.length + matchFields.length === 0) return false;
    if (!matchExpressions.every(isPlainlyValid)) return false;
    if (matchFields.some(({ operator, values }) => operator === 'Exists' || values.length !== 1)) return false;
    const fieldsMatch = matchFields.every(({ key, operator, values }) => {
      const isEqual = values[0] === (key === 'metadata.name' ? name : '');
      return operator === 'In' ? isEqual : !isEqual;
    });
    return fieldsMatch && matchExpressions.every((expression) => plainlyMatches(expression, labels[expression.key]));
  });
}

function isPlainlyValid({ key, operator, values }: PlainRequirement): boolean {
  if (key === '-' || values.includes('-1')) return false;
  if (operator === 'In' || operator === 'NotIn') return values.length > 0;
  if (operator === 'Exists' || operator === 'DoesNotExist') return values.length === 0;
  return operator !== 'Foo' && values.length === 1 && isInteger(values[0]);
}

function plainlyMatches({ operator, values }: PlainRequirement, label: string | undefined): boolean {
  if (operator === 'Exists') return label !== undefined;
  if (operator === 'DoesNotExist') return label === undefined;
  if (operator === 'NotIn') return !values.some((value) => value === label);
  if (operator === 'In') return values.some((value) => value === label);
  if (!isInteger(label)) return false;
  return operator === 'Gt' ? Number(label) > Number(values[0]) : Number(label) < Number(values[0]);
}

/** Without `terms` there is no required affinity. */
function selects(
  { nodeSelector, terms }: { nodeSelector: PlainPlacement['nodeSelector']; terms?: readonly PlainTerm[] },
  node: SelectableNode,
) {
  const placement = readNodePlacement(nodePlacement(nodeSelector, terms?.map(toJson)));
  assert.ok(placement);
  return matchesPlacement(node, placement);
}

function toJson({ matchExpressions, matchFields }: PlainTerm) {
  return {
    matchExpressions: matchExpressions.map((expression) => ({ ...expression })),
    matchFields: matchFields.map((field) => ({ ...field })),
  };
}

const isEmpty = ({ matchExpressions, matchFields }: PlainTerm) => matchExpressions.length + matchFields.length === 0;
const runs = { numRuns: 2_000 };

describe('any placement and node', () => {
  it('meet as the plain reading of the rules says', () => {
    fc.assert(
      fc.property(PLACEMENT, NODES, (placement, node) => {
        assert.equal(selects(placement, node), plainlySelects(placement, node));
      }),
      runs,
    );
  });

  it('still meet when a term is added', () => {
    fc.assert(
      fc.property(PLACEMENT, TERM, NODES, ({ nodeSelector, terms }, added, node) => {
        if (selects({ nodeSelector, terms }, node)) assert.ok(selects({ nodeSelector, terms: [...terms, added] }, node));
      }),
      runs,
    );
  });

  it('do not begin to meet when a term that says something says one thing more', () => {
    fc.assert(
      fc.property(TERM, EXPRESSION, NODES, (term, added, node) => {
        fc.pre(!isEmpty(term));
        const narrowed = { ...term, matchExpressions: [...term.matchExpressions, added] };
        if (selects({ nodeSelector: {}, terms: [narrowed] }, node)) assert.ok(selects({ nodeSelector: {}, terms: [term] }, node));
      }),
      runs,
    );
  });

  it('meet exactly when nodeSelector and terms each do', () => {
    fc.assert(
      fc.property(PLACEMENT, NODES, ({ nodeSelector, terms }, node) => {
        const both = selects({ nodeSelector }, node) && selects({ nodeSelector: {}, terms }, node);
        assert.equal(selects({ nodeSelector, terms }, node), both);
      }),
      runs,
    );
  });

  it('meet as if an invalid term were not there', () => {
    fc.assert(
      fc.property(PLACEMENT, TERM, fc.nat(3), NODES, ({ nodeSelector, terms }, term, at, node) => {
        const invalid = { ...term, matchExpressions: [...term.matchExpressions, { key: 'a', operator: 'Foo', values: ['1'] }] };
        assert.equal(selects({ nodeSelector, terms: terms.toSpliced(at, 0, invalid) }, node), selects({ nodeSelector, terms }, node));
      }),
      runs,
    );
  });

  it('meet whatever the order of terms and of requirements', () => {
    fc.assert(
      fc.property(PLACEMENT, NODES, ({ nodeSelector, terms }, node) => {
        const turned = terms
          .map(({ matchExpressions, matchFields }) => ({
            matchExpressions: matchExpressions.toReversed(),
            matchFields: matchFields.toReversed(),
          }))
          .toReversed();
        assert.equal(selects({ nodeSelector, terms: turned }, node), selects({ nodeSelector, terms }, node));
      }),
      runs,
    );
  });
});
