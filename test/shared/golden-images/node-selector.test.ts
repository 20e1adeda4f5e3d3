import assert from 'node:assert/strict';
import { type Json, type JsonObject, MalformedError } from '../../../shared/golden-images/json.ts';
import {
  matchesPlacement,
  placementKeys,
  readNodePlacement,
  restrictsNodes,
  type SelectableNode,
} from '../../../shared/golden-images/node-selector.ts';
import { nodePlacement } from '../../helpers/cluster-objects.ts';

function isSelected(node: SelectableNode, placement: JsonObject): boolean {
  const read = readNodePlacement(placement);
  assert.ok(read);
  return matchesPlacement(node, read);
}

const NODE = { name: 'worker-1', labels: { a: '1', empty: '', version: '1.5' } };

function isSelectedByTerms(terms: Json, labels: Readonly<Record<string, string>> = NODE.labels): boolean {
  return isSelected({ name: NODE.name, labels }, nodePlacement({}, terms));
}

describe('a nodeSelector', () => {
  const cases: { when: string; selector: JsonObject; selects: boolean }[] = [
    { when: 'it is empty', selector: {}, selects: true },
    { when: 'the label is equal', selector: { a: '1' }, selects: true },
    { when: 'the label has another value', selector: { a: '2' }, selects: false },
    { when: 'every label is equal', selector: { a: '1', empty: '' }, selects: true },
    { when: 'one of two labels is absent', selector: { a: '1', b: '1' }, selects: false },
    { when: 'an empty value meets an absent label', selector: { b: '' }, selects: false },
    { when: 'it names something that every object of JavaScript has', selector: { constructor: '' }, selects: false },
  ];
  for (const { when, selector, selects } of cases) {
    it(`${selects ? 'selects' : 'leaves out'} the node when ${when}`, () =>
      assert.equal(isSelected(NODE, nodePlacement(selector)), selects));
  }
});

describe('a required node affinity', () => {
  const good = { matchExpressions: [{ key: 'a', operator: 'Exists' }] };
  const bad = { matchExpressions: [{ key: 'a', operator: 'Foo', values: ['1'] }] };
  const other = { matchExpressions: [{ key: 'b', operator: 'Exists' }] };
  const cases: { when: string; terms: Json; selects: boolean }[] = [
    { when: 'there is no term', terms: [], selects: false },
    { when: 'the terms are null', terms: null, selects: false },
    { when: 'its only term is empty', terms: [{}], selects: false },
    { when: 'its only term is null', terms: [null], selects: false },
    { when: 'its only term has empty lists', terms: [{ matchExpressions: [], matchFields: [] }], selects: false },
    { when: 'an empty term stands beside one that matches', terms: [{}, good], selects: true },
    { when: 'the second of two terms matches', terms: [other, good], selects: true },
    { when: 'no term matches', terms: [other, other], selects: false },
    {
      when: 'one expression of a term does not match',
      terms: [{ matchExpressions: [...good.matchExpressions, ...other.matchExpressions] }],
      selects: false,
    },
    { when: 'its only term is invalid', terms: [bad], selects: false },
    { when: 'an invalid term stands before one that matches', terms: [bad, good], selects: true },
    { when: 'an invalid term stands after one that matches', terms: [good, bad], selects: true },
    {
      when: 'one expression of a term is invalid',
      terms: [{ matchExpressions: [...good.matchExpressions, ...bad.matchExpressions] }],
      selects: false,
    },
  ];
  for (const { when, terms, selects } of cases) {
    it(`${selects ? 'selects' : 'leaves out'} the node when ${when}`, () => assert.equal(isSelectedByTerms(terms), selects));
  }

  it('leaves out every node when it is an empty object', () => {
    const required = { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } } };
    assert.equal(isSelected(NODE, required), false);
  });

  it('must match as well as the nodeSelector', () => {
    assert.equal(isSelected(NODE, nodePlacement({ a: '1' }, [good])), true);
    assert.equal(isSelected(NODE, nodePlacement({ a: '2' }, [good])), false);
    assert.equal(isSelected(NODE, nodePlacement({ a: '1' }, [other])), false);
  });
});

describe('an expression', () => {
  const cases: [key: string, operator: string, values: readonly string[] | undefined, matches: boolean][] = [
    ['a', 'In', ['1', '2'], true],
    ['a', 'In', ['2'], false],
    ['b', 'In', ['1'], false],
    ['b', 'In', [''], false],
    ['empty', 'In', [''], true],
    ['a', 'NotIn', ['2', '3'], true],
    ['a', 'NotIn', ['2', '1'], false],
    ['b', 'NotIn', ['1'], true],
    ['a', 'Exists', undefined, true],
    ['empty', 'Exists', [], true],
    ['b', 'Exists', [], false],
    ['b', 'DoesNotExist', undefined, true],
    ['a', 'DoesNotExist', [], false],
    ['empty', 'DoesNotExist', [], false],
    ['a', 'Gt', ['0'], true],
    ['a', 'Gt', ['1'], false],
    ['a', 'Lt', ['2'], true],
    ['a', 'Lt', ['1'], false],
    ['b', 'Gt', ['0'], false],
    ['b', 'Lt', ['9'], false],
    ['version', 'Gt', ['0'], false],
    ['empty', 'Lt', ['9'], false],
    // From here on invalid, which matches nothing, whatever the label says.
    ['a', 'In', [], false],
    ['b', 'NotIn', [], false],
    ['b', 'NotIn', undefined, false],
    ['a', 'Exists', ['1'], false],
    ['b', 'DoesNotExist', ['1'], false],
    ['a', 'Gt', [], false],
    ['a', 'Gt', ['0', '0'], false],
    ['a', 'Lt', ['two'], false],
    ['a', 'Gt', ['-1'], false],
    ['a', 'Gt', ['0.5'], false],
    ['a', 'in', ['1'], false],
    ['a', '', ['1'], false],
    ['a', 'constructor', ['1'], false],
    ['', 'DoesNotExist', [], false],
    ['-b', 'DoesNotExist', [], false],
    ['/b', 'DoesNotExist', [], false],
    ['a.example/', 'DoesNotExist', [], false],
    ['A.example/b', 'DoesNotExist', [], false],
    ['a.example/b/c', 'DoesNotExist', [], false],
    ['b'.repeat(64), 'DoesNotExist', [], false],
    [`${'a'.repeat(254)}/b`, 'DoesNotExist', [], false],
    ['b', 'NotIn', ['1', '-2'], false],
    ['b', 'NotIn', ['1', 'not a label value'], false],
    ['b', 'NotIn', ['1', '1'.repeat(64)], false],
    // Just valid.
    ['b'.repeat(63), 'DoesNotExist', [], true],
    [`${'a'.repeat(253)}/b`, 'DoesNotExist', [], true],
    ['a.example/B_b.b-b', 'DoesNotExist', [], true],
    ['b', 'NotIn', ['1'.repeat(63), ''], true],
  ];
  for (const [key, operator, values, matches] of cases) {
    const said = `${key.length > 30 ? `a key of ${key.length} characters` : `"${key}"`} ${operator} ${JSON.stringify(values)}`;
    it(`${matches ? 'matches' : 'does not match'}: ${said.slice(0, 90)}`, () => {
      assert.equal(isSelectedByTerms([{ matchExpressions: [{ key, operator, ...(values && { values }) }] }]), matches);
    });
  }
});

describe('Gt and Lt', () => {
  const MAX = '9223372036854775807';
  const cases: [label: string, operator: 'Gt' | 'Lt', bound: string, matches: boolean][] = [
    ['10', 'Gt', '9', true], // as numbers, not as text
    ['9', 'Lt', '10', true],
    ['007', 'Gt', '6', true],
    ['-1', 'Lt', '0', true],
    ['+5', 'Gt', '4', true],
    [MAX, 'Gt', '9223372036854775806', true],
    [MAX, 'Lt', MAX, false],
    ['9223372036854775806', 'Lt', MAX, true],
    ['-9223372036854775808', 'Lt', '0', true],
    ['9223372036854775808', 'Gt', '0', false],
    ['-9223372036854775809', 'Lt', '0', false],
    ['0', 'Lt', '9223372036854775808', false],
    ['1.0', 'Gt', '0', false],
    ['1e3', 'Gt', '0', false],
    ['0x10', 'Gt', '0', false],
    ['1_000', 'Gt', '0', false],
    ['1 ', 'Gt', '0', false],
    ['+-1', 'Lt', '9', false],
    ['1', 'Gt', '', false],
  ];
  for (const [label, operator, bound, matches] of cases) {
    it(`${matches ? 'match' : 'do not match'}: "${label}" ${operator} "${bound}"`, () => {
      assert.equal(isSelectedByTerms([{ matchExpressions: [{ key: 'a', operator, values: [bound] }] }], { a: label }), matches);
    });
  }
});

describe('a field requirement', () => {
  const cases: { field: JsonObject; name?: string; matches: boolean }[] = [
    { field: { key: 'metadata.name', operator: 'In', values: ['worker-1'] }, matches: true },
    { field: { key: 'metadata.name', operator: 'In', values: ['worker-2'] }, matches: false },
    { field: { key: 'metadata.name', operator: 'NotIn', values: ['worker-2'] }, matches: true },
    { field: { key: 'metadata.name', operator: 'NotIn', values: ['worker-1'] }, matches: false },
    { field: { key: 'spec.unschedulable', operator: 'In', values: ['true'] }, matches: false },
    { field: { key: 'spec.unschedulable', operator: 'NotIn', values: ['true'] }, matches: true },
    { field: { key: 'spec.unschedulable', operator: 'In', values: [''] }, matches: true },
    { field: { key: 'metadata.name', operator: 'In', values: ['worker-1', 'worker-2'] }, matches: false },
    { field: { key: 'metadata.name', operator: 'NotIn', values: [] }, matches: false },
    { field: { key: 'metadata.name', operator: 'Exists' }, matches: false },
    { field: { key: 'metadata.name', operator: 'In', values: ['worker-2'] }, name: '', matches: true },
  ];
  for (const { field, name = 'worker-1', matches } of cases) {
    it(`${matches ? 'matches' : 'does not match'} the node "${name}": ${Object.values(field).join(' ')}`, () => {
      assert.equal(isSelected({ name, labels: {} }, nodePlacement({}, [{ matchFields: [field] }])), matches);
    });
  }

  it('must match as well as the expressions of its term', () => {
    const term = (value: string, name: string) => ({
      matchExpressions: [{ key: 'a', operator: 'In', values: [value] }],
      matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }],
    });
    assert.equal(isSelectedByTerms([term('1', 'worker-1')]), true);
    assert.equal(isSelectedByTerms([term('2', 'worker-1')]), false);
    assert.equal(isSelectedByTerms([term('1', 'worker-2')]), false);
  });
});

describe('a placement that is read', () => {
  it('is undefined where there is none', () => {
    assert.equal(readNodePlacement(undefined), undefined);
    assert.equal(readNodePlacement(null), undefined);
  });

  it('restricts nothing by preferred affinity, pod affinity or tolerations', () => {
    const preferred = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: {} }] };
    const placement = { affinity: { nodeAffinity: preferred, podAffinity: {} }, tolerations: [{ operator: 'Exists' }] };
    assert.equal(restrictsNodes(readNodePlacement(placement)), false);
  });

  it('names the labels that it looks at', () => {
    const terms = [
      { matchExpressions: [{ key: 'b', operator: 'Exists' }] },
      { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['x'] }] },
    ];
    assert.deepEqual([...placementKeys(readNodePlacement(nodePlacement({ a: '1' }, terms)))].sort(), ['a', 'b']);
    assert.deepEqual([...placementKeys(undefined)], []);
  });

  const malformed: { what: string; placement: JsonObject }[] = [
    { what: 'a nodeSelector that is a list', placement: nodePlacement(['a']) },
    { what: 'a nodeSelector with a number', placement: nodePlacement({ a: 1 }) },
    { what: 'an affinity that is a string', placement: { affinity: 'amd64' } },
    { what: 'terms that are no list', placement: nodePlacement({}, {}) },
    { what: 'a term that is a string', placement: nodePlacement({}, ['a']) },
    { what: 'an operator that is a number', placement: nodePlacement({}, [{ matchExpressions: [{ key: 'a', operator: 1 }] }]) },
    { what: 'values that are numbers', placement: nodePlacement({}, [{ matchExpressions: [{ key: 'a', operator: 'Gt', values: [1] }] }]) },
    {
      what: 'values that are no list',
      placement: nodePlacement({}, [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: 'a' }] }]),
    },
  ];
  for (const { what, placement } of malformed) {
    it(`is refused with ${what}`, () => assert.throws(() => readNodePlacement(placement), MalformedError));
  }
});
