/** Which API version a change is written in, and the CR as that version shows it. */
import { HCO_GROUP, type HyperConvergedVersion } from '../api-version.ts';
import { type HyperConverged, IMPORT_PATH, PLACEMENT_PATH, readHyperConverged } from '../hyperconverged.ts';
import { applyMergePatch, isObject, type Json, listAt, nest, objectAt } from '../json.ts';
import type { ServedVersions } from '../snapshot.ts';
import { TEMPLATES_PATH } from '../templates.ts';

/** The first minor release of HCO whose v1 has the import as a field, and not only in the feature-gate list (commit 749e9d941). */
const V1_FIELD_SINCE = 19;
/** OpenShift Virtualization 4.N ships HCO 1.(N-4): 4.20 is 1.16. */
const DOWNSTREAM_OFFSET = 4;

/** v1 where the served v1 schema has the field, else v1beta1; without a server's word the CR's own version, checked against its operator's release. */
export function remedyVersion(served: ServedVersions | undefined, hyperConverged: HyperConverged): HyperConvergedVersion {
  if (served) return versionOn(served);
  return hyperConverged.version === 'v1' && releaseHasField(hyperConverged) ? 'v1' : 'v1beta1';
}

/** While the schema cannot be read, v1beta1: a server that has both takes it, whatever its release. */
function versionOn({ versions, v1HasImportField }: ServedVersions): HyperConvergedVersion {
  if (v1HasImportField.ok) return v1HasImportField.value ? 'v1' : 'v1beta1';
  return versions.includes('v1beta1') ? 'v1beta1' : 'v1';
}

/** Whether this release of HCO has the import as a field of v1, by which it left preview; a release that nobody knows is taken for a new one. */
export function releaseHasField({ gate, operatorVersion }: HyperConverged): boolean {
  if (gate.explicit && gate.path === IMPORT_PATH.v1.join('.')) return true;
  const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(operatorVersion ?? '') ?? [];
  if (major === '1') return Number(minor) >= V1_FIELD_SINCE;
  if (major === '4') return Number(minor) - DOWNSTREAM_OFFSET >= V1_FIELD_SINCE;
  return true;
}

/** The CR as another version shows the paths that remedies touch; itself where it was read in that version. */
export function asVersion(hyperConverged: HyperConverged, version: HyperConvergedVersion): HyperConverged {
  const { version: from, object, gate } = hyperConverged;
  if (from === version) return hyperConverged;
  const placement = objectAt(object, ...PLACEMENT_PATH[from]);
  const templates = listAt(object, ...TEMPLATES_PATH[from]);
  const members: Json[] = [
    nest(IMPORT_PATH[version], gate.enabled),
    ...(placement === undefined ? [] : [nest(PLACEMENT_PATH[version], placement)]),
    ...(templates === undefined ? [] : [nest(TEMPLATES_PATH[version], templates)]),
  ];
  const { metadata, status } = object;
  const converted = { apiVersion: `${HCO_GROUP}/${version}`, kind: 'HyperConverged', metadata: metadata ?? {}, status: status ?? {} };
  const shown = members.reduce<Json>((result, member) => applyMergePatch(result, member), converted);
  return isObject(shown) ? readHyperConverged(shown) : hyperConverged;
}
