/** What the schema check says of a change, against what a real API server answers to its dry run. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readHyperConverged } from '../../shared/golden-images/hyperconverged.ts';
import type { JsonObject } from '../../shared/golden-images/json.ts';
import { kubernetes } from '../../shared/kubernetes/api-client.ts';
import { createDryRun, type DryRunOutcome, type DryRunRequest } from '../../shared/kubernetes/dry-run.ts';
import { schemaIn } from '../../shared/kubernetes/read-schema.ts';
import { checkBySchema } from '../../shared/kubernetes/schema-check.ts';
import { silentLog } from '../helpers/log.ts';
import { IMPORT_FIELD, jsonPatchOf, type PlannedRow, plannedChanges, type Version } from '../helpers/planned-changes.ts';
import { addHyperConverged, NAME, pathOf } from './hyperconverged.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { deleteAll } from './servers/objects.ts';
import { type HyperConvergedRelease, hyperConvergedCrd } from './servers/paths.ts';
import { temporaryFolder } from './servers/running.ts';

const RELEASES: readonly { readonly release: HyperConvergedRelease; readonly versions: readonly Version[] }[] = [
  { release: '1.17', versions: ['v1beta1'] },
  { release: '1.18', versions: ['v1beta1', 'v1'] },
  { release: '1.19', versions: ['v1', 'v1beta1'] },
];
const TIME_MS = 10_000;

for (const { release, versions } of RELEASES) {
  for (const version of versions) {
    describe(`the schema that an API server publishes of HyperConverged ${release} ${version}`, () => {
      let server: ApiServer;
      let ask: Ask;
      before(async () => {
        server = await startApiServer({ crds: [await definitionOf(release, version)] });
        ask = askerOf(server, version);
      });
      after(() => server.stop());

      const rows = [
        ...plannedChanges(version),
        ...(release === '1.19' && version === 'v1' ? IMPORT_FIELD : []),
        ...spelledOut(release, version),
      ];
      it(`decides ${rows.length} changes as the server does, strictly and as a dry run`, async () => {
        const schema = schemaIn(await server.send('GET', `/openapi/v3/apis/hco.kubevirt.io/${version}`), version);
        for (const row of rows) {
          const answer = await decide({ server, version, schema, ask }, row);
          const expected = row.refusal === undefined;
          const expectedOfServer = expected || row.isForgiven === true;
          assert.deepEqual(
            [answer.bySchema.accepted, answer.byServer],
            [expected, expectedOfServer],
            `${row.when}: ${JSON.stringify(answer)}`,
          );
          if (row.refusal && !answer.bySchema.accepted) assert.match(answer.bySchema.reason, row.refusal);
        }
      });
    });
  }
}

/** A file with the definition of one version alone: without HCO's webhook, what is sent in another version than the stored one is lost. */
async function definitionOf(release: HyperConvergedRelease, version: Version): Promise<string> {
  const definition = parse(await readFile(hyperConvergedCrd(release), 'utf8'));
  const versions = definition.spec.versions.filter(({ name }: { name: string }) => name === version);
  const stored = { ...definition, spec: { ...definition.spec, versions: [{ ...versions[0], storage: true }] } };
  const file = join(await temporaryFolder(), 'definition.json');
  await writeFile(file, JSON.stringify(stored));
  return file;
}

/** Parts of the real definitions that the embedded cluster leaves open. */
function spelledOut(release: HyperConvergedRelease, version: Version): readonly PlannedRow[] {
  const templates = (spec: unknown): JsonObject => {
    const list = [{ metadata: { name: 'a' }, spec: { managedDataSource: 'a', schedule: '* * * * *', template: { spec } } }];
    return JSON.parse(
      JSON.stringify(version === 'v1' ? { workloadSources: { dataImportCronTemplates: list } } : { dataImportCronTemplates: list }),
    );
  };
  const storage = (size: unknown) => ({ spec: templates({ storage: { resources: { requests: { storage: size } } } }) });
  const row = (when: string, patch: JsonObject, refusal?: RegExp): PlannedRow => ({
    when,
    spec: {},
    patch,
    ...(refusal ? { refusal } : {}),
  });
  return [
    row('a size is a number', storage(10)),
    row('a size is a quantity', storage('10Gi')),
    row('a size is no quantity', storage('ten'), /requests\.storage is "ten", and must match/),
    row('a size is a list', storage([]), /requests\.storage is a list, and must be a whole number or text$/),
    row('a size is half a number', storage(1.5), /requests\.storage is a number, and must be a whole number or text$/),
    row(
      'a source has a member that CDI does not know',
      { spec: templates({ source: { nope: {} } }) },
      /does not know .*template\.spec\.source\.nope$/,
    ),
    row('a source lacks its URL', { spec: templates({ source: { http: {} } }) }, /source\.http\.url is missing, and is required$/),
    ...(release === '1.19' && version === 'v1'
      ? [
          row(
            'there are more gates than the list may have',
            { spec: { featureGates: gates(65) } },
            /^spec\.featureGates must have at most 64 entries$/,
          ),
          row(
            'a gate has a name too long',
            { spec: { featureGates: [{ name: 'x'.repeat(257) }] } },
            /name must have at most 256 characters$/,
          ),
        ]
      : []),
  ];
}

function gates(count: number): readonly { readonly name: string }[] {
  return Array.from({ length: count }, (_, index) => ({ name: `gate${index}` }));
}

interface Decided {
  readonly bySchema: ReturnType<typeof checkBySchema>;
  /** `null` where either patch got no answer. */
  readonly byServer: boolean | null;
  readonly answers: readonly DryRunOutcome[];
}

type Ask = (body: DryRunRequest['body']) => Promise<DryRunOutcome>;

interface Side {
  readonly server: ApiServer;
  readonly version: Version;
  readonly schema: JsonObject;
  readonly ask: Ask;
}

async function decide({ server, version, schema, ask }: Side, row: PlannedRow): Promise<Decided> {
  await addHyperConverged(server, { version, spec: row.spec });
  const { object } = readHyperConverged(await server.send('GET', pathOf({ version })));
  const jsonPatch = jsonPatchOf(object, row);
  const bySchema = checkBySchema({ schema, object, patch: row.patch, jsonPatch });
  const answers = [await ask(row.patch), await ask(jsonPatch)];
  await deleteAll(server);
  const accepted = answers.map((answer) => answer.accepted);
  return { bySchema, byServer: accepted.includes(null) ? null : !accepted.includes(false), answers };
}

function askerOf({ kubeconfig }: Pick<ApiServer, 'kubeconfig'>, version: Version): Ask {
  const dryRun = createDryRun({ connect: kubernetes({ KUBECONFIG: kubeconfig }).connect, log: silentLog });
  return (body) => dryRun({ target: { version, namespace: NAME, name: NAME }, body }, AbortSignal.timeout(TIME_MS));
}
