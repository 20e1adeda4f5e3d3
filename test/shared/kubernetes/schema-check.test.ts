import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openApiDocument } from '../../../local/embedded-cluster/open-api.ts';
import type { Release } from '../../../local/embedded-cluster/releases.ts';
import type { Json, JsonObject } from '../../../shared/golden-images/json.ts';
import { applyJsonPatch, type JsonPatchOperation } from '../../../shared/kubernetes/apply-json-patch.ts';
import { ANY } from '../../../shared/kubernetes/open-api-schema.ts';
import { schemaIn } from '../../../shared/kubernetes/read-schema.ts';
import { checkBySchema } from '../../../shared/kubernetes/schema-check.ts';
import { IMPORT_FIELD, jsonPatchOf, plannedChanges, type Version } from '../../helpers/planned-changes.ts';

const RELEASES: readonly { readonly release: Release; readonly versions: readonly Version[] }[] = [
  { release: '1.17', versions: ['v1beta1'] },
  { release: '1.18', versions: ['v1', 'v1beta1'] },
  { release: '1.19', versions: ['v1', 'v1beta1'] },
];

for (const { release, versions } of RELEASES) {
  for (const version of versions) {
    describe(`the schema of HyperConverged ${release} ${version}`, () => {
      const schema = schemaIn(openApiDocument(release, version), version);
      const hasField = release === '1.19' && version === 'v1';
      for (const row of [...plannedChanges(version), ...(hasField ? IMPORT_FIELD : [])]) {
        it(`${row.refusal ? 'refuses' : 'accepts'} a change when ${row.when}`, () => {
          const object = hyperConverged(version, row.spec);
          const verdict = checkBySchema({ schema, object, patch: row.patch, jsonPatch: jsonPatchOf(object, row) });
          assert.equal(verdict.accepted, row.refusal === undefined, JSON.stringify(verdict));
          if (row.refusal && !verdict.accepted) assert.match(verdict.reason, row.refusal);
        });
      }
    });
  }
}

/** `featureGates` of v1beta1 are always there: the server fills them in. */
function hyperConverged(version: Version, spec: JsonObject): JsonObject {
  const defaults = version === 'v1beta1' ? { featureGates: {} } : {};
  const metadata = { name: 'kubevirt-hyperconverged', namespace: 'kubevirt-hyperconverged', generation: 1 };
  return { apiVersion: `hco.kubevirt.io/${version}`, kind: 'HyperConverged', metadata, spec: { ...defaults, ...spec } };
}

/** The verdict on setting `spec.a`, where `a` has this schema; undefined where it is accepted. */
function reasonFor(member: JsonObject, value: Json, before: JsonObject = {}): string | undefined {
  const patch = { spec: { a: value } };
  const jsonPatch: readonly JsonPatchOperation[] = [{ op: 'add', path: '/spec/a', value }];
  const verdict = checkBySchema({ schema: schemaOf({ a: member }), object: { spec: before }, patch, jsonPatch });
  return verdict.accepted ? undefined : verdict.reason;
}

function schemaOf(properties: JsonObject): JsonObject {
  return { type: 'object', properties: { spec: { type: 'object', properties } } };
}

describe('a schema', () => {
  const eitherText = { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }], pattern: '^[0-9]+%$' };
  const byName = { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: ANY };
  const rows: readonly {
    readonly schema: JsonObject;
    readonly good: readonly Json[];
    readonly bad: readonly (readonly [Json, string])[];
  }[] = [
    { schema: { type: 'string' }, good: ['', 'a'], bad: [[1, 'spec.a is a whole number, and must be text']] },
    { schema: { type: 'boolean' }, good: [true], bad: [['true', 'spec.a is text, and must be true or false']] },
    { schema: { type: 'integer' }, good: [-1, 3], bad: [[1.5, 'spec.a is a number, and must be a whole number']] },
    { schema: { type: 'number' }, good: [1, 1.5], bad: [['1', 'spec.a is text, and must be a number']] },
    {
      schema: { type: 'array', items: { type: 'string' } },
      good: [[], ['a']],
      bad: [[['a', 1], 'spec.a[1] is a whole number, and must be text']],
    },
    {
      schema: { type: 'object', additionalProperties: { type: 'string' } },
      good: [{ 'b/c': 'd' }],
      bad: [[{ 'b/c': [] }, 'spec.a[b/c] is a list, and must be text']],
    },
    { schema: { type: 'object', additionalProperties: true }, good: [{ b: { c: 1 } }], bad: [] },
    {
      schema: { type: 'object', properties: {} },
      good: [{}],
      bad: [[{ constructor: 1 }, 'this API server does not know spec.a.constructor']],
    },
    {
      schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { b: { type: 'string' } } },
      good: [{ c: 1, b: 'd' }],
      bad: [[{ b: 1 }, 'spec.a.b is a whole number, and must be text']],
    },
    { schema: ANY, good: [1, 'a', [{}]], bad: [] },
    {
      schema: eitherText,
      good: [1, '5%'],
      bad: [
        [1.5, 'spec.a is a number, and must be a whole number or text'],
        ['x', 'spec.a is "x", and must match ^[0-9]+%$'],
      ],
    },
    { schema: { type: 'string', enum: ['b', 'c'] }, good: ['b'], bad: [['d', 'spec.a is "d", and must be one of "b", "c"']] },
    {
      schema: { type: 'string', minLength: 1, maxLength: 2 },
      good: ['é', '🙂🙂'],
      bad: [
        ['', 'spec.a must have at least 1 character'],
        ['abc', 'spec.a must have at most 2 characters'],
      ],
    },
    { schema: { type: 'string', pattern: '^(?i)x$' }, good: ['an expression of Go that JavaScript does not know is not checked'], bad: [] },
    {
      schema: { type: 'integer', minimum: 1, maximum: 3 },
      good: [1, 3],
      bad: [
        [0, 'spec.a must be at least 1'],
        [4, 'spec.a must be at most 3'],
      ],
    },
    {
      schema: { type: 'integer', format: 'int32' },
      good: [2 ** 31 - 1, -(2 ** 31)],
      bad: [
        [2 ** 31, 'spec.a must fit into 32 bits'],
        [-(2 ** 31) - 1, 'spec.a must fit into 32 bits'],
      ],
    },
    {
      schema: { type: 'string', format: 'date-time' },
      good: ['2026-01-31T23:59:00Z'],
      bad: [['yesterday', 'spec.a must be a time like 2026-01-31T23:59:00Z']],
    },
    {
      schema: { type: 'array', items: ANY, minItems: 1, maxItems: 2 },
      good: [[1]],
      bad: [
        [[], 'spec.a must have at least 1 entry'],
        [[1, 2, 3], 'spec.a must have at most 2 entries'],
      ],
    },
    {
      schema: { type: 'object', additionalProperties: ANY, minProperties: 1, maxProperties: 1 },
      good: [{ b: 1 }],
      bad: [
        [{}, 'spec.a must have at least 1 entry'],
        [{ b: 1, c: 2 }, 'spec.a must have at most 1 entry'],
      ],
    },
    {
      schema: { type: 'array', items: ANY, 'x-kubernetes-list-type': 'set' },
      good: [['b', 'c']],
      bad: [[['b', 'c', 'b'], 'spec.a has "b" twice']],
    },
    {
      schema: byName,
      good: [[{ name: 'b' }, { name: 'c' }]],
      bad: [
        [
          [
            { name: 'b', c: 1 },
            { name: 'b', c: 2 },
          ],
          'spec.a has {"name":"b"} twice',
        ],
      ],
    },
    {
      schema: { type: 'object', required: ['b'], properties: { b: { type: 'string' } } },
      good: [{ b: '' }],
      bad: [[{}, 'spec.a.b is missing, and is required']],
    },
    { schema: { type: 'object', required: ['b'], properties: { b: { type: 'string', default: 'c' } } }, good: [{}], bad: [] },
  ];
  for (const { schema, good, bad } of rows) {
    const name = JSON.stringify(schema);
    for (const value of good) it(`${name} accepts ${JSON.stringify(value)}`, () => assert.equal(reasonFor(schema, value), undefined));
    for (const [value, reason] of bad) it(`${name} refuses ${JSON.stringify(value)}`, () => assert.equal(reasonFor(schema, value), reason));
  }

  it('takes null for what may be null or has a default, and for nothing else', () => {
    const set = (member: JsonObject) => {
      const [patch, after] = [{ spec: { list: [null] } }, [null]];
      const schema = schemaOf({ list: { type: 'array', items: member } });
      return checkBySchema({ schema, object: { spec: {} }, patch, jsonPatch: [{ op: 'add', path: '/spec/list', value: after }] });
    };
    assert.deepEqual(set({ type: 'string', nullable: true }), { accepted: true });
    assert.deepEqual(set({ type: 'string', default: 'a' }), { accepted: true });
    assert.deepEqual(set({ type: 'string' }), { accepted: false, reason: 'spec.list[0] must not be null' });
  });

  it('does not hold against a change what is there already', () => {
    const member = { type: 'object', properties: { b: { type: 'string' }, c: { type: 'string' } } };
    const wrong = { nope: 1, b: 2 };
    assert.equal(reasonFor(member, { ...wrong, c: 'd' }, { a: wrong }), undefined);
    assert.equal(reasonFor(member, { ...wrong, nope: 3 }, { a: wrong }), 'this API server does not know spec.a.nope');
    assert.equal(reasonFor(member, { ...wrong, b: 3 }, { a: wrong }), 'spec.a.b is a whole number, and must be text');
  });

  it('looks into each item of a changed list, and does not hold unknown members of those that stay against it', () => {
    const items = { type: 'object', properties: { b: { type: 'string' } } };
    const list = { type: 'array', items };
    assert.equal(reasonFor(list, [{ b: 'new' }, { nope: 1 }], { a: [{ nope: 1 }] }), undefined);
    assert.equal(reasonFor(list, [{ b: 2 }, { b: 'new' }], { a: [{ b: 2 }] }), 'spec.a[0].b is a whole number, and must be text');
  });

  it('accepts a change of nothing, whatever is there', () => {
    const objects = fc.dictionary(fc.constantFrom('a', 'b', 'spec'), fc.jsonValue());
    const closed = { type: 'object', properties: { spec: { type: 'object', required: ['x'], properties: {} } } };
    fc.assert(
      fc.property(objects, (value) => {
        const object: JsonObject = JSON.parse(JSON.stringify(value));
        assert.deepEqual(checkBySchema({ schema: closed, object, patch: {}, jsonPatch: [] }), { accepted: true });
      }),
    );
  });
});

describe('the two patches of one change', () => {
  it('are refused where they do not make the same object', () => {
    const verdict = checkBySchema({
      schema: schemaOf({ a: { type: 'string' } }),
      object: { spec: {} },
      patch: { spec: { a: 'b' } },
      jsonPatch: [{ op: 'add', path: '/spec/a', value: 'c' }],
    });
    assert.deepEqual(verdict, { accepted: false, reason: 'the merge patch and the JSON Patch do not make the same change' });
  });
});

describe('a JSON Patch', () => {
  const object: JsonObject = { spec: { list: ['a', 'b'], text: 'c', 'd/e~f': 1 } };
  const rows: readonly { readonly operations: readonly JsonPatchOperation[]; readonly fault: string }[] = [
    { operations: [{ op: 'add', path: '/spec/no/x', value: 1 }], fault: '/spec/no is not there, so nothing below it can be changed' },
    { operations: [{ op: 'add', path: '/spec/text/x', value: 1 }], fault: '/spec/text is not there, so nothing below it can be changed' },
    { operations: [{ op: 'add', path: '/spec/list/3', value: 1 }], fault: '/spec/list/3 is beyond the end of its list' },
    { operations: [{ op: 'add', path: '/spec/list/x', value: 1 }], fault: '/spec/list is a list, and x is no place in it' },
    { operations: [{ op: 'replace', path: '/spec/list/-', value: 1 }], fault: '/spec/list is a list, and - is no place in it' },
    { operations: [{ op: 'replace', path: '/spec/list/2', value: 1 }], fault: '/spec/list/2 is not there, so it cannot be replaced' },
    { operations: [{ op: 'remove', path: '/spec/d~1e~0g' }], fault: '/spec/d~1e~0g is not there, so it cannot be removed' },
    { operations: [{ op: 'test', path: '/spec/text', value: 'd' }], fault: '/spec/text is not what the patch expects' },
    { operations: [{ op: 'test', path: '/spec/no', value: 'd' }], fault: '/spec/no is not what the patch expects' },
    { operations: [{ op: 'add', path: 'spec/x', value: 1 }], fault: '"spec/x" is not the path of a member' },
    { operations: [{ op: 'add', path: '', value: {} }], fault: '"" is not the path of a member' },
    { operations: [{ op: 'add', path: '/spec/__proto__/x', value: 1 }], fault: '"/spec/__proto__/x" is not the path of a member' },
    {
      operations: [
        { op: 'remove', path: '/spec/list/0' },
        { op: 'test', path: '/spec/list/0', value: 'a' },
      ],
      fault: '/spec/list/0 is not what the patch expects',
    },
  ];
  for (const { operations, fault } of rows) {
    it(`says what is wrong with ${JSON.stringify(operations)}`, () => {
      const before = structuredClone(object);
      assert.deepEqual(applyJsonPatch(object, operations), { fault });
      assert.deepEqual(object, before);
    });
  }

  it('is applied to a copy, one operation on the other', () => {
    const before = structuredClone(object);
    const applied = applyJsonPatch(object, [
      { op: 'test', path: '/spec/d~1e~0f', value: 1 },
      { op: 'add', path: '/spec/new', value: {} },
      { op: 'add', path: '/spec/new/g', value: ['h'] },
      { op: 'add', path: '/spec/list/-', value: 'z' },
      { op: 'remove', path: '/spec/list/0' },
      { op: 'replace', path: '/spec/text', value: null },
    ]);
    assert.deepEqual(applied, { object: { spec: { list: ['b', 'z'], text: null, 'd/e~f': 1, new: { g: ['h'] } } } });
    assert.deepEqual(object, before);
  });
});
