/** What the image runs: the bundles as `npm run build` makes them, as processes. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundles } from '../../local/build/bundles.ts';
import { deliver } from '../../local/build/deliveries.ts';
import { BEARER, type Started, startNode, startWorld, type World } from '../../local/build/world.ts';
import { capturedText } from '../helpers/deliveries.ts';
import { payloadOf } from '../helpers/webhook.ts';

const FUNCTIONS = ['alertmanager-webhook', 'dead-letter', 'node-events'];

describe('the bundles', () => {
  const folders: string[] = [];
  let dist: string;
  let world: World;
  let requests: string[];
  let started: Started | undefined;

  const copyOfProject = () => {
    const folder = mkdtempSync(join(tmpdir(), 'archwatch-build-'));
    folders.push(folder);
    for (const part of ['functions', 'shared', 'local/build', 'package.json']) cpSync(part, join(folder, part), { recursive: true });
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
    const folder = copyOfProject();
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
    const other = copyOfProject();
    await buildBundles(other);
    assert.deepEqual(hashes(join(other, 'dist')), hashes(dist));
  });

  it('hand on the licence of each package in them', () => {
    const text = readFileSync(join(dist, 'LICENSES.txt'), 'utf8');
    for (const name of ['express', '@kubernetes/client-node', '@slack/web-api', 'undici', 'yaml'])
      assert.match(text, new RegExp(`^${name} [0-9.]+: [A-Z]`, 'm'));
  });

  for (const name of FUNCTIONS) {
    it(`${name} is healthy, says something of a delivery, and ends with 0 when it is told to`, async () => {
      const running = start(name);
      const url = await running.url;
      for (const path of ['/health/liveness', '/health/readiness', '/metrics']) assert.equal((await fetch(url + path)).status, 200);
      assert.ok((await deliver(name, url)) < 300, running.lines.join('\n'));
      assert.equal(await end(running), 0);
      assert.equal(world.slack.messages().length, 1);
    });

    it(`${name} asks nobody anything before it listens`, async () => {
      const running = startNode(['--require', join(dist, '../watch.cjs'), join(dist, `${name}.js`)], world.environmentOf(name));
      started = running;
      await running.url;
      assert.deepEqual(
        running.lines.filter((line) => line.startsWith('connected before')),
        [],
      );
      assert.equal(await end(running), 0);
    });
  }

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

  it('say all that is missing, and end with 78', async () => {
    const running = startNode([join(dist, 'alertmanager-webhook.js')], { HOME: '/nowhere' });
    started = running;
    await assert.rejects(running.url, /KUBECONFIG names no cluster/);
    assert.equal(await running.ended, 78);
  });
});

/** Says of each connection that is made before the process listens; every client of Node goes through this method. */
const WATCH = `
const { Socket, Server } = require('node:net');
let listens = false;
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
