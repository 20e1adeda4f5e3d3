import assert from 'node:assert/strict';
import { fieldOwner } from '../../../shared/golden-images/field-owner.ts';
import type { Json, JsonObject } from '../../../shared/golden-images/json.ts';

const PATHS = {
  v1: [
    ['spec', 'sources', 'gate'],
    ['spec', 'gates', 'k:{"name":"gate"}'],
  ],
  v1beta1: [['spec', 'gates', 'gate']],
};
const NONE: JsonObject = {};

/** An entry of `managedFields`; the manager is called after its minute unless said otherwise. */
function entry(minute: number, fieldsV1: Json, changes: JsonObject = {}): JsonObject {
  const time = new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString();
  const usual = { apiVersion: 'hco.kubevirt.io/v1', fieldsType: 'FieldsV1', operation: 'Update' };
  return { ...usual, manager: `m${minute}`, time, fieldsV1, ...changes };
}

const GATE = { 'f:spec': { 'f:sources': { 'f:gate': NONE } } };
const OTHER = { 'f:spec': { 'f:sources': { '.': NONE, 'f:other': NONE } } };

describe('the owner of a field', () => {
  const cases: readonly { rule: string; entries: Json; owner: string | undefined }[] = [
    { rule: 'is whose entry names the field', entries: [entry(1, OTHER), entry(2, GATE)], owner: 'm2' },
    { rule: 'is the latest of several', entries: [entry(3, GATE), entry(5, GATE), entry(4, GATE)], owner: 'm5' },
    { rule: 'is not who owns only its neighbours or its parent’s presence', entries: [entry(1, OTHER)], owner: undefined },
    {
      rule: 'is who owns anything in it',
      entries: [entry(1, { 'f:spec': { 'f:sources': { 'f:gate': { '.': NONE, 'f:x': NONE } } } })],
      owner: 'm1',
    },
    { rule: 'is who owns a parent as a whole', entries: [entry(1, { 'f:spec': NONE })], owner: 'm1' },
    {
      rule: 'is rather who owns the field than who owns a parent later',
      entries: [entry(1, GATE), entry(2, { 'f:spec': NONE })],
      owner: 'm1',
    },
    {
      rule: 'is found by the path of the version that its writer used',
      entries: [entry(1, { 'f:spec': { 'f:gates': { 'f:gate': NONE } } }, { apiVersion: 'hco.kubevirt.io/v1beta1' })],
      owner: 'm1',
    },
    {
      rule: 'is not found by the path of another version',
      entries: [entry(1, { 'f:spec': { 'f:gates': { 'f:gate': NONE } } })],
      owner: undefined,
    },
    {
      rule: 'is found in a list by its key, whatever its case',
      entries: [entry(1, { 'f:spec': { 'f:gates': { 'k:{"name":"Gate"}': { '.': NONE } } } })],
      owner: 'm1',
    },
    { rule: 'is who owns an atomic list as a whole', entries: [entry(1, { 'f:spec': { 'f:gates': NONE } })], owner: 'm1' },
    { rule: 'is not who wrote a subresource', entries: [entry(1, GATE, { subresource: 'status' })], owner: undefined },
    { rule: 'is not one without a time', entries: [entry(1, GATE, { time: 'soon' })], owner: undefined },
    { rule: 'is not one of an unknown version', entries: [entry(1, GATE, { apiVersion: 'hco.kubevirt.io/v2' })], owner: undefined },
    { rule: 'is nobody where entries are not what they should be', entries: [1, null, {}, entry(1, 'x'), entry(1, [])], owner: undefined },
    { rule: 'is nobody without entries', entries: null, owner: undefined },
  ];
  for (const { rule, entries, owner } of cases) {
    it(rule, () => assert.equal(fieldOwner({ metadata: { managedFields: entries } }, PATHS)?.manager, owner));
  }

  it('says how and when', () => {
    const owner = fieldOwner({ metadata: { managedFields: [entry(7, GATE, { manager: 'argocd', operation: 'Apply' })] } }, PATHS);
    assert.deepEqual(owner, { manager: 'argocd', operation: 'Apply', at: '2026-11-22T10:07:00.000Z' });
  });

  it('is nobody of an object without metadata', () => assert.equal(fieldOwner({}, PATHS), undefined));
});
