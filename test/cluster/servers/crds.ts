/** Custom resource definitions on an API server, served before a test goes on. */
import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import type { ApiServer } from './api-server.ts';
import type { Answer } from './kubernetes-client.ts';
import { waitUntil } from './wait.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

type Server = Pick<ApiServer, 'send'>;

/** Adds the definitions in these files, or replaces them, and waits until requests and the OpenAPI document know them. */
export async function applyCrds(server: Server, files: readonly string[]): Promise<void> {
  const definitions = (await Promise.all(files.map(readDefinitions))).flat();
  for (const definition of definitions) await server.send('APPLY', `${DEFINITIONS}/${definition.metadata.name}`, definition);
  await Promise.all(definitions.map((definition) => served(server, definition)));
}

async function readDefinitions(file: string): Promise<readonly Answer[]> {
  return parseAllDocuments(await readFile(file, 'utf8')).map((document) => document.toJS());
}

async function served(server: Server, { metadata, spec }: Answer): Promise<void> {
  await waitUntil(`${metadata.name} is established`, () => checkEstablished(server, metadata.name));
  for (const version of spec.versions.filter((version: Answer) => version.served)) {
    const resource = `${metadata.name} ${version.name}`;
    // For a moment after that its storage "is (re)initializing", and lists are refused.
    await waitUntil(`${resource} can be listed`, () => server.send('GET', `/apis/${spec.group}/${version.name}/${spec.names.plural}`));
    await waitUntil(`${resource} is in the OpenAPI document`, () => checkPublished(server, spec, version));
  }
}

async function checkEstablished(server: Server, name: string): Promise<void> {
  const { status } = await server.send('GET', `${DEFINITIONS}/${name}`);
  const established = status?.conditions?.find(({ type }: Answer) => type === 'Established');
  if (established?.status !== 'True') throw new Error(JSON.stringify(status?.conditions));
}

/** The fields of the spec tell a definition from the one that it replaces. */
async function checkPublished(server: Server, { group, names }: Answer, version: Answer): Promise<void> {
  const { components } = await server.send('GET', `/openapi/v3/apis/${group}/${version.name}`);
  const schemas: readonly Answer[] = Object.values(components.schemas);
  const published = schemas.find((schema) => schema['x-kubernetes-group-version-kind']?.some(({ kind }: Answer) => kind === names.kind));
  if (!published) throw new Error(`no schema of kind ${names.kind}`);
  const [here, wanted] = [fieldsOfSpec(published), fieldsOfSpec(version.schema.openAPIV3Schema)];
  if (here !== wanted) throw new Error(`its spec has ${here || 'no fields'}`);
}

function fieldsOfSpec(schema: Answer): string {
  return Object.keys(schema.properties?.spec?.properties ?? {})
    .sort()
    .join(', ');
}
