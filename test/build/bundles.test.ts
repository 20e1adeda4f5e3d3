/** What the image runs: the bundles as `npm run build` makes them, as processes. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { buildBundles } from '../../local/build/bundles.ts';
import { writeCodeCache } from '../../local/build/code-cache.ts';
import { deliver } from '../../local/build/deliveries.ts';
import { BEARER, type Started, startNode, startWorld, type World } from '../../local/build/world.ts';
import { capturedText } from '../helpers/deliveries.ts';
import { payloadOf } from '../helpers/webhook.ts';

const FUNCTIONS = ['alertmanager-webhook', 'dead-letter', 'node-events', 'slack-actions'];

describe('the bundles', () => {
  const folders: string[] = [];
  let dist: string;
  let world: World;
  let requests: string[];
  let started: Started | undefined;

  const copyOf = (project: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'archwatch-build-'));
    folders.push(folder);
    for (const part of ['functions', 'shared', 'local/build', 'package.json'])
      cpSync(join(project, part), join(folder, part), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    return folder;
  };
  const start = (name: string) => {
    started = startNode([join(dist, `${name}.js`)], world.environmentOf(name));
    return started;
  };
  const end = async ({ child, ended }: Started) => {
    child.kill('SIGTERM');
    return ended;
  };

  before(async () => {
    const folder = copyOf('.');
    dist = join(folder, 'dist');
    assert.deepEqual(await buildBundles(folder), FUNCTIONS);
    writeFileSync(join(folder, 'watch.cjs'), WATCH);
  });
  beforeEach(async () => {
    requests = [];
    world = await startWorld((path) => requests.push(path));
  });
  afterEach(async () => {
    if (started && started.child.exitCode === null) started.child.kill('SIGKILL');
    await world.close();
  });
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it('are the same bytes wherever they are built', async () => {
    const other = copyOf(join(dist, '..'));
    await buildBundles(other);
    assert.deepEqual(hashes(join(other, 'dist')), hashes(dist));
  });

  it('hand on the licence of each package in them', () => {
    const text = readFileSync(join(dist, 'LICENSES.txt'), 'utf8');
    for (const name of ['express', '@kubernetes/client-node', '@slack/web-api', 'pino', 'yaml'])
      assert.match(text, new RegExp(`^${name} [0-9.]+: [A-Z]`, 'm'));
    const withoutText = text.split(`${'-'.repeat(80)}\n`).filter((entry) => entry.trim().split('\n').length < 5);
    // it ships none, and its README names where its text is
    assert.deepEqual(
      withoutText.map((entry) => entry.trim()).map((entry) => entry.split(' ')[0]),
      ['rfc6902'],
    );
  });

  it('are described for scanners: each package in them, and none that is only installed', () => {
    const { components }: { readonly components: readonly { readonly purl: string; readonly licenses: readonly object[] }[] } = JSON.parse(
      readFileSync(join(dist, 'sbom.cdx.json'), 'utf8'),
    );
    const names = components.map(({ purl }) => purl.replace(/@[^@]*$/, ''));
    for (const name of ['express', '%40kubernetes/client-node', '%40slack/web-api', 'pino', 'pino-pretty', 'yaml'])
      assert.ok(names.includes(`pkg:npm/${name}`), name);
    for (const name of ['undici', 'esbuild', 'mocha']) assert.ok(!names.includes(`pkg:npm/${name}`), name);
    const listed = readFileSync(join(dist, 'LICENSES.txt'), 'utf8').match(/^\S+ \d\S+: /gm);
    assert.equal(components.length, listed?.length);
  });

  for (const name of FUNCTIONS) {
    it(`${name} is healthy, says something of a delivery, and ends with 0 when it is told to`, async () => {
      const running = start(name);
      const url = await running.url;
      for (const path of ['/health/liveness', '/health/readiness', '/metrics']) assert.equal((await fetch(url + path)).status, 200);
      assert.ok((await deliver(name, url)) < 300, running.lines.join('\n'));
      assert.equal(await end(running), 0);
      assert.equal(world.slack.messages().length + world.slack.ephemerals().length, 1);
    });

    it(`${name} asks nobody anything and loads no package but yaml before it listens`, async () => {
      const running = startNode(['--require', join(dist, '../watch.cjs'), join(dist, `${name}.js`)], world.environmentOf(name));
      started = running;
      await running.url;
      assert.ok(!running.lines.includes('connected before it listened'));
      const parts = running.lines.flatMap((line) => /^loaded before it listened: (.*)$/.exec(line)?.[1] ?? []);
      assert.ok(parts.length > 0);
      assert.deepEqual([...new Set(parts.flatMap(packagesIn))], ['yaml']);
      assert.equal(await end(running), 0);
    });
  }

  describe('with a code cache, in another folder than it was written in', () => {
    let root: string;
    before(async () => {
      root = mkdtempSync(join(tmpdir(), 'archwatch-build-'));
      folders.push(root);
      const made = join(root, 'made');
      cpSync(dist, join(made, 'dist'), { recursive: true });
      await writeCodeCache(made, FUNCTIONS);
      renameSync(join(made, 'dist'), join(root, 'app'));
      writeFileSync(join(root, 'taken.cjs'), TAKEN);
    });
    /** What became of the cache of each part that was loaded, by part. */
    const takenOf = async (name: string, app: string) => {
      const running = startNode(['--require', join(root, 'taken.cjs'), join(app, `${name}.js`)], world.environmentOf(name));
      started = running;
      assert.ok((await deliver(name, await running.url)) < 300, running.lines.join('\n'));
      assert.equal(await end(running), 0);
      const found = running.lines.map((line) => /^the cache of (\S+) is (\w+)$/.exec(line)).filter((match) => match !== null);
      return Object.fromEntries(found.map(([, part = '', became = '']) => [relative(join(app, 'bundles'), part), became]));
    };

    for (const name of FUNCTIONS) {
      it(`${name} has one for each part that it loads for a delivery, and V8 takes it`, async () => {
        const app = join(root, 'app');
        const taken = await takenOf(name, app);
        const written = globSync(`${name}/*`, { cwd: join(app, 'code-cache') });
        assert.ok(written.length > 2, `${written}`);
        assert.deepEqual(taken, Object.fromEntries(written.map((part) => [part, 'taken'])));
      });
    }

    const broken: Readonly<Record<string, (cache: Buffer) => Uint8Array>> = {
      'is empty': () => Buffer.alloc(0),
      'is cut off': (cache) => cache.subarray(0, cache.length / 2),
      'is something else': (cache) => Buffer.alloc(cache.length, 'else'),
      'is of another version of V8': (cache) => Buffer.concat([cache.subarray(0, 4), Buffer.alloc(4, 'x'), cache.subarray(8)]),
    };
    for (const [what, breaking] of Object.entries(broken)) {
      it(`starts and delivers all the same where it ${what}`, async () => {
        const app = join(root, what.replaceAll(' ', '-'));
        cpSync(join(root, 'app'), app, { recursive: true });
        const folder = join(app, 'code-cache/dead-letter');
        for (const part of globSync('*', { cwd: folder })) writeFileSync(join(folder, part), breaking(readFileSync(join(folder, part))));
        assert.deepEqual([...new Set(Object.values(await takenOf('dead-letter', app)))], ['refused']);
      });
    }
  });

  it('post what a captured alert says, as the sources do', async () => {
    const running = start('alertmanager-webhook');
    const headers = { authorization: `Bearer ${BEARER}` };
    const answer = await fetch(`${await running.url}/alerts`, { method: 'POST', headers, body: capturedText(1) });
    assert.equal(answer.status, 204);
    assert.deepEqual(
      world.slack.messages().map((message) => payloadOf(message).verdict),
      ['confirmed'],
    );
    assert.ok(requests.some((path) => path.includes('chat.postMessage')));
    assert.equal(await end(running), 0);
  });

  it('lead from a place in a stack trace to the line of its source', () => {
    const parts = globSync('bundles/*/service-*.js', { cwd: dist });
    assert.equal(parts.length, FUNCTIONS.length);
    for (const part of parts) {
      const lines = readFileSync(join(dist, part), 'utf8').split('\n');
      const line = lines.findIndex((text) => text.includes('function createService('));
      const column = lines[line]?.indexOf('function createService(') ?? -1;
      const found = new SourceMap(JSON.parse(readFileSync(join(dist, `${part}.map`), 'utf8'))).findEntry(line, column);
      assert.match('originalSource' in found ? found.originalSource : '', new RegExp(`functions/${basename(dirname(part))}/service\\.ts$`));
    }
  });

  it('write their log for a person where they are told to', async () => {
    started = startNode([join(dist, 'dead-letter.js')], { ...world.environmentOf('dead-letter'), LOG_FORMAT: 'pretty' });
    await started.url;
    assert.match(started.lines.join('\n'), /^\[.*\] INFO .*: listening$/m);
    assert.equal(await end(started), 0);
  });

  it('say all that is missing, and end with 78', async () => {
    const running = startNode([join(dist, 'alertmanager-webhook.js')], { HOME: '/nowhere' });
    started = running;
    await assert.rejects(running.url, /KUBECONFIG names no cluster/);
    assert.equal(await running.ended, 78);
  });
});

/** The packages that a part of a bundle has something of. */
function packagesIn(part: string): readonly string[] {
  const { sources }: { readonly sources: readonly string[] } = JSON.parse(readFileSync(`${part}.map`, 'utf8'));
  return sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
}

/**
 * Says what is done before the process listens: each connection that is made, for every client of Node goes through this method,
 * and each part of a bundle that is loaded.
 */
const WATCH = `
const { Socket, Server } = require('node:net');
const vm = require('node:vm');
let listens = false;
const { Script } = vm;
vm.Script = function (source, options) {
  if (!listens) console.error('loaded before it listened: ' + options.filename);
  return new Script(source, options);
};
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...to) {
  if (!listens) console.error('connected before it listened');
  return connect.apply(this, to);
};
const { listen } = Server.prototype;
Server.prototype.listen = function (...on) {
  this.once('listening', () => { listens = true; });
  return listen.apply(this, on);
};
`;

/** Says of each part of a bundle what V8 made of its cache. */
const TAKEN = `
const vm = require('node:vm');
const { Script } = vm;
vm.Script = function (source, options) {
  const script = new Script(source, options);
  const became = options.cachedData === undefined ? 'missing' : script.cachedDataRejected === false ? 'taken' : 'refused';
  console.error('the cache of ' + options.filename + ' is ' + became);
  return script;
};
`;

function hashes(folder: string): Readonly<Record<string, string>> {
  const files = globSync('**/*.*', { cwd: folder });
  return Object.fromEntries(
    files.sort().map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ]),
  );
}
