/** `npm run check` as a process of its own: its exit status and its standard error when something is in the way. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { explainFault } from '../../../local/check/fault.ts';
import { type JsonObject, MalformedError } from '../../../shared/golden-images/json.ts';
import { hyperConverged, node } from '../../helpers/cluster-objects.ts';

const NODES = [node('amd-1', 'amd64'), node('arm-1', 'arm64')];
const list = (...items: readonly JsonObject[]) => stringify({ apiVersion: 'v1', kind: 'List', items });
const DUMP = list(...NODES, hyperConverged({ gate: false }));
const HOLDS_ITSELF = list(...NODES, hyperConverged({ patch: { spec: 'HERE' } })).replace('HERE', '&s {self: *s}');

const FOLDER = 'cluster-scoped-resources/core/nodes';
const MUST_GATHER = {
  [`${FOLDER}/amd-1.yaml`]: stringify(node('amd-1', 'amd64')),
  'namespaces/a/hco.kubevirt.io/hyperconvergeds/a.yaml': stringify(hyperConverged()),
};

/** A check that hangs is ended after this, and then has no exit status. */
const PATIENCE = 12_000;

describe('the process of a terminal check', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'check-process-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const save = async (files: Readonly<Record<string, string>>) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
  };
  /** In the folder, a line of shell in which `check` is the check. */
  const shell = (line: string) =>
    new Promise<{ readonly status: unknown; readonly stdout: string; readonly stderr: string }>((resolve) => {
      const script = `check() { exec "${process.execPath}" "${join(process.cwd(), 'local/check.ts')}" "$@"; }\n${line}`;
      execFile('bash', ['-c', script], { cwd: folder, timeout: PATIENCE, killSignal: 'SIGKILL' }, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : error.code, stdout, stderr }),
      );
    });

  it('says in one line what cannot be understood, and exits with 2: YAML that holds itself', async () => {
    await save({ dump: HOLDS_ITSELF });
    const { status, stdout, stderr } = await shell('check --from dump');
    assert.deepEqual(
      [status, stdout, stderr],
      [2, '', 'what was read cannot be understood: it holds itself (a YAML alias can), or is nested too deeply\n'],
    );
  });

  const faults = [
    {
      of: 'a malformed value',
      error: new MalformedError('spec is\nno object'),
      says: 'what was read cannot be understood: spec is\uFFFDno object',
    },
    {
      of: 'anything else',
      error: new TypeError('x is undefined'),
      says: 'the check could not be finished, and this is a fault of archwatch: TypeError: x is undefined',
    },
    {
      of: 'another limit of the language',
      error: new RangeError('Invalid array length'),
      says: 'the check could not be finished, and this is a fault of archwatch: RangeError: Invalid array length',
    },
  ];
  for (const { of, error, says } of faults) {
    it(`calls a fault of archwatch only what nobody expects: ${of}`, () => assert.equal(explainFault(error), says));
  }

  const pipes = [
    { how: 'a link to it', place: `${FOLDER}/arm-1.yaml`, isLink: true },
    { how: 'a link to it where a list may be', place: `${FOLDER}.yaml`, isLink: true },
    { how: 'itself', place: `${FOLDER}/arm-1.yaml`, isLink: false },
    { how: 'itself where a list may be', place: `${FOLDER}.yaml`, isLink: false },
  ];
  for (const { how, place, isLink } of pipes) {
    it(`does not wait for a pipe in a must-gather, ${how}: its kind is not known`, async () => {
      await save(MUST_GATHER);
      await promisify(execFile)('mkfifo', [join(folder, isLink ? 'pipe' : place)]);
      if (isLink) await symlink(join(folder, 'pipe'), join(folder, place));
      const { status, stdout } = await shell('check --from .');
      assert.match(stdout, new RegExp(`^not read: nodes: not-in-file\\. ${place} is not a file$`, 'm'));
      assert.equal(status, 2);
    });
  }

  it('refuses a folder that is no must-gather, whatever pipes are in it', async () => {
    const { status, stderr } = await shell('mkfifo dump.yaml nodes; check --from .');
    assert.match(stderr, /^\. holds no Node and no HyperConverged of a must-gather: /);
    assert.equal(status, 64);
  });

  for (const line of [
    'cat dump | check --from /dev/stdin',
    'check --from /dev/stdin < dump',
    'check --from <(cat dump)',
    'mkfifo pipe; cat dump > pipe & check --from pipe',
    'check --from must-gather.local.123/',
  ]) {
    it(`reads the dump of: ${line}`, async () => {
      await save({ dump: DUMP });
      await save(Object.fromEntries(Object.entries(MUST_GATHER).map(([name, content]) => [`must-gather.local.123/${name}`, content])));
      const { stdout, stderr } = await shell(line);
      assert.match(stdout, /^HyperConverged kubevirt-hyperconverged\/kubevirt-hyperconverged \(hco\.kubevirt\.io\/v1\), /, stderr);
      assert.doesNotMatch(stdout, /not read/);
    });
  }
});
