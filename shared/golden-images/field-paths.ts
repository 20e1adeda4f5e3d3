/** Which fields a patch touches, and where the other API version keeps them. */
import type { HyperConvergedVersion } from './api-version.ts';
import type { FieldPath, FieldPaths } from './field-owner.ts';
import { IMPORT_GATE } from './gate.ts';
import { IMPORT_PATH, PLACEMENT_PATH } from './hyperconverged.ts';
import { isObject, type JsonObject } from './json.ts';
import { TEMPLATES_PATH } from './templates.ts';

/** Every place that a merge patch sets or takes away: down to lists, plain values and empty objects. */
export function touchedPaths(patch: JsonObject): readonly FieldPath[] {
  return Object.entries(patch).flatMap(([name, value]) => {
    const isParent = isObject(value) && Object.keys(value).length > 0;
    return isParent ? touchedPaths(value).map((path) => [name, ...path]) : [[name]];
  });
}

/** The parts of the CR that remedies change, each at a place of its own in each version (`api/v1beta1/conversion.go`). */
const TWINS: readonly FieldPaths[] = [
  {
    v1: [IMPORT_PATH.v1, ['spec', 'featureGates', `k:${JSON.stringify({ name: IMPORT_GATE })}`]], // HCO 1.18 has an entry of a list
    v1beta1: [IMPORT_PATH.v1beta1],
  },
  { v1: [PLACEMENT_PATH.v1], v1beta1: [PLACEMENT_PATH.v1beta1] },
  { v1: [TEMPLATES_PATH.v1], v1beta1: [TEMPLATES_PATH.v1beta1] },
];

/** Where the field of one version is in both: it may have been written in either. Only in its own where it has no known twin. */
export function inBothVersions(version: HyperConvergedVersion, path: FieldPath): FieldPaths {
  const other = version === 'v1' ? 'v1beta1' : 'v1';
  const twins = TWINS.flatMap((twin) => {
    const start = twin[version].find((candidate) => startsWith(path, candidate));
    return start ? twin[other].map((place) => [...place, ...path.slice(start.length)]) : [];
  });
  const there = path[0] === 'spec' ? twins : [path]; // metadata is the same in every version
  return version === 'v1' ? { v1: [path], v1beta1: there } : { v1: there, v1beta1: [path] };
}

function startsWith(path: FieldPath, start: FieldPath): boolean {
  return start.every((name, index) => path[index] === name);
}
