import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('../../local/set-up.mjs', import.meta.url));
/** Notes what it was asked for, and says something on its output. */
const NPM = '#!/bin/sh\necho "$@" >> asked\necho added 3 packages\n';

describe('setting up', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archwatch set up '));
    await Promise.all(['bin', 'node_modules'].map((name) => mkdir(join(folder, name))));
    await writeFile(join(folder, 'bin/npm'), NPM, { mode: 0o755 });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const setUp = async (lockfile: string) => {
    await writeFile(join(folder, 'package-lock.json'), lockfile);
    const env = { PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}` };
    return promisify(execFile)(process.execPath, [SCRIPT], { cwd: folder, env });
  };
  const asked = () => readFile(join(folder, 'asked'), 'utf8');

  it('installs what the lockfile names, and again only when that has changed', async () => {
    for (const lockfile of ['{}', '{}', '{"packages":{}}', '{"packages":{}}']) await setUp(lockfile);
    assert.equal(await asked(), 'ci --loglevel=error\nci --loglevel=error\n');
  });

  it('keeps standard output for the command that follows', async () => {
    const { stdout, stderr } = await setUp('{}');
    assert.equal(stdout, '');
    assert.match(stderr, /Installing packages, once.*\nadded 3 packages\n/);
  });

  it('does not take packages for installed when installing failed', async () => {
    await writeFile(join(folder, 'bin/npm'), `${NPM}exit 1\n`);
    await assert.rejects(setUp('{}'));
    await assert.rejects(setUp('{}'));
    assert.equal(await asked(), 'ci --loglevel=error\nci --loglevel=error\n');
  });
});
