/** The image, as far as it can be told without building it: what is in the Containerfile. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';

interface Instruction {
  readonly name: string;
  readonly text: string;
}

const source = readFileSync('Containerfile', 'utf8');
const instructions = source
  .replace(/^\s*#.*\n/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line): Instruction => {
    const [name = '', ...words] = line.trim().split(/\s+/);
    return { name, text: words.join(' ') };
  });
const named = (name: string, among = instructions) => among.filter((one) => one.name === name).map(({ text }) => text);
const image = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));

describe('the Containerfile', () => {
  it('has two stages from one image: the code cache is for its Node', () => {
    assert.deepEqual(
      named('FROM').map((text) => text.replace('$', '')),
      ['{NODE} AS build', '{NODE}'],
    );
    assert.deepEqual(named('ARG'), ['NODE=node:24-slim']);
  });

  it('puts nothing into the image but what was built and the licence', () => {
    assert.deepEqual(named('COPY', image), ['--from=build /build/LICENSE /build/dist ./']);
    assert.deepEqual(named('ADD'), []);
  });

  it('takes away what installs', () => {
    const [removed = ''] = named('RUN', image);
    for (const path of ['/usr/local/lib/node_modules', '/usr/local/bin/npm', '/usr/local/bin/npx', '/usr/local/bin/corepack', 'yarn'])
      assert.ok(removed.includes(path), path);
    assert.equal(named('RUN', image).length, 1);
  });

  it('runs as a user with a number that is not root: the kubelet can tell only numbers', () => {
    const [user = ''] = named('USER', image);
    assert.match(user, /^[1-9]\d*:[1-9]\d*$/);
  });

  it('starts node itself as process 1, with the flags that the code cache was made with, and nothing in its environment but what saves memory', () => {
    const [entry = ''] = named('ENTRYPOINT', image);
    const [node, ...flags]: readonly string[] = JSON.parse(entry);
    assert.equal(node, 'node');
    const made = named('RUN').find((text) => text.includes('local/build-code-cache.ts'));
    assert.ok(made?.endsWith(['node local/build-code-cache.ts', ...flags].join(' ')));
    assert.deepEqual(named('ENV'), ['MALLOC_ARENA_MAX=1']);
    for (const name of ['CMD', 'VOLUME', 'HEALTHCHECK', 'STOPSIGNAL']) assert.deepEqual(named(name), [], name);
  });

  it('says how it is built for each architecture that nodes have', () => {
    assert.match(source, /--platform linux\/amd64,linux\/arm64,linux\/s390x,linux\/ppc64le /);
  });

  it('runs scripts that are there, and sends what they need to the build', () => {
    const scripts = named('RUN').flatMap((text) => [...text.matchAll(/\bnode (\S+\.ts)/g)].map(([, path]) => path ?? ''));
    assert.deepEqual(scripts, ['local/build.ts', 'local/build-code-cache.ts']);
    assert.deepEqual(
      scripts.filter((path) => !existsSync(path)),
      [],
    );
    const left = readFileSync('.containerignore', 'utf8').split('\n');
    assert.deepEqual(
      ['local', 'shared', 'functions', 'package.json', 'package-lock.json', 'LICENSE'].filter((path) => left.includes(path)),
      [],
    );
    const astray = globSync('local/build/**/*.ts').filter((path) => /from '[./]+\/test\//.test(readFileSync(path, 'utf8')));
    assert.deepEqual(astray, []);
  });

  it('names no registry and holds no secret', () => {
    assert.doesNotMatch(source, /\b[a-z0-9-]+\.(?:io|com|org|net)\//);
    assert.doesNotMatch(source, /--secret|_authToken|password|xox[abp]-/i);
  });
});
