/** The HyperConverged CR, in the API version that this server's remedies are written in. */
import { HCO_GROUP, type HyperConvergedVersion } from '../golden-images/api-version.ts';
import { IMPORT_GATE } from '../golden-images/gate.ts';
import { type HyperConverged, readHyperConverged } from '../golden-images/hyperconverged.ts';
import { isObject, type Json, listAt, objectAt, stringAt } from '../golden-images/json.ts';
import type { ServedVersions } from '../golden-images/snapshot.ts';
import type { ApiConnection } from './api-client.ts';
import { attempt, ReadError } from './failure.ts';
import { itemsOf, type Listed, ofKind } from './kinds.ts';

export const HYPERCONVERGEDS = `hyperconvergeds.${HCO_GROUP}`;

export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

/** What the API server says of its versions: discovery, and whether the schema of v1 has the import as a field. */
export async function readServedVersions(api: ApiConnection, signal: AbortSignal): Promise<ServedVersions> {
  const group = ofKind('APIGroup', await api.get(`/apis/${HCO_GROUP}`, signal));
  const versions = (listAt(group, 'versions') ?? []).map((version) => stringAt(version, 'version') ?? '');
  const preferred = stringAt(group, 'preferredVersion', 'version') ?? versions[0] ?? '';
  const v1HasImportField = await attempt(
    `the schema of ${HCO_GROUP}/v1`,
    async () => versions.includes('v1') && hasImportField(api, signal),
  );
  return { versions, preferred, v1HasImportField };
}

async function hasImportField(api: ApiConnection, signal: AbortSignal): Promise<boolean> {
  const document = await api.get(`/openapi/v3/apis/${HCO_GROUP}/v1`, signal);
  const schema = Object.values(objectAt(document, 'components', 'schemas') ?? {}).find(isHyperConvergedSchema);
  if (schema === undefined) throw new ReadError('server-error', 'the published schema has no HyperConverged');
  const properties = objectAt(schema, 'properties', 'spec', 'properties', 'workloadSources', 'properties');
  return properties !== undefined && IMPORT_GATE in properties;
}

function isHyperConvergedSchema(schema: Json): boolean {
  const kinds = isObject(schema) ? listAt(schema, 'x-kubernetes-group-version-kind') : undefined;
  return kinds?.some((kind) => stringAt(kind, 'kind') === 'HyperConverged') ?? false;
}

/**
 * The cluster's HyperConverged; undefined where a complete list has none.
 * Throws `ReadError` where it is not clear which one is meant, or no version is served that we know.
 */
export async function readTheHyperConverged(
  api: ApiConnection,
  served: ServedVersions,
  wanted: NamespacedName | undefined,
  signal: AbortSignal,
): Promise<Listed<HyperConverged | undefined>> {
  const list = await api.get(`/apis/${HCO_GROUP}/${versionToRead(served)}/hyperconvergeds`, signal);
  const value = chooseHyperConverged(itemsOf('HyperConvergedList', list), wanted);
  return { value, version: stringAt(list, 'metadata', 'resourceVersion') };
}

/** The version that remedies are written in; while the schema cannot be read, v1beta1, which every release since 1.16 takes. */
function versionToRead({ versions, v1HasImportField }: ServedVersions): HyperConvergedVersion {
  const wanted = v1HasImportField.ok && v1HasImportField.value ? 'v1' : 'v1beta1';
  const known = (['v1beta1', 'v1'] as const).filter((version) => versions.includes(version));
  const version = known.find((candidate) => candidate === wanted) ?? known[0];
  if (version) return version;
  throw new ReadError('not-served', `${HCO_GROUP} is served as ${versions.join(', ')}, and only v1 and v1beta1 are known`);
}

/** The one that is wanted, or the only one. Throws `ReadError` where there are several, or another than the wanted one. */
export function chooseHyperConverged(items: readonly unknown[], wanted: NamespacedName | undefined): HyperConverged | undefined {
  const named = items.map((item) => ({ item, id: `${stringAt(item, 'metadata', 'namespace')}/${stringAt(item, 'metadata', 'name')}` }));
  const ids = named.map(({ id }) => id).sort();
  const chosen = wanted === undefined ? named : named.filter(({ id }) => id === `${wanted.namespace}/${wanted.name}`);
  if (chosen.length > 1) {
    throw new ReadError(
      'ambiguous',
      `there are ${ids.length} HyperConverged (${ids.join(', ')}): set HYPERCONVERGED to namespace/name of one`,
    );
  }
  if (chosen.length === 0 && named.length > 0) {
    throw new ReadError('ambiguous', `HYPERCONVERGED names ${wanted?.namespace}/${wanted?.name}, and the cluster has ${ids.join(', ')}`);
  }
  return chosen[0] && readHyperConverged(chosen[0].item);
}
