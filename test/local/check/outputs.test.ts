/** The same report in each form, of a dump and of a cluster; and whether the server is asked about the changes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { parse } from 'yaml';
import type { Report } from '../../../local/check/report.ts';
import { runCheck } from '../../../local/check/run.ts';
import { kubeconfigFor } from '../../../local/demo/kubeconfig.ts';
import { hyperConverged, node } from '../../helpers/cluster-objects.ts';
import { type RunningCluster, startCluster } from '../../helpers/embedded-cluster.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const ITEMS = [node('amd-1', 'amd64'), node('arm\u202e\u001b[2J', 'arm64'), hyperConverged({ goldenImages: { 'a\u0085': undefined } })];

describe('the terminal check, in each form', () => {
  let folder: string;
  let dump: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'check-'));
    dump = join(folder, 'dump.json');
    await writeFile(dump, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: ITEMS }));
  });
  after(() => rm(folder, { recursive: true }));

  const check = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => runCheck(args, environment, NOW);
  const outputOf = async (output: string) => check(['--from', dump, '-o', output]);

  it('gives the same value as JSON and as YAML', async () => {
    assert.deepEqual(parse((await outputOf('yaml')).stdout), JSON.parse((await outputOf('json')).stdout));
  });

  for (const output of ['text', 'json', 'yaml', 'markdown']) {
    it(`exits as it found things, and lets nothing of a dump control the terminal: ${output}`, async () => {
      const { status, stdout, stderr } = await outputOf(output);
      assert.deepEqual([status, stderr], [1, '']);
      assert.match(stdout.replaceAll('\n', ''), /^\P{C}+$/u);
      assert.ok(stdout.endsWith('\n'));
    });
  }

  it('asks a server for no dump', async () => {
    assert.equal((await check(['--from', dump], { DRY_RUN: 'server', KUBECONFIG: '/nowhere' })).status, 1);
  });

  it('loads no client of a cluster or a registry for a dump', () => {
    const { files, packages } = loadedBy('local/check.ts');
    assert.ok(files.has('local/check/dump.ts') && files.has('local/check/markdown.ts') && packages.has('yaml'));
    assert.deepEqual(
      [...packages].filter((name) => name.startsWith('@') || name === 'pino' || name === 'cloudevents'),
      [],
    );
    // the words of the setting SLACK_BUTTONS, and nothing else
    assert.deepEqual(
      [...files].filter((file) => /^shared\/(?:registry|slack|alertmanager|look-again)\//.test(file)),
      ['shared/slack/actions.ts'],
    );
  });

  describe('of a cluster', () => {
    let running: RunningCluster;
    let KUBECONFIG: string;
    beforeEach(async () => {
      running = await startCluster();
      running.cluster.addNode({ name: 'amd-1', architecture: 'amd64' });
      running.cluster.addNode({ name: 'arm-1', architecture: 'arm64' });
      KUBECONFIG = join(folder, 'kubeconfig');
      await writeFile(KUBECONFIG, kubeconfigFor(running.url));
    });
    afterEach(() => running.close());

    const remedies = async (environment: Readonly<Record<string, string>>) => {
      const report: Report = JSON.parse((await check(['-o', 'json'], { KUBECONFIG, ...environment })).stdout);
      return report.incidents.flatMap((incident) => incident.remedies);
    };
    const patches = () => running.cluster.requests().filter(({ method }) => method === 'PATCH');

    it('says that the schema has each change, and sends none', async () => {
      const found = await remedies({});
      assert.ok(found.length > 0 && found.every(({ accepted, checkedBy }) => accepted === true && checkedBy === 'schema'));
      assert.deepEqual(patches(), []);
    });

    it('has the server try each change where DRY_RUN says so, and leaves the CR as it is', async () => {
      const before = await remedies({});
      const found = await remedies({ DRY_RUN: 'server' });
      assert.ok(found.every(({ accepted, checkedBy }) => accepted === true && checkedBy === 'dry run'));
      assert.equal(patches().length, found.length);
      assert.deepEqual(
        (await remedies({})).map(({ jsonPatch }) => jsonPatch),
        before.map(({ jsonPatch }) => jsonPatch),
      );
    });

    it('exits with 64 and names DRY_RUN where it cannot be used', async () => {
      const { status, stderr } = await check([], { KUBECONFIG, DRY_RUN: 'perhaps' });
      assert.equal(status, 64);
      assert.match(stderr, /^DRY_RUN/);
    });
  });
});

/** What is loaded before anything is asked: without what `import()` loads later. */
function loadedBy(entry: string): { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> } {
  const [files, packages] = [new Set<string>(), new Set<string>()];
  const load = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, type, name = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'/gm)) {
      if (type !== undefined || name.startsWith('node:')) continue;
      if (name.startsWith('.')) load(normalize(join(dirname(file), name)));
      else packages.add(name);
    }
  };
  load(entry);
  return { files, packages };
}
