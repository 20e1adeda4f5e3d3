/** Each way to say whether the import is on, by release: `false`, `true` or nothing, in whatever version it was written. */
import { convert } from '../../../local/embedded-cluster/conversion.ts';
import type { JsonObject } from '../../../local/embedded-cluster/json.ts';
import { type ApiVersion, GATE, RELEASES, type Release } from '../../../local/embedded-cluster/releases.ts';

export interface GateRow {
  readonly spelling: string;
  readonly isOn: boolean;
  /** Of the CR, in the version that the release stores. */
  readonly spec: JsonObject;
}

interface Spelling extends GateRow {
  readonly version: ApiVersion;
}

const v1beta1: readonly Spelling[] = [
  { version: 'v1beta1', spelling: 'v1beta1: nothing', isOn: false, spec: {} },
  { version: 'v1beta1', spelling: 'v1beta1: false', isOn: false, spec: { featureGates: { [GATE]: false } } },
  { version: 'v1beta1', spelling: 'v1beta1: true', isOn: true, spec: { featureGates: { [GATE]: true } } },
];

const OTHERS: readonly JsonObject[] = [{ name: 'downwardMetrics' }, { name: 'alignCPUs', state: 'Disabled' }];

const v1list: readonly Spelling[] = [
  { version: 'v1', spelling: 'v1: nothing', isOn: false, spec: {} },
  listed('an empty list', []),
  listed('other entries', OTHERS),
  listed('the entry Disabled', [{ name: GATE, state: 'Disabled' }]),
  listed('the entry Disabled, in upper case, among others', [...OTHERS, { name: GATE.toUpperCase(), state: 'Disabled' }]),
  listed('the entry Enabled', [{ name: GATE, state: 'Enabled' }], true),
  listed('the entry without a state, in lower case', [{ name: GATE.toLowerCase() }, ...OTHERS], true),
];

const v1field: readonly Spelling[] = [
  field('the field false', false),
  field('the field true', true),
  field('the field false, the entry Enabled', false, { featureGates: [{ name: GATE }] }),
  field('the field true, the entry Disabled', true, { featureGates: [{ name: GATE, state: 'Disabled' }] }),
];

function listed(spelling: string, featureGates: readonly JsonObject[], isOn = false): Spelling {
  return { version: 'v1', spelling: `v1: ${spelling}`, isOn, spec: { featureGates } };
}

function field(spelling: string, isOn: boolean, others: JsonObject = {}): Spelling {
  return { version: 'v1', spelling: `v1: ${spelling}`, isOn, spec: { ...others, workloadSources: { [GATE]: isOn } } };
}

/** Those that a release has; the conversion is the embedded cluster's, for the real one is no part of the definition. */
export function gatesOf(release: Release): readonly GateRow[] {
  const { served, stored } = RELEASES[release];
  const spellings = [...v1beta1, ...v1list, ...(release === '1.19' ? v1field : [])];
  return spellings
    .filter(({ version }) => served.includes(version))
    .map(({ version, spec, ...row }) => ({ ...row, spec: convert(version, stored, { annotations: {}, spec }, release).spec }));
}
