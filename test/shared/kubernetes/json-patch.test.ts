import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../../shared/golden-images/json.ts';
import { applyJsonPatch } from '../../../shared/kubernetes/apply-json-patch.ts';
import { jsonPatchOf, replacesList } from '../../../shared/kubernetes/json-patch.ts';

const object = (spec: JsonObject | undefined, generation = 7): JsonObject => ({ metadata: { generation }, ...(spec && { spec }) });
const GENERATION = { op: 'test', path: '/metadata/generation', value: 7 };
const named = (name: string, annotations: JsonObject) => ({ metadata: { name, annotations } });

describe('a change as a JSON Patch', () => {
  const cases: { of: string; before: JsonObject | undefined; after: JsonObject; operations: readonly object[] }[] = [
    { of: 'nothing', before: { a: 1 }, after: { a: 1 }, operations: [] },
    {
      of: 'a member whose parents are not there makes them',
      before: undefined,
      after: { a: { b: true } },
      operations: [GENERATION, { op: 'add', path: '/spec', value: { a: { b: true } } }],
    },
    {
      of: 'a member that is there sets it, whether another version shows it or not',
      before: { a: { b: false } },
      after: { a: { b: true } },
      operations: [GENERATION, { op: 'add', path: '/spec/a/b', value: true }],
    },
    {
      of: 'a name with a slash and a tilde escapes both',
      before: { a: {} },
      after: { a: { 'k/~arch': 'x' } },
      operations: [GENERATION, { op: 'add', path: '/spec/a/k~1~0arch', value: 'x' }],
    },
    {
      of: 'an entry with a name tests the name, and what it takes away',
      before: { list: [named('a', {}), named('b', { 'x/~y': 'old', z: '1' })] },
      after: { list: [named('a', {}), named('b', { 'x/~y': 'new', z: '1' })] },
      operations: [
        GENERATION,
        { op: 'test', path: '/spec/list/1/metadata/name', value: 'b' },
        { op: 'test', path: '/spec/list/1/metadata/annotations/x~1~0y', value: 'old' },
        { op: 'add', path: '/spec/list/1/metadata/annotations/x~1~0y', value: 'new' },
      ],
    },
    {
      of: 'an entry whose annotations are null sets them',
      before: { list: [{ metadata: { name: 'a', annotations: null } }] },
      after: { list: [named('a', { b: 'c' })] },
      operations: [
        GENERATION,
        { op: 'test', path: '/spec/list/0/metadata/name', value: 'a' },
        { op: 'add', path: '/spec/list/0/metadata/annotations', value: { b: 'c' } },
      ],
    },
    {
      of: 'an entry without a name tests all of it',
      before: { list: [{ terms: ['a'] }, { terms: ['b'] }] },
      after: { list: [{ terms: ['a'] }, { terms: ['b', 'c'] }] },
      operations: [
        GENERATION,
        { op: 'test', path: '/spec/list/1', value: { terms: ['b'] } },
        { op: 'add', path: '/spec/list/1/terms/-', value: 'c' },
      ],
    },
    {
      of: 'an entry at the end of a list touches no other',
      before: { list: [named('a', {})] },
      after: { list: [named('a', {}), named('b', {})] },
      operations: [GENERATION, { op: 'add', path: '/spec/list/-', value: named('b', {}) }],
    },
  ];
  for (const { of, before, after, operations } of cases) {
    it(`of ${of}`, () => assert.deepEqual(jsonPatchOf(object(before), object(after)), operations));
  }

  const ENTRY: fc.Arbitrary<Json> = fc.oneof(
    fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2')).map(([name, value]) => named(name, { value })),
    fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 }).map((values) => ({ values })),
    fc.constantFrom('p', 'q'),
  );
  const SPEC = fc.record(
    { list: fc.array(ENTRY, { maxLength: 4 }), other: fc.constantFrom<Json>(1, { deep: [1, 2] }, {}) },
    { requiredKeys: [], noNullPrototype: true },
  );

  it('makes the one of the other, whatever becomes of lists', () => {
    fc.assert(
      fc.property(SPEC, SPEC, (before, after) => {
        assert.deepEqual(applyJsonPatch(object(before), jsonPatchOf(object(before), object(after))), { object: object(after) });
      }),
      { numRuns: 2000 },
    );
  });

  it('does not apply to an object of another generation, whatever changes', () => {
    fc.assert(
      fc.property(SPEC, SPEC, (before, after) => {
        const operations = jsonPatchOf(object(before), object(after));
        if (operations.length > 0) assert.ok('fault' in applyJsonPatch(object(before, 8), operations));
      }),
    );
  });

  it('does not apply where somebody changed what it takes away, even of the same generation', () => {
    const [before, after] = [{ list: [named('a', { x: '1' })] }, { list: [named('a', { x: '2' })] }];
    const operations = jsonPatchOf(object(before), object(after));
    assert.ok('fault' in applyJsonPatch(object({ list: [named('a', { x: 'theirs' })] }), operations));
    assert.ok('object' in applyJsonPatch(object({ list: [named('a', { x: '1', y: 'theirs' })] }), operations));
  });

  it('is of the spec alone', () => {
    const before = { ...object({}), status: { a: 1 } };
    assert.deepEqual(jsonPatchOf(before, { ...object({}), status: { a: 2 } }), []);
  });
});

describe('a merge patch', () => {
  const cases: { patch: JsonObject; replaces: boolean }[] = [
    { patch: { spec: { a: { b: true } } }, replaces: false },
    { patch: { spec: { a: [] } }, replaces: true },
    { patch: { spec: { a: null } }, replaces: false },
  ];
  for (const { patch, replaces } of cases) {
    it(`${replaces ? 'replaces a list' : 'replaces no list'} with ${JSON.stringify(patch)}`, () =>
      assert.equal(replacesList(patch), replaces));
  }
});
