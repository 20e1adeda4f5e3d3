/** What the pages for whoever installs say of files, components and names is so. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { foldersIn, readManifest, readManifestText, readSettings } from './manifests.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const pages = ['install.md', 'alertmanager.md'].map((name) => ({ name, text: readFileSync(new URL(name, DOCS), 'utf8') }));
const [install, alertmanager] = pages;

describe('the pages for whoever installs', () => {
  for (const { name, text } of pages) {
    it(`${name}: each link leads somewhere`, () => {
      const targets = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
      assert.ok(targets.length >= 2);
      const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(
        ([, title = '']) =>
          `#${title
            .toLowerCase()
            .replace(/[^\w -]/g, '')
            .replaceAll(' ', '-')}`,
      );
      const dead = targets.filter((target) => (target.startsWith('#') ? !anchors.includes(target) : !existsSync(new URL(target, DOCS))));
      assert.deepEqual(dead, []);
    });

    it(`${name}: each file of knative in it is there`, () => {
      const files = [...text.matchAll(/\bknative\/(?:base|components|overlays|alertmanager|settings)[-/\w.]*/g)].map(([file]) =>
        file.replace(/\.$/, ''),
      );
      const missing = files.filter((file) => !file.includes('prod-eu-1') && !existsSync(new URL(`../${file}`, DOCS)));
      assert.deepEqual(missing, []);
    });

    it(`${name}: the Secrets are those of the settings, or of the page’s own patches`, () => {
      const settings = readSettings('base/settings.env');
      const named = [...text.matchAll(/secret (?:generic )?(archwatch-[-a-z]+)/g)].map(([, secret]) => secret);
      assert.ok(named.length > 0);
      const mounted = [...text.matchAll(/secretName: ([-a-z]+)/g)].map(([, secret]) => secret);
      const known = [...['SLACK_SECRET', 'SIGNING_SECRET', 'ALERTMANAGER_SECRET'].map((name) => settings.get(name)), ...mounted];
      for (const secret of named) assert.ok(known.includes(secret), secret);
    });
  }

  it('install.md lists every component, and says which are on', () => {
    const listed = [...(install?.text ?? '').matchAll(/^\| `([-a-z]+)` \|/gm)].map(([, name]) => name);
    assert.deepEqual(listed.toSorted(), foldersIn('components'));
    for (const overlay of foldersIn('overlays')) {
      assert.deepEqual(readManifest(`overlays/${overlay}/kustomization.yaml`).components, ['../../components/virtual-machines']);
    }
  });

  it('install.md says which line a kustomization on top of an overlay needs', () => {
    assert.match(install?.text ?? '', /^resources: .*\nnamespace: .*\ntransformers: \[\.\.\/\.\.\/settings\]$/m);
  });

  it('alertmanager.md gives a reason for each value of the receiver, as it is there', () => {
    const receiver = readManifestText('alertmanager/alertmanager.yml');
    const explained = [...(alertmanager?.text ?? '').matchAll(/^\| `([a-z_]+: [^`]+)` \|/gm)].map(([, value = '']) => value);
    assert.deepEqual(explained.map((value) => value.split(':')[0]).sort(), [
      'continue',
      'follow_redirects',
      'group_by',
      'max_alerts',
      'repeat_interval',
      'send_resolved',
      'timeout',
    ]);
    for (const value of explained) assert.ok(receiver.includes(value), value);
  });
});
