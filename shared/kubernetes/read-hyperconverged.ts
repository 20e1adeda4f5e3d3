/** The HyperConverged CR, in the API version that this server's remedies are written in. */
import { HCO_GROUP, type HyperConvergedVersion } from '../golden-images/api-version.ts';
import { IMPORT_GATE } from '../golden-images/gate.ts';
import { type HyperConverged, readHyperConverged } from '../golden-images/hyperconverged.ts';
import { type JsonObject, listAt, objectAt, stringAt } from '../golden-images/json.ts';
import type { Read } from '../golden-images/read.ts';
import type { ServedVersions } from '../golden-images/snapshot.ts';
import type { ApiConnection } from './api-connection.ts';
import { ApiStatusError } from './api-status-error.ts';
import { attempt, ReadError } from './failure.ts';
import { itemsOf, type Listed, ofKind } from './kinds.ts';
import { schemaIn } from './read-schema.ts';

export const HYPERCONVERGEDS = `hyperconvergeds.${HCO_GROUP}`;

export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

const SSP_GROUP = 'ssp.kubevirt.io';

/** What the API server says of its versions: discovery, the schema that changes are held against, and whether SSP's API is there. */
export async function readServedVersions(api: ApiConnection, signal: AbortSignal): Promise<ServedVersions> {
  const [group, hasSsp] = await Promise.all([
    api.get(`/apis/${HCO_GROUP}`, signal).then((answer) => ofKind('APIGroup', answer)),
    attempt(SSP_GROUP, () => isServed(api, SSP_GROUP, signal)),
  ]);
  const versions = (listAt(group, 'versions') ?? []).map((version) => stringAt(version, 'version') ?? '');
  const preferred = stringAt(group, 'preferredVersion', 'version') ?? versions[0] ?? '';
  return { versions, preferred, hasSsp, ...(await readSchemas(api, versions, signal)) };
}

async function isServed(api: ApiConnection, group: string, signal: AbortSignal): Promise<boolean> {
  try {
    ofKind('APIGroup', await api.get(`/apis/${group}`, signal));
    return true;
  } catch (error) {
    if (error instanceof ApiStatusError && error.status === 404) return false;
    throw error;
  }
}

/** The version that has the import as a field of v1 is the one that remedies are written in; else v1beta1. */
async function readSchemas(
  api: ApiConnection,
  versions: readonly string[],
  signal: AbortSignal,
): Promise<Pick<ServedVersions, 'v1HasImportField' | 'schema'>> {
  const read = (version: HyperConvergedVersion) =>
    attempt(`the schema of ${HCO_GROUP}/${version}`, async () =>
      schemaIn(await api.get(`/openapi/v3/apis/${HCO_GROUP}/${version}`, signal), version),
    );
  const v1 = versions.includes('v1') ? await read('v1') : undefined;
  const v1HasImportField: Read<boolean> =
    v1 === undefined ? { ok: true, value: false } : v1.ok ? { ok: true, value: hasImportField(v1.value) } : v1;
  if (v1?.ok && hasImportField(v1.value)) return { v1HasImportField, schema: { version: 'v1', read: v1 } };
  return { v1HasImportField, schema: { version: 'v1beta1', read: await read('v1beta1') } };
}

function hasImportField(schema: JsonObject): boolean {
  const properties = objectAt(schema, 'properties', 'spec', 'properties', 'workloadSources', 'properties');
  return properties !== undefined && IMPORT_GATE in properties;
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

/** The same CR in the other version that is served; undefined where there is none. */
export async function readCounterpart(
  api: ApiConnection,
  { version, namespace, name }: HyperConverged,
  served: ServedVersions | undefined,
  signal: AbortSignal,
): Promise<Read<HyperConverged> | undefined> {
  const other = version === 'v1' ? 'v1beta1' : 'v1';
  if (!served?.versions.includes(other)) return undefined;
  const path = `/apis/${HCO_GROUP}/${other}/namespaces/${namespace}/hyperconvergeds/${name}`;
  return attempt(`${HYPERCONVERGEDS} ${other}`, async () => readHyperConverged(await api.get(path, signal)));
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
