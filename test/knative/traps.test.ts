/** Traps of Knative, and of functions in general, that are in no manifest: what the sources must not do, what is to be said. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const sources = globSync('{functions,shared}/**/*.ts', { cwd: root }).map((file) => ({ file, text: read(file) }));
const filesWith = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

describe('the functions', () => {
  it('end with an error where something was forgotten: nobody catches what nobody caught, and ends with 0', () => {
    assert.deepEqual(filesWith(/uncaughtException|unhandledRejection/), []);
  });

  it('send no events, and answer with none: nothing that they say can come back to them through the Broker', () => {
    assert.deepEqual(filesWith(/httpTransport|emitterFor|K_SINK|HTTP\.(binary|structured)\(/), []);
  });

  it('never replace the JSON of the process, which the CloudEvents SDK would do for large numbers', () => {
    assert.deepEqual(filesWith(/CE_USE_BIG_INT/), []);
  });

  it('have one CloudEvents SDK: of two, neither knows the other’s events', () => {
    const { packages }: { readonly packages: Readonly<Record<string, unknown>> } = JSON.parse(read('package-lock.json'));
    assert.deepEqual(
      Object.keys(packages).filter((path) => /(^|\/)node_modules\/cloudevents$/.test(path)),
      ['node_modules/cloudevents'],
    );
  });

  it('are not shipped as what they are not: a func.yaml would deploy something else', () => {
    assert.deepEqual(globSync('**/func.yaml', { cwd: root, exclude: ['node_modules/**'] }), []);
    assert.match(read('docs/install.md'), /^## No func\.yaml\n\n`func deploy` .+\. And .+\.$/m);
  });
});

describe('the pages', () => {
  it('say what is lost while a source restarts, and who makes up for it', () => {
    const [, section = ''] = read('docs/install.md').split('## What is not promised\n');
    assert.match(section, /A source does not replay/);
    assert.match(section, /found by the ping, within the hour/);
  });

  it('say of what is alpha that it is, what to switch on, and that tokens go in clear', () => {
    for (const file of ['docs/install.md', 'knative/components/knative-oidc/kustomization.yaml']) {
      for (const words of [/alpha/i, /authentication-oidc: "enabled"/, /config-features/, /in clear/])
        assert.match(read(file), words, file);
    }
  });
});
