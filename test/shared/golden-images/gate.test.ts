import assert from 'node:assert/strict';
import { IMPORT_GATE, readGate } from '../../../shared/golden-images/gate.ts';
import { type Json, type JsonObject, MalformedError } from '../../../shared/golden-images/json.ts';

const V1_FIELD = 'spec.workloadSources.enableMultiArchBootImageImport';
const V1_LIST = 'spec.featureGates[enableMultiArchBootImageImport]';
const V1BETA1_FIELD = 'spec.featureGates.enableMultiArchBootImageImport';
const ANNOTATION = 'hco.kubevirt.io/v1-only-fields';
const V1BETA1_ANNOTATION = `metadata.annotations[${ANNOTATION}]`;

const ENABLED = { name: IMPORT_GATE, state: 'Enabled' };
const DISABLED = { name: IMPORT_GATE, state: 'Disabled' };

function v1(field: Json | undefined, featureGates?: Json): JsonObject {
  return {
    spec: {
      ...(field === undefined ? {} : { workloadSources: { [IMPORT_GATE]: field } }),
      ...(featureGates === undefined ? {} : { featureGates }),
    },
  };
}

function v1beta1(gate: Json | undefined, kept?: Json): JsonObject {
  const annotation = typeof kept === 'string' ? kept : JSON.stringify(kept);
  return {
    metadata: { annotations: annotation === undefined ? {} : { [ANNOTATION]: annotation } },
    spec: { featureGates: { withHostPassthroughCPU: true, ...(gate === undefined ? {} : { [IMPORT_GATE]: gate }) } },
  };
}

interface Case {
  readonly when: string;
  readonly object: JsonObject;
  readonly enabled: boolean;
  readonly path: string;
  readonly explicit?: boolean;
  readonly overruled?: string;
}

function describeReadings(version: 'v1' | 'v1beta1', cases: readonly Case[]) {
  for (const { when, object, enabled, path, explicit = true, ...rest } of cases) {
    it(`is ${enabled ? 'on' : 'off'} when ${when}`, () => {
      assert.deepEqual(readGate(object, version), { enabled, path, explicit, ...rest });
    });
  }
}

describe('the import in v1', () => {
  describeReadings('v1', [
    { when: 'nothing says it', object: v1(undefined), enabled: false, path: V1_FIELD, explicit: false },
    { when: 'there is no spec', object: {}, enabled: false, path: V1_FIELD, explicit: false },
    { when: 'the field is true', object: v1(true), enabled: true, path: V1_FIELD },
    { when: 'the field is false', object: v1(false), enabled: false, path: V1_FIELD },
    { when: 'the field is null', object: v1(null), enabled: false, path: V1_FIELD, explicit: false },
    { when: 'the field is null and the list says Enabled', object: v1(null, [ENABLED]), enabled: true, path: V1_LIST },
    { when: 'the list says Enabled', object: v1(undefined, [{ name: 'other' }, ENABLED]), enabled: true, path: V1_LIST },
    { when: 'the list says Disabled', object: v1(undefined, [DISABLED]), enabled: false, path: V1_LIST },
    { when: 'the list says no state', object: v1(undefined, [{ name: IMPORT_GATE }]), enabled: true, path: V1_LIST },
    { when: 'the list says a null state', object: v1(undefined, [{ name: IMPORT_GATE, state: null }]), enabled: true, path: V1_LIST },
    {
      when: 'the list spells it in another case',
      object: v1(undefined, [{ name: 'ENABLEMULTIARCHBOOTIMAGEIMPORT' }]),
      enabled: true,
      path: V1_LIST,
    },
    {
      when: 'the list names others only',
      object: v1(undefined, [{ name: 'other', state: 'Enabled' }]),
      enabled: false,
      path: V1_FIELD,
      explicit: false,
    },
    { when: 'the list is empty', object: v1(undefined, []), enabled: false, path: V1_FIELD, explicit: false },
    { when: 'the list is null', object: v1(undefined, null), enabled: false, path: V1_FIELD, explicit: false },
    {
      when: 'the field is false and the list says Enabled',
      object: v1(false, [ENABLED]),
      enabled: false,
      path: V1_FIELD,
      overruled: V1_LIST,
    },
    {
      when: 'the field is true and the list says Disabled',
      object: v1(true, [DISABLED]),
      enabled: true,
      path: V1_FIELD,
      overruled: V1_LIST,
    },
    { when: 'an upgrade left an empty object for the list', object: v1(undefined, {}), enabled: false, path: V1_FIELD, explicit: false },
    { when: 'an upgrade left an object that says true', object: v1(undefined, { [IMPORT_GATE]: true }), enabled: true, path: V1_LIST },
    { when: 'an upgrade left an object that says false', object: v1(undefined, { [IMPORT_GATE]: false }), enabled: false, path: V1_LIST },
    {
      when: 'the v1beta1 annotation says on',
      object: { ...v1beta1(undefined, { multiArchEnabled: true }), spec: {} },
      enabled: false,
      path: V1_FIELD,
      explicit: false,
    },
  ]);
});

describe('the import in v1beta1', () => {
  describeReadings('v1beta1', [
    { when: 'nothing says it', object: v1beta1(undefined), enabled: false, path: V1BETA1_FIELD, explicit: false },
    { when: 'there is no spec', object: {}, enabled: false, path: V1BETA1_FIELD, explicit: false },
    { when: 'the gate is true', object: v1beta1(true), enabled: true, path: V1BETA1_FIELD },
    { when: 'the gate is false', object: v1beta1(false), enabled: false, path: V1BETA1_FIELD },
    {
      when: 'the gate is absent and v1 has the field on',
      object: v1beta1(undefined, { multiArchEnabled: true }),
      enabled: true,
      path: V1BETA1_ANNOTATION,
    },
    {
      when: 'the gate is absent and v1 has the field off',
      object: v1beta1(undefined, { multiArchEnabled: false }),
      enabled: false,
      path: V1BETA1_ANNOTATION,
    },
    {
      when: 'the gate is absent and v1 lists it',
      object: v1beta1(undefined, { featureGates: [ENABLED] }),
      enabled: true,
      path: V1BETA1_ANNOTATION,
    },
    {
      when: 'the gate is absent and v1 lists it as Disabled',
      object: v1beta1(undefined, { featureGates: [DISABLED] }),
      enabled: false,
      path: V1BETA1_ANNOTATION,
    },
    {
      when: 'v1 lists it and its field is off',
      object: v1beta1(undefined, { multiArchEnabled: false, featureGates: [ENABLED] }),
      enabled: false,
      path: V1BETA1_ANNOTATION,
    },
    {
      when: 'v1 keeps other things only',
      object: v1beta1(undefined, { mdevConfigEnable: true, featureGates: [{ name: 'other' }] }),
      enabled: false,
      path: V1BETA1_FIELD,
      explicit: false,
    },
    {
      when: 'v1 keeps nulls',
      object: v1beta1(undefined, { multiArchEnabled: null, featureGates: null }),
      enabled: false,
      path: V1BETA1_FIELD,
      explicit: false,
    },
    { when: 'the gate is false and v1 kept on', object: v1beta1(false, { multiArchEnabled: true }), enabled: false, path: V1BETA1_FIELD },
    {
      when: 'the gate is true and v1 kept off',
      object: v1beta1(true, { multiArchEnabled: false, featureGates: [DISABLED] }),
      enabled: true,
      path: V1BETA1_FIELD,
    },
    { when: 'the gate is true and what v1 kept cannot be parsed', object: v1beta1(true, 'oops'), enabled: true, path: V1BETA1_FIELD },
    { when: 'a v1 field stands in a v1beta1 object', object: v1(true), enabled: false, path: V1BETA1_FIELD, explicit: false },
  ]);
});

describe('an import that cannot be read', () => {
  const cases: { what: string; version: 'v1' | 'v1beta1'; object: JsonObject; names: string }[] = [
    { what: 'a v1 field that is text', version: 'v1', object: v1('true'), names: V1_FIELD },
    { what: 'v1 gates that are text', version: 'v1', object: v1(undefined, 'all'), names: 'spec.featureGates' },
    { what: 'a v1 gate that is text', version: 'v1', object: v1(undefined, [IMPORT_GATE]), names: 'spec.featureGates' },
    {
      what: 'a v1 gate with a number for a state',
      version: 'v1',
      object: v1(undefined, [{ name: IMPORT_GATE, state: 1 }]),
      names: 'state',
    },
    { what: 'v1 workloadSources that are a list', version: 'v1', object: { spec: { workloadSources: [] } }, names: 'spec.workloadSources' },
    { what: 'a v1beta1 gate that is text', version: 'v1beta1', object: v1beta1('true'), names: V1BETA1_FIELD },
    { what: 'v1beta1 gates that are a list', version: 'v1beta1', object: v1(undefined, [ENABLED]), names: 'spec.featureGates' },
    { what: 'an annotation that is not JSON', version: 'v1beta1', object: v1beta1(undefined, '{'), names: ANNOTATION },
    { what: 'an annotation that is a list', version: 'v1beta1', object: v1beta1(undefined, []), names: ANNOTATION },
    {
      what: 'an annotation with text for the field',
      version: 'v1beta1',
      object: v1beta1(undefined, { multiArchEnabled: 'yes' }),
      names: ANNOTATION,
    },
    {
      what: 'an annotation with text for the gates',
      version: 'v1beta1',
      object: v1beta1(undefined, { featureGates: 'all' }),
      names: ANNOTATION,
    },
  ];
  for (const { what, version, object, names } of cases) {
    it(`is refused, and named: ${what}`, () => {
      assert.throws(
        () => readGate(object, version),
        (error) => error instanceof MalformedError && error.message.includes(names),
      );
    });
  }
});
