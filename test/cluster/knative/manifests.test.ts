/** What `kubectl apply -k` would do, on a real API server with Knative's definitions. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { foldersIn, KNATIVE, type Manifest } from '../../knative/manifests.ts';
import { type ApiServer, startApiServer } from '../servers/api-server.ts';
import { createNamespace } from '../servers/objects.ts';
import { hyperConvergedCrd } from '../servers/paths.ts';
import { run } from '../servers/process.ts';
import { KNATIVE_CRDS, MONITORING_CRDS } from './definitions.ts';
import { type Decisions, decide, render, TOGETHER } from './installation.ts';
import { readSchemas, type Schemas, unknownFields } from './unknown-fields.ts';

/** That others have made: archwatch is granted something there. */
const NAMESPACES = [
  'kubevirt-hyperconverged',
  'openshift-cnv',
  'openshift-monitoring',
  'kubevirt-os-images',
  'openshift-virtualization-os-images',
];

const installations: readonly (Decisions & { readonly what: string })[] = [
  ...foldersIn('overlays').map((overlay) => ({
    what: `the overlay ${overlay}`,
    overlay: overlay === 'okd' ? ('okd' as const) : ('openshift-cnv' as const),
  })),
  ...foldersIn('components').map((name) => ({ what: `the component ${name}`, overlay: 'openshift-cnv' as const, components: [name] })),
  { what: 'all components', overlay: 'openshift-cnv', components: TOGETHER },
  {
    what: 'all components in another namespace',
    overlay: 'openshift-cnv',
    components: TOGETHER,
    namespace: 'golden-images',
  },
];

describe('kubectl apply -k', () => {
  let server: ApiServer;
  let schemas: Schemas;
  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19'), ...KNATIVE_CRDS, ...MONITORING_CRDS] });
    schemas = await readSchemas([...KNATIVE_CRDS, ...MONITORING_CRDS]);
    for (const name of NAMESPACES) await createNamespace(server, name);
  });
  after(() => server.stop());

  const apply = async (args: readonly string[]) => {
    const { status, stdout, stderr } = await server.kubectl(['apply', ...args]);
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '', 'the server warns');
    return stdout.trim().split('\n');
  };

  it('takes the base by itself, by the plain command as well', async () => {
    const { status, stderr } = await server.kubectl(['apply', '-k', join(KNATIVE, 'base')]);
    assert.equal(status, 0, stderr);
    await apply(['-k', join(KNATIVE, 'base'), '--server-side', '--force-conflicts']);
    await apply(['-k', join(KNATIVE, 'base'), '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict']);
  });

  for (const { what, ...decisions } of installations) {
    it(`takes ${what}, in the strictest way, and again: then nothing changes`, async () => {
      const folder = await decide(decisions);
      const applied = await apply(['-k', folder, '--server-side', '--force-conflicts', '--validate=strict']);
      assert.equal(applied.length, (await render(folder)).length);
      await apply(['-k', folder, '--server-side', '--dry-run=server', '--validate=strict']);
      const before = await versionsOf(server, folder);
      await apply(['-k', folder, '--server-side']);
      assert.equal(await versionsOf(server, folder), before);
    });

    it(`meets no typing error in ${what}, also where a definition keeps what it does not know`, async () => {
      for (const object of await render(await decide(decisions))) {
        assert.deepEqual(unknownFields(object, schemas), [], `${object.kind} ${object.metadata.name}`);
      }
    });
  }

  it('would meet a typing error that the API server does not see', async () => {
    const [source] = (await render(await decide())).filter(({ kind }) => kind === 'ApiServerSource');
    const spec = {
      ...source.spec,
      serviceAccount: 'x',
      sink: { ref: source.spec.sink.ref, url: 'x' },
      resources: [{ apiVersion: 'v1', kind: 'Node', selektor: {} }],
    };
    const object = { ...source, metadata: { ...source.metadata, name: 'misspelt' }, spec };
    assert.deepEqual(unknownFields(object, schemas), ['spec.resources.0.selektor', 'spec.sink.url', 'spec.serviceAccount']);
    const { stderr } = await server.kubectl(['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'], {
      input: JSON.stringify(object),
    });
    assert.doesNotMatch(stderr, /serviceAccount/);
  });

  it('takes what is for Alertmanager', async () => {
    for (const file of ['alertmanager-config.yaml', 'cluster-monitoring-config.yaml']) {
      await apply(['--server-side', '--validate=strict', '-f', join(KNATIVE, 'alertmanager', file)]);
    }
    const { status, stderr } = await run('amtool', ['check-config', join(KNATIVE, 'alertmanager/alertmanager.yml')], {
      env: { PATH: process.env.PATH },
    });
    assert.equal(status, 0, stderr);
  });
});

describe('one line', () => {
  const settingsOf = (objects: readonly Manifest[]) =>
    objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('archwatch-settings'));
  const all = { overlay: 'openshift-cnv', components: TOGETHER } as const;

  it('puts archwatch into another namespace: nothing is left in the first', async () => {
    const [here, there] = await Promise.all([render(await decide(all)), render(await decide({ ...all, namespace: 'golden-images' }))]);
    const placesHere = here.flatMap((object) => placesOf(object, 'archwatch'));
    const placesThere = there.flatMap((object) => placesOf(object, 'golden-images'));
    assert.ok(placesHere.length > 50);
    assert.deepEqual(placesThere, placesHere);
    assert.deepEqual(
      there.flatMap((object) => placesOf(object, 'archwatch')),
      [],
    );
  });

  it('leaves what is to be allowed elsewhere where it is, for those who are here', async () => {
    const objects = await render(await decide({ ...all, namespace: 'golden-images' }));
    const elsewhere = objects.filter(({ kind, metadata }) => kind === 'RoleBinding' && metadata.namespace !== 'golden-images');
    assert.deepEqual(Object.fromEntries(elsewhere.map(({ metadata }) => [metadata.name, metadata.namespace])), {
      'archwatch-alertmanager-api': 'openshift-monitoring',
      'archwatch-operator': 'openshift-cnv',
      'archwatch-registry-credentials': 'openshift-virtualization-os-images',
      'archwatch-silences': 'openshift-monitoring',
    });
  });

  it('of the settings reaches everything that it is about', async () => {
    const settings = {
      CLUSTER_NAME: '0123',
      HCO_NAMESPACE: 'hco',
      SLACK_SECRET: 'chat',
      ALERTMANAGER_SECRET: 'alerts',
      SIGNING_SECRET: 'signs',
    };
    const objects = await render(await decide({ settings }));
    const settingsMap = settingsOf(objects);
    const clusters = objects
      .filter(({ apiVersion }) => apiVersion.startsWith('sources.'))
      .map(({ spec }) => spec.ceOverrides.extensions.cluster);
    assert.deepEqual(clusters, ['0123', '0123', '0123']);
    for (const { metadata, spec } of objects.filter(({ apiVersion, kind }) => kind === 'Service' && apiVersion.startsWith('serving.'))) {
      const { containers, volumes } = spec.template.spec;
      assert.deepEqual(containers[0].envFrom, [{ configMapRef: { name: settingsMap.metadata.name } }]);
      const secrets = volumes.map(({ secret }: Manifest) => secret.secretName);
      assert.deepEqual(secrets, SECRETS[metadata.name] ?? ['chat']);
    }
    assert.equal(
      objects.find(({ metadata }) => metadata.name === 'hyperconverged').spec.namespaceSelector.matchLabels['kubernetes.io/metadata.name'],
      'hco',
    );
    assert.equal(objects.find(({ kind, metadata }) => kind === 'Role' && metadata.name === 'archwatch-operator').metadata.namespace, 'hco');
  });

  it('of the settings makes a new Revision: their name changes with them', async () => {
    const names = await Promise.all(
      ['a', 'b'].map(async (name) => settingsOf(await render(await decide({ settings: { CLUSTER_NAME: name } }))).metadata.name),
    );
    assert.notEqual(names[0], names[1]);
  });
});

const SECRETS: Readonly<Record<string, readonly string[]>> = {
  'alertmanager-webhook': ['chat', 'alerts'],
  'slack-actions': ['chat', 'signs'],
};

async function versionsOf(server: ApiServer, folder: string): Promise<string> {
  const { stdout } = await server.kubectl([
    'get',
    '-k',
    folder,
    '-o',
    'jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.resourceVersion}{"\\n"}{end}',
  ]);
  assert.notEqual(stdout, '');
  return stdout;
}

/** Where a text is a namespace: by itself under that name, in the variable that says it, or as the name of a Namespace. */
function placesOf(object: Manifest, namespace: string): readonly string[] {
  const found = Object.entries({ metadata: object.metadata.namespace, ...subjectsOf(object), ...variableOf(object), ...nameOf(object) });
  return found
    .filter(([, value]) => value === namespace)
    .map(([place]) => `${object.kind} ${object.kind === 'Namespace' ? '' : object.metadata.name} ${place}`);
}

function subjectsOf({ subjects = [] }: Manifest): object {
  return Object.fromEntries(subjects.map(({ name, namespace }: Manifest) => [`subject ${name}`, namespace]));
}

function variableOf({ spec }: Manifest): object {
  const variables: readonly Manifest[] = spec?.template?.spec?.containers?.[0]?.env ?? [];
  return Object.fromEntries(variables.filter(({ name }) => name === 'NAMESPACE').map(({ name, value }) => [name, value]));
}

function nameOf({ kind, metadata }: Manifest): object {
  return kind === 'Namespace' ? { name: metadata.name } : {};
}
