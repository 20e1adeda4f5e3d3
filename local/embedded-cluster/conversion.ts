/**
 * HyperConverged in its two API versions, converted as HCO's webhook does for the fields in use. A field that is not in the table, in the
 * gates or in the annotation is lost on the way; the real webhook knows them all.
 */
import { at, isObject, type Json, type JsonObject, objectAt, objectsAt, textAt, withAt, without } from './json.ts';
import { type ApiVersion, GATE, RELEASES, type Release } from './releases.ts';

/** The two parts of the object that a conversion touches. */
export interface Convertible {
  readonly annotations: JsonObject;
  readonly spec: JsonObject;
}

/** Where a v1 read through v1beta1 keeps what v1beta1 has no field for (1.19). */
export const V1_ONLY_FIELDS = 'hco.kubevirt.io/v1-only-fields';

/** The same object in the other version, or as it is. */
export function convert(from: ApiVersion, to: ApiVersion, object: Convertible, release: Release): Convertible {
  if (from === to) return object;
  return to === 'v1' ? toV1(object, release) : toV1beta1(object, release);
}

/** v1 path, v1beta1 path. */
const MOVED: readonly (readonly [string, string])[] = [
  ['deployment.applicationAwareConfig.enable', 'enableApplicationAwareQuota'],
  ['deployment.applicationAwareConfig.vmiCalcConfigName', 'applicationAwareConfig.vmiCalcConfigName'],
  ['deployment.deployVmConsoleProxy', 'deployVmConsoleProxy'],
  ['deployment.nodePlacements.infra', 'infra.nodePlacement'],
  ['deployment.nodePlacements.workload', 'workloads.nodePlacement'],
  ['deployment.uninstallStrategy', 'uninstallStrategy'],
  ['security.certConfig', 'certConfig'],
  ['storage.storageImport', 'storageImport'],
  ['virtualization.evictionStrategy', 'evictionStrategy'],
  ['virtualization.higherWorkloadDensity', 'higherWorkloadDensity'],
  ['virtualization.liveMigrationConfig', 'liveMigrationConfig'],
  ['virtualization.virtualMachineOptions.defaultCPUModel', 'defaultCPUModel'],
  ['virtualization.virtualMachineOptions.disableFreePageReporting', 'virtualMachineOptions.disableFreePageReporting'],
  ['virtualization.virtualMachineOptions.disableSerialConsoleLog', 'virtualMachineOptions.disableSerialConsoleLog'],
  ['virtualization.vmiCPUAllocationRatio', 'resourceRequirements.vmiCPUAllocationRatio'],
  ['virtualization.workloadUpdateStrategy', 'workloadUpdateStrategy'],
  ['workloadSources.commonBootImageNamespace', 'commonBootImageNamespace'],
  ['workloadSources.commonTemplatesNamespace', 'commonTemplatesNamespace'],
  ['workloadSources.dataImportCronTemplates', 'dataImportCronTemplates'],
  ['workloadSources.enableCommonBootImageImport', 'enableCommonBootImageImport'],
];

const MOVED_BACK = MOVED.map(([v1, v1beta1]) => [v1beta1, v1] as const);

/** Key in the annotation, v1 path; in HCO's order. */
const KEPT_IN_ANNOTATION: readonly (readonly [string, string])[] = [
  ['deployNetworkResourcesInjector', 'deployment.deployNetworkResourcesInjector'],
  ['multiArchEnabled', `workloadSources.${GATE}`],
  ['featureGates', 'featureGates'],
  ['observability', 'observability'],
];

function toV1beta1({ annotations, spec }: Convertible, release: Release): Convertible {
  const moved = move(spec, MOVED);
  const featureGates = gatesShown(spec, release);
  if (release !== '1.19') return { annotations, spec: { ...moved, featureGates } };
  return {
    annotations: { ...annotations, [V1_ONLY_FIELDS]: JSON.stringify(keepInAnnotation(spec)) },
    spec: { infra: {}, workloads: {}, ...moved, featureGates },
  };
}

function toV1({ annotations, spec }: Convertible, release: Release): Convertible {
  const moved = move(spec, MOVED_BACK);
  if (release !== '1.19') return { annotations, spec: withGateList(moved, gateList([], spec, release)) };
  const restored = restoreFromAnnotation(moved, annotations);
  const gate = at(spec, 'featureGates', GATE);
  const withField = gate === undefined ? restored : withAt(restored, ['workloadSources', GATE], gate);
  const gates = gateList(objectsAt(restored, 'featureGates'), spec, release);
  return { annotations: without(annotations, V1_ONLY_FIELDS), spec: withGateList(withField, gates) };
}

function move(spec: JsonObject, paths: readonly (readonly [string, string])[]): JsonObject {
  return paths.reduce<JsonObject>((moved, [from, to]) => {
    const value = omitEmpty(at(spec, ...from.split('.')));
    return value === undefined ? moved : withAt(moved, to.split('.'), value);
  }, {});
}

/** Go's `omitempty`: neither an empty list of templates nor a placement's empty selector comes through. */
function omitEmpty(value: Json | undefined): Json | undefined {
  if (Array.isArray(value) && value.length === 0) return undefined;
  const isEmptySelector = Object.keys(objectAt(value, 'nodeSelector')).length === 0;
  return isObject(value) && isEmptySelector ? without(value, 'nodeSelector') : value;
}

/** v1beta1 shows every gate with its value; the multi-architecture one in 1.19 only where the v1 field is set. */
function gatesShown(spec: JsonObject, release: Release): JsonObject {
  const list = objectsAt(spec, 'featureGates');
  const shown = Object.entries(RELEASES[release].gates).map(([name, unset]) => [name, isEnabled(list, name, unset)]);
  const field = at(spec, 'workloadSources', GATE);
  return { ...Object.fromEntries(shown), ...(release === '1.19' && field !== undefined ? { [GATE]: field } : {}) };
}

/** The v1 list that says what the v1beta1 gates say: entries that still hold stay, gates that differ from their default are entered. */
function gateList(restored: readonly JsonObject[], spec: JsonObject, release: Release): readonly JsonObject[] {
  const gates = objectAt(spec, 'featureGates');
  const kept = restored.map((entry) => {
    const wanted = gates[textAt(entry, 'name') ?? ''];
    return typeof wanted === 'boolean' && wanted !== isEntryEnabled(entry) ? gateEntry(textAt(entry, 'name') ?? '', wanted) : entry;
  });
  const added = Object.entries(RELEASES[release].gates).flatMap(([name, unset]) => {
    const wanted = gates[name] ?? unset;
    return wanted === isEnabled(restored, name, unset) || find(restored, name) ? [] : [gateEntry(name, wanted === true)];
  });
  return [...kept, ...added];
}

function withGateList(spec: JsonObject, list: readonly JsonObject[]): JsonObject {
  return list.length === 0 ? without(spec, 'featureGates') : { ...spec, featureGates: list };
}

function gateEntry(name: string, isOn: boolean): JsonObject {
  return isOn ? { name } : { name, state: 'Disabled' };
}

/** Whether a v1 list switches a gate on: names are compared without case, a missing state means Enabled. */
export function isEnabled(list: readonly JsonObject[], name: string, unset: boolean): boolean {
  const entry = find(list, name);
  return entry ? isEntryEnabled(entry) : unset;
}

function find(list: readonly JsonObject[], name: string): JsonObject | undefined {
  return list.find((entry) => textAt(entry, 'name')?.toLowerCase() === name.toLowerCase());
}

function isEntryEnabled(entry: JsonObject): boolean {
  return (textAt(entry, 'state') ?? 'Enabled') === 'Enabled';
}

function keepInAnnotation(spec: JsonObject): JsonObject {
  const kept = KEPT_IN_ANNOTATION.flatMap(([key, path]) => {
    const value = at(spec, ...path.split('.'));
    return value === undefined ? [] : [[key, key === 'featureGates' ? withStates(value) : value] as const];
  });
  return Object.fromEntries(kept);
}

function withStates(list: Json): Json {
  return Array.isArray(list) ? list.filter(isObject).map((entry) => ({ ...entry, state: entry.state ?? 'Enabled' })) : list;
}

function restoreFromAnnotation(spec: JsonObject, annotations: JsonObject): JsonObject {
  const kept = parsed(textAt(annotations, V1_ONLY_FIELDS) ?? '{}');
  return KEPT_IN_ANNOTATION.reduce<JsonObject>((restored, [key, path]) => {
    const value = at(kept, key);
    return value === undefined ? restored : withAt(restored, path.split('.'), value);
  }, spec);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
