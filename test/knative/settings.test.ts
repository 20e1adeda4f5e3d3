/** What an installer decides is decided in one place, and every function gets what it asks for. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { foldersIn, type Manifest, objectsIn, ofKind, readManifest, readManifestText, readSettings } from './manifests.ts';

const readText = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const services = ofKind(objectsIn('base'), 'serving.knative.dev', 'Service');
const known = new Set([...readText('shared/settings.ts').matchAll(/'([A-Z][A-Z_]+)'/g)].map(([, name]) => name));
const base = readSettings('base/settings.env');
/** They name things for the manifests, and are no variables of a function. */
const NAMES = [
  'HCO_NAMESPACE',
  'SLACK_SECRET',
  'SIGNING_SECRET',
  'ALERTMANAGER_SECRET',
  'GOLDEN_IMAGES_NAMESPACE',
  'ALERTMANAGER_NAMESPACE',
  'RUNBOOK_BASE_URL',
];
const LETTERS = { 'alertmanager-webhook': 'w', 'node-events': 'n', 'slack-actions': 's', 'dead-letter': 'd' };

interface Row {
  readonly name: string;
  readonly functions: string;
  readonly isRequired: boolean;
}

/** The README's table of variables. */
const rows: readonly Row[] = [...readText('README.md').matchAll(/^\| (`[A-Z_`, ]+`) \| ([wnsd ]+) \| (.*) \|$/gm)].flatMap(
  ([, names = '', functions = '', meaning = '']) =>
    [...names.matchAll(/[A-Z_]+/g)].map(([name]) => ({ name, functions, isRequired: /\brequired\b/.test(meaning) })),
);

describe('the settings', () => {
  for (const [name, letter] of Object.entries(LETTERS)) {
    it(`give ${name} what it requires, and nothing that it does not know`, () => {
      const service = services.find(({ metadata }) => metadata.name === name);
      const own: readonly string[] = service.spec.template.spec.containers[0].env.map((variable: Manifest) => variable.name);
      const given = new Set([...own, ...base.keys()]);
      const required = rows.filter(({ functions, isRequired }) => isRequired && functions.includes(letter));
      assert.ok(required.length >= 4, 'the table of the README was not found');
      assert.deepEqual(
        required.filter((row) => !given.has(row.name)),
        [],
      );
      for (const variable of own.filter((candidate) => candidate !== 'NAMESPACE')) {
        assert.ok(known.has(variable), `${variable} is read by nobody`);
        const row = rows.find((candidate) => candidate.name === variable);
        assert.ok(row?.functions.includes(letter), `${name} does not read ${variable}`);
      }
      assert.deepEqual(service.spec.template.spec.containers[0].envFrom, [{ configMapRef: { name: 'archwatch-settings' } }]);
    });
  }

  it('of every overlay are variables that a function reads, or names that the manifests fill in', () => {
    const filledIn = readManifest('settings/fill-in.yaml').replacements.map(({ source }: Manifest) =>
      source.fieldPath.replace('data.', ''),
    );
    for (const name of NAMES) assert.ok(filledIn.includes(name), `${name} is filled in nowhere`);
    for (const file of ['base/settings.env', ...foldersIn('overlays').map((overlay) => `overlays/${overlay}/settings.env`)]) {
      for (const name of readSettings(file).keys())
        assert.ok(known.has(name) || NAMES.includes(name), `${file}: ${name} is read by nobody`);
    }
  });

  it('are left to the installer where nobody else can know them, so that a function that nobody told stops and says so', () => {
    for (const overlay of foldersIn('overlays')) {
      const settings = readSettings(`overlays/${overlay}/settings.env`);
      assert.deepEqual([settings.get('CLUSTER_NAME'), settings.get('SLACK_CHANNEL')], ['', ''], overlay);
    }
  });

  it('know where each distribution has HyperConverged, and what its command line is called', () => {
    const of = (overlay: string) => {
      const settings = readSettings(`overlays/${overlay}/settings.env`);
      return [settings.get('HCO_NAMESPACE'), settings.get('KUBECTL')];
    };
    assert.deepEqual(
      [of('okd'), of('openshift-cnv')],
      [
        ['kubevirt-hyperconverged', 'kubectl'],
        ['openshift-cnv', 'oc'],
      ],
    );
  });
});

describe('the overlays', () => {
  for (const overlay of foldersIn('overlays')) {
    const text = readManifestText(`overlays/${overlay}/kustomization.yaml`);
    const kustomization = readManifest(`overlays/${overlay}/kustomization.yaml`);

    it(`${overlay}: the namespace is one line, and the settings are filled in after everything else`, () => {
      assert.deepEqual([kustomization.namespace, kustomization.transformers], ['archwatch', ['../../settings']]);
      assert.deepEqual(kustomization.configMapGenerator, [{ name: 'archwatch-settings', behavior: 'merge', envs: ['settings.env'] }]);
    });

    it(`${overlay}: every component has its line`, () => {
      const listed = [...text.matchAll(/^ {2}(?:# )?- \.\.\/\.\.\/components\/([-a-z]+)( #.*)?$/gm)].map(([, name = '']) => name);
      assert.deepEqual(listed.toSorted(), foldersIn('components'));
      assert.equal(listed.at(-1), 'knative-oidc', 'it changes what others bring');
    });

    it(`${overlay}: the image is said once, and names no registry`, () => {
      assert.deepEqual(kustomization.images, [{ name: 'archwatch', newName: 'archwatch', newTag: 'latest' }]);
      for (const service of services) assert.equal(service.spec.template.spec.containers[0].image, 'archwatch');
    });
  }
});

describe('the namespace', () => {
  const objects = [...objectsIn('base'), ...objectsIn('components')];

  it('stands only where kustomize changes it: a reference without one means its own, and nothing spells an address', () => {
    for (const object of objects) {
      const places = placesOf(object, 'namespace').filter((place) => !/^subjects\.\d+\.namespace$/.test(place));
      assert.deepEqual(
        places,
        object.kind === 'ServiceAccount' && object.metadata.namespace ? ['metadata.namespace'] : [],
        object.metadata.name,
      );
      assert.doesNotMatch(JSON.stringify(object), /archwatch\.svc|configmap:archwatch|"uri":"http/);
    }
  });

  it('stands in every service account: by it kustomize finds those whom a binding means', () => {
    for (const { metadata } of ofKind(objects, 'v1', 'ServiceAccount')) assert.equal(metadata.namespace, 'archwatch', metadata.name);
  });
});

/** Where an object has a member of that name. */
function placesOf(value: unknown, member: string, path: readonly string[] = []): readonly string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, below]) => [
    ...(key === member ? [[...path, key].join('.')] : []),
    ...placesOf(below, member, [...path, key]),
  ]);
}
