import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inBothVersions, touchedPaths } from '../../../shared/golden-images/field-paths.ts';
import { IMPORT_PATH, PLACEMENT_PATH } from '../../../shared/golden-images/hyperconverged.ts';
import { applyMergePatch, type Json, type JsonObject } from '../../../shared/golden-images/json.ts';
import { lastChange, writersOf } from '../../../shared/golden-images/writers.ts';

const KEY = 'k:{"name":"enableMultiArchBootImageImport"}';

function entry(manager: string, minute: number, fieldsV1: Json, changes: JsonObject = {}): JsonObject {
  const time = new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString();
  return { apiVersion: 'hco.kubevirt.io/v1', fieldsType: 'FieldsV1', operation: 'Update', manager, time, fieldsV1, ...changes };
}

/** The set of fields that owns one path. */
function owning(path: readonly string[]): JsonObject {
  return path.reduceRight<JsonObject>((below, name) => ({ [name.startsWith('k:') ? name : `f:${name}`]: below }), {});
}

const object = (...managedFields: readonly JsonObject[]): JsonObject => ({ metadata: { managedFields } });

describe('the writers of what a change touches', () => {
  it('are all managers of each path, the latest first, each operation once', () => {
    const gate = owning(IMPORT_PATH.v1);
    const written = object(
      entry('old', 1, gate),
      entry('kubectl-edit', 5, gate),
      entry('kubectl-edit', 3, owning(IMPORT_PATH.v1beta1), { apiVersion: 'hco.kubevirt.io/v1beta1' }),
      entry('kubectl-edit', 4, gate, { operation: 'Apply' }),
      entry('placer', 9, owning(PLACEMENT_PATH.v1)),
    );
    const writers = writersOf(written, 'v1', [IMPORT_PATH.v1, PLACEMENT_PATH.v1, ['spec', 'virtualization']]);
    assert.deepEqual(
      writers.map(({ path, manager, operation, at }) => [path.at(-1), manager, operation, at.slice(14, 16)]),
      [
        ['enableMultiArchBootImageImport', 'kubectl-edit', 'Update', '05'],
        ['enableMultiArchBootImageImport', 'kubectl-edit', 'Apply', '04'],
        ['enableMultiArchBootImageImport', 'old', 'Update', '01'],
        ['workload', 'placer', 'Update', '09'],
      ],
    );
  });

  const twins: readonly { asked: readonly ['v1' | 'v1beta1', readonly string[]]; other: readonly (readonly string[])[] }[] = [
    { asked: ['v1', IMPORT_PATH.v1], other: [IMPORT_PATH.v1beta1] },
    { asked: ['v1', ['spec', 'featureGates', KEY]], other: [IMPORT_PATH.v1beta1] },
    { asked: ['v1beta1', IMPORT_PATH.v1beta1], other: [IMPORT_PATH.v1, ['spec', 'featureGates', KEY]] },
    { asked: ['v1', [...PLACEMENT_PATH.v1, 'nodeSelector']], other: [[...PLACEMENT_PATH.v1beta1, 'nodeSelector']] },
    { asked: ['v1beta1', ['spec', 'dataImportCronTemplates']], other: [['spec', 'workloadSources', 'dataImportCronTemplates']] },
    { asked: ['v1beta1', ['metadata', 'labels', 'x']], other: [['metadata', 'labels', 'x']] },
    { asked: ['v1', ['spec', 'virtualization']], other: [] },
  ];
  for (const { asked, other } of twins) {
    const [version, path] = asked;
    it(`of ${version} ${path.join('.')} wrote ${other.map((place) => place.join('.')).join(' or ') || 'nothing known'} in the other`, () => {
      const both = inBothVersions(version, path);
      assert.deepEqual([both[version], both[version === 'v1' ? 'v1beta1' : 'v1']], [[path], other]);
    });
  }

  it('are looked for at every place that the patch touches, and nowhere else', () => {
    const patch = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.letrec<{ value: Json }>((tie) => ({
        value: fc.oneof(
          { maxDepth: 3 },
          fc.integer(),
          fc.constant(null),
          fc.constant([1]),
          fc.dictionary(fc.constantFrom('x', 'y'), tie('value')),
        ),
      })).value,
    );
    fc.assert(
      fc.property(patch, (change) => {
        const paths = touchedPaths(change);
        const rebuilt = paths.reduce<Json>((built, path) => applyMergePatch(built, nested(path, true)), {});
        assert.deepEqual(rebuilt, marked(change));
      }),
    );
  });
});

/** The patch with `true` at each of its ends. */
function marked(patch: Json): Json {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return true;
  const members = Object.entries(patch);
  return Object.fromEntries(members.map(([name, value]) => [name, isEmpty(value) ? true : marked(value)]));
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function nested([name = '', ...rest]: readonly string[], value: Json): JsonObject {
  return { [name]: rest.length === 0 ? value : nested(rest, value) };
}

describe('the last change', () => {
  const SPEC = { 'f:spec': { 'f:x': {} } };
  const cases: readonly { rule: string; entries: readonly JsonObject[]; by: string | undefined }[] = [
    {
      rule: 'is of the latest manager that owns anything of the spec',
      entries: [entry('a', 1, SPEC), entry('b', 3, SPEC), entry('c', 2, SPEC)],
      by: 'b',
    },
    { rule: 'is not of the status', entries: [entry('a', 1, SPEC), entry('b', 3, SPEC, { subresource: 'status' })], by: 'a' },
    { rule: 'is not of metadata alone', entries: [entry('a', 1, SPEC), entry('b', 3, { 'f:metadata': { 'f:finalizers': {} } })], by: 'a' },
    { rule: 'is not known where nobody owns the spec', entries: [], by: undefined },
  ];
  for (const { rule, entries, by } of cases) it(rule, () => assert.equal(lastChange(object(...entries))?.manager, by));
});
