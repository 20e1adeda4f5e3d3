/** The page of dependencies lists what is installed, and each is used. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REPOSITORY, readPage } from './pages.ts';

const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = readJson('package.json');
const rows = [
  ...readPage('docs/dependencies.md').text.matchAll(/^\| `([^`]+)` \| (\S+) \| (\d+) \| (\d{4}-\d\d-\d\d) \| (\S+) \| (.+) \|$/gm),
].map(([, name = '', version, size, , licence, why]) => ({ name, version, size: Number(size), licence, why }));

describe('the page of dependencies', () => {
  it('lists those of package.json, in their order', () =>
    assert.deepEqual(
      rows.map(({ name }) => name),
      Object.keys(dependencies).sort(),
    ));

  for (const { name, version, size, licence } of rows) {
    it(`says of ${name} what is installed`, () => {
      const installed = readJson(`node_modules/${name}/package.json`);
      assert.deepEqual([version, licence], [installed.version, installed.license]);
      const kilobytes = sizeOf(fileURLToPath(new URL(`node_modules/${name}`, REPOSITORY))) / 1_000;
      assert.ok(Math.abs(kilobytes - size) <= 0.05 * kilobytes + 1, `${kilobytes} kB`);
    });
  }

  it('lists nothing that nobody uses', () => {
    const source = ['shared', 'functions', 'local'].map((folder) => textOf(fileURLToPath(new URL(folder, REPOSITORY)))).join('\n');
    assert.deepEqual(
      rows.filter(({ name }) => !source.includes(`'${name}'`)).map(({ name }) => name),
      [],
    );
  });
});

function readJson(path: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(readFileSync(new URL(path, REPOSITORY), 'utf8'));
}

/** Bytes, without packages of its own. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => (entry.isDirectory() ? sizeOf(join(folder, entry.name)) : statSync(join(folder, entry.name)).size))
    .reduce((sum, size) => sum + size, 0);
}

function textOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}
