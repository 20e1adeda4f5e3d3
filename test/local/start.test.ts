import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../cluster/servers/ports.ts';
import { waitUntil } from '../cluster/servers/wait.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

describe('npm start, in a clone whose path has a space and an umlaut', () => {
  let clone: string;
  let files: string;
  let demo: ChildProcess | undefined;
  before(async () => {
    clone = await mkdtemp(join(tmpdir(), 'archwatch für später '));
    const parts = ['functions', 'shared', 'local', 'package.json'];
    await Promise.all(parts.map((part) => cp(join(REPOSITORY, part), join(clone, part), { recursive: true })));
    await symlink(join(REPOSITORY, 'node_modules'), join(clone, 'node_modules'));
  });
  beforeEach(async () => {
    files = await mkdtemp(join(tmpdir(), 'archwatch-start-'));
  });
  afterEach(async () => {
    demo?.kill('SIGKILL');
    await rm(files, { recursive: true });
  });
  after(() => rm(clone, { recursive: true }));

  const start = async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [join(clone, 'local/start.ts')], {
      env: { PORT: String(port), TMPDIR: files },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    demo = child;
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    // Its functions have the same standard error, so this waits for all.
    const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output }));
    await Promise.race([once(child.stdout, 'data'), ended]);
    assert.equal(output, `http://localhost:${port}\n`);
    assert.equal((await readdir(files)).length, 1);
    return { url: `http://localhost:${port}`, ended, kill: (signal: NodeJS.Signals) => child.kill(signal) };
  };

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`starts, and ends on ${signal} with its functions and without its files`, async () => {
      const { url, ended, kill } = await start();
      kill(signal);
      assert.deepEqual(await ended, { code: 0, signal: null, output: `${url}\n` });
      assert.deepEqual(await readdir(files), []);
    }).timeout(30_000);
  }

  it('ends in order although Ctrl-C comes again while it does', async () => {
    const { url, ended, kill } = await start();
    // A request whose body never comes: the server waits for it.
    const unfinished = request(`${url}/story/none`, { method: 'POST', headers: { 'content-length': 1, expect: '100-continue' } });
    unfinished.on('error', () => undefined).flushHeaders();
    await once(unfinished, 'continue');
    kill('SIGINT');
    await waitUntil('its files are gone', async () => assert.deepEqual(await readdir(files), []));
    kill('SIGINT');
    unfinished.destroy();
    assert.deepEqual(await ended, { code: 0, signal: null, output: `${url}\n` });
  }).timeout(30_000);
});
