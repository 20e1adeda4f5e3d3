import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { exitCode, type Report, toReport } from '../../local/check/report.ts';
import { type CheckResult, runCheck } from '../../local/check/run.ts';
import { renderText } from '../../local/check/text.ts';
import { kubeconfigFor } from '../../local/demo/kubeconfig.ts';
import type { JsonObject } from '../../shared/golden-images/json.ts';
import { judge } from '../../shared/judge.ts';
import { hyperConverged, node, nodePlacement, snapshot } from '../helpers/cluster-objects.ts';
import { startCluster } from '../helpers/embedded-cluster.ts';

const MIXED = [node('amd-1', 'amd64'), node('amd-2', 'amd64'), node('arm-1', 'arm64')];
const list = (...items: readonly JsonObject[]): JsonObject => ({ apiVersion: 'v1', kind: 'List', items });
const CONFIRMED = list(...MIXED, hyperConverged({ gate: false }));

const NOW = new Date('2026-11-22T10:00:00Z');

describe('the terminal check', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'check-'));
  });
  after(() => rm(folder, { recursive: true }));

  const check = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => runCheck(args, environment, NOW);
  /** As a user runs it: only so is the environment its own. */
  const checkProcess = (args: readonly string[], environment: Readonly<Record<string, string>>): Promise<CheckResult> =>
    new Promise((resolve) => {
      const env = { PATH: process.env.PATH, HOME: folder, ...environment };
      execFile(process.execPath, ['local/check.ts', ...args], { env }, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  const dump = async (content: string | Uint8Array) => {
    const path = join(folder, 'dump');
    await writeFile(path, content);
    return path;
  };
  const checkDump = async (content: JsonObject | string | Uint8Array, ...args: readonly string[]) =>
    check(['--from', await dump(isText(content) ? content : JSON.stringify(content)), ...args]);
  const report = async (content: JsonObject | string | Uint8Array): Promise<Report> =>
    JSON.parse((await checkDump(content, '--output', 'json')).stdout);

  const statuses = [
    { when: 'nothing is present', content: list(node('amd-1', 'amd64'), hyperConverged()), status: 0 },
    { when: 'something is present', content: CONFIRMED, status: 1 },
    { when: 'there is no HyperConverged', content: list(...MIXED), status: 0 },
    { when: 'there are no nodes', content: list(hyperConverged()), status: 0 },
    { when: 'there are two HyperConverged', content: list(...MIXED, hyperConverged(), hyperConverged({ name: 'other' })), status: 2 },
    { when: 'the file is about nodes only', content: { apiVersion: 'v1', kind: 'NodeList', items: MIXED }, status: 2 },
    { when: 'the CR is malformed', content: list(...MIXED, hyperConverged({ patch: { spec: { workloadSources: 7 } } })), status: 2 },
    { when: 'the list is only its first page', content: { ...CONFIRMED, metadata: { continue: 'more' } }, status: 2 },
    { when: 'a list has no items', content: { apiVersion: 'v1', kind: 'List' }, status: 64 },
    { when: 'an item is not an object', content: { ...CONFIRMED, items: [...MIXED, null, hyperConverged()] }, status: 64 },
    { when: 'an object has no kind', content: list(...MIXED, { metadata: { name: 'x' }, kind: null }), status: 64 },
    { when: 'the file is not JSON or YAML', content: '{"kind": ', status: 64 },
    { when: 'the file holds something else', content: { apiVersion: 'v1', kind: 'Pod' }, status: 64 },
    { when: 'the file is empty', content: '', status: 64 },
    { when: 'a document is cut off', content: `${JSON.stringify(CONFIRMED)}\n{"kind": "List"`, status: 64 },
    {
      when: 'something stands between documents',
      content: `${JSON.stringify(list(...MIXED))},${JSON.stringify(hyperConverged())}`,
      status: 64,
    },
    { when: 'YAML refers to itself', content: '&a\nkind: List\nitems:\n- *a\n', status: 64 },
    { when: 'YAML grows without end', content: aliasBomb(), status: 64 },
  ];
  for (const { when, content, status } of statuses) {
    it(`exits with ${status} when ${when}`, async () => {
      const result = await checkDump(content);
      assert.equal(result.status, status, result.stderr);
      assert.equal(result.stderr === '', status !== 64);
    });
  }

  const usages = [
    { args: ['--from', '/nowhere'], says: /\/nowhere cannot be read: ENOENT/ },
    { args: ['--output', 'xml'], says: /--output is "xml", not text, json, yaml or markdown/ },
    { args: ['--verbose'], says: /Unknown option '--verbose'/ },
  ];
  for (const { args, says } of usages) {
    it(`exits with 64 and says why for: ${args.join(' ')}`, async () => {
      const { status, stderr } = await check(args);
      assert.equal(status, 64);
      assert.match(stderr, says);
    });
  }

  it('tells scripts what it found, in the published form', async () => {
    const { incidents, unread, checkedAt, ...found } = await report(CONFIRMED);
    assert.deepEqual(found, {
      cluster: null,
      hyperConverged: { apiVersion: 'hco.kubevirt.io/v1', namespace: 'kubevirt-hyperconverged', name: 'kubevirt-hyperconverged' },
      workloadArchitectures: ['amd64', 'arm64'],
      controlPlaneArchitectures: [],
      defaultArchitecture: 'amd64',
    });
    assert.equal(checkedAt, NOW.toISOString());
    assert.deepEqual(unread, []);
    assert.deepEqual(
      incidents.map(({ alert, condition, verdict }) => [alert, condition, verdict]),
      [
        ['HCOMultiArchGoldenImagesDisabled', 'present', 'early-warning'],
        ['HCOGoldenImageWithNoSupportedArchitecture', 'absent', null],
        ['HCOGoldenImageWithNoArchitectureAnnotation', 'absent', null],
      ],
    );
    const [enable] = incidents[0]?.remedies ?? [];
    assert.deepEqual(
      [enable?.id, enable?.feasible, enable?.accepted, enable?.advised, enable?.reason, enable?.apiVersion, enable?.after?.clears],
      ['enable-multi-arch-import', true, null, true, null, 'hco.kubevirt.io/v1', true],
    );
    assert.deepEqual(enable?.patch, { spec: { workloadSources: { enableMultiArchBootImageImport: true } } });
  });

  it('says of each golden image whether it is hit', async () => {
    const { incidents } = await report(
      list(node('amd-1', 'amd64'), hyperConverged({ gate: true, goldenImages: { a: 'amd64', b: undefined } })),
    );
    const annotation = incidents.find(({ alert }) => alert === 'HCOGoldenImageWithNoArchitectureAnnotation');
    assert.deepEqual(annotation?.goldenImages, [
      { name: 'a', condition: 'absent', declaredArchitectures: 'amd64' },
      { name: 'b', condition: 'present', declaredArchitectures: null },
    ]);
  });

  it('writes a patch of a v1 dump of HCO 1.18 for v1beta1, the only version there that has the field', async () => {
    const { incidents } = await report(list(...MIXED, hyperConverged({ operator: '1.18.2' })));
    assert.deepEqual(
      incidents[0]?.remedies.map(({ apiVersion }) => apiVersion),
      Array(3).fill('hco.kubevirt.io/v1beta1'),
    );
  });

  const parts = [list(...MIXED, node('quote"}{\\', 'amd64')), hyperConverged()];
  const marked = `\ufeff${JSON.stringify(CONFIRMED)}`;
  const forms: readonly { readonly form: string; readonly content: string | Uint8Array }[] = [
    {
      form: 'JSON documents one after the other',
      content: parts.map((part) => JSON.stringify(part, null, 2)).join('\n'),
    },
    { form: 'compact JSON documents, a line each', content: parts.map((part) => `${JSON.stringify(part)}\n`).join('') },
    { form: 'JSON documents on one line', content: parts.map((part) => JSON.stringify(part)).join('') },
    { form: 'JSON with a byte order mark', content: marked },
    { form: 'YAML with a byte order mark', content: `\ufeff${stringify(CONFIRMED)}` },
    { form: 'JSON that Windows PowerShell has saved', content: Buffer.from(marked, 'utf16le') },
    { form: 'YAML', content: stringify(CONFIRMED) },
    { form: 'YAML documents', content: [list(...MIXED), hyperConverged()].map((part) => stringify(part)).join('---\n') },
    { form: 'lists of each kind whose items say no kind', content: JSON.stringify(bareLists()) },
  ];
  for (const { form, content } of forms) {
    it(`reads ${form}`, async () => {
      assert.equal((await report(content)).incidents[0]?.condition, 'present');
    });
  }

  it('says what it could not read, and gives what needs only what it could', async () => {
    const nodesOnly = await report({
      apiVersion: 'v1',
      kind: 'NodeList',
      items: [...MIXED, node('cp-1', 's390x', { roles: ['control-plane'] })],
    });
    assert.deepEqual(nodesOnly.unread, [
      { resource: 'hyperconvergeds.hco.kubevirt.io', reason: 'not-in-file', detail: 'the file does not hold them' },
    ]);
    const { workloadArchitectures, controlPlaneArchitectures, defaultArchitecture } = nodesOnly;
    assert.deepEqual([workloadArchitectures, controlPlaneArchitectures, defaultArchitecture], [null, ['s390x'], null]);
    const crOnly = await report(hyperConverged());
    assert.deepEqual([crOnly.hyperConverged?.name, crOnly.controlPlaneArchitectures], ['kubevirt-hyperconverged', null]);
  });

  const NODES = /^all nodes .+\n {2}amd64 {4}2, .+ amd-1 and amd-2\n {2}arm64 {4}1, .+ arm-1$/m;
  const partly: readonly { readonly when: string; readonly content: JsonObject; readonly says: readonly RegExp[] }[] = [
    {
      when: 'there are two HyperConverged',
      content: list(...MIXED, hyperConverged(), hyperConverged({ name: 'other' })),
      says: [/^HyperConverged not read, checked at /, NODES, /^not read: hyperconvergeds\.hco\.kubevirt\.io: ambiguous\. /m],
    },
    {
      when: 'the file is about nodes only',
      content: { apiVersion: 'v1', kind: 'NodeList', items: MIXED },
      says: [/^HyperConverged not read, /, NODES, /^not read: hyperconvergeds\.hco\.kubevirt\.io: not-in-file\. /m],
    },
    { when: 'there is no HyperConverged', content: list(...MIXED), says: [/^no HyperConverged, /, NODES] },
    {
      when: 'the file holds the HyperConverged only',
      content: hyperConverged({ gate: true, placement: nodePlacement({ zone: 'a' }) }),
      says: [
        /^HyperConverged kubevirt-hyperconverged\/kubevirt-hyperconverged \(hco\.kubevirt\.io\/v1\), /,
        /^multi-arch import {2}on: /m,
        /^workload nodes {5}selected by spec\.deployment\.nodePlacements\.workload$/m,
        /^golden images {6}1: fedora-image-cron$/m,
        /^not read: nodes: not-in-file\. /m,
      ],
    },
  ];
  for (const { when, content, says } of partly) {
    it(`prints for a person what was read when ${when}`, async () => {
      const { stdout } = await checkDump(content);
      for (const line of says) assert.match(stdout, line);
    });
  }

  it('says so when the schema of v1 could not be read, and judges all the same', () => {
    const failure = { resource: 'the schema of hco.kubevirt.io/v1', reason: 'server-error', detail: 'HTTP 503' } as const;
    const served = { versions: ['v1', 'v1beta1'], preferred: 'v1', v1HasImportField: { ok: false, failure } } as const;
    const taken = snapshot({ nodes: MIXED, hyperConverged: hyperConverged(), served });
    const judgements = judge(taken, 'kubectl');
    const found = toReport(null, taken, judgements);
    assert.deepEqual(found.unread, [failure]);
    assert.match(renderText(found, taken), /^not read: the schema of hco\.kubevirt\.io\/v1: server-error\. HTTP 503$/m);
    assert.equal(exitCode(judgements), 1);
  });

  it('takes the HyperConverged that is named where there are two', async () => {
    const path = await dump(JSON.stringify(list(...MIXED, hyperConverged({ gate: true }), hyperConverged({ name: 'other' }))));
    const { stdout } = await check(['--from', path], { HYPERCONVERGED: 'kubevirt-hyperconverged/other' });
    assert.match(stdout, /HyperConverged kubevirt-hyperconverged\/other/);
    assert.match(stdout, /PRESENT {2}HCOMultiArchGoldenImagesDisabled/);
  });

  it('prints for a person the nodes, each option, its change and its command', async () => {
    const { stdout } = await checkDump(list(...MIXED, hyperConverged({ placement: nodePlacement({ zone: 'a' }) })));
    assert.match(stdout, /absent {3}HCOMultiArchGoldenImagesDisabled: no node runs workloads/);
    const present = (await checkDump(CONFIRMED)).stdout;
    for (const line of [
      /^ {2}amd64 {4}2, ready 2, VMs can run on 2: amd-1 and amd-2$/m,
      /^ {2}1\. Import the images for every architecture: advised$/m,
      /^ {5}\+ {4}enableMultiArchBootImageImport: true$/m,
      /^ {5}kubectl patch hyperconvergeds\.v1\.hco\.kubevirt\.io -n kubevirt-hyperconverged kubevirt-hyperconverged --type=merge -p '.+'$/m,
    ]) {
      assert.match(present, line);
    }
  });

  it('asks first, with the command that answers, before the command of a restriction', async () => {
    const { stdout } = await checkDump(CONFIRMED);
    const [, restriction = ''] = /^( {2}2\. .+?)^ {2}3\. /ms.exec(stdout) ?? [];
    const asked = [
      '2. Run virtual machines on amd64 nodes only: not advised',
      'First: does a virtual machine run on arm-1? Do not do this while one does. To see:',
      "kubectl get virtualmachineinstances.kubevirt.io -A -l 'kubevirt.io/nodeName in (arm-1)'",
      'kubectl patch ',
    ].map((part) => restriction.indexOf(part));
    assert.ok(
      asked.every((place, index) => place > (asked[index - 1] ?? 0)),
      `${asked}\n${restriction}`,
    );
    const [enable, restrict] = (await report(CONFIRMED)).incidents[0]?.remedies ?? [];
    assert.deepEqual([enable?.checkFirst, enable?.lookup], [[], null]);
    assert.deepEqual(restrict?.checkFirst, ['arm-1']);
    assert.match(restrict?.lookup ?? '', /^kubectl get virtualmachineinstances.+\(arm-1\)'$/);
  });

  it('says on how many nodes VMs can run after a change, and which alerts start with it', async () => {
    const { stdout } = await checkDump(
      list(...MIXED, node('arm-2', 'arm64', { cordoned: true }), hyperConverged({ goldenImages: { a: undefined, b: undefined } })),
    );
    assert.match(stdout, /^ {5}After it: the alert clears; 4 workload nodes \(amd64 and arm64\), VMs can run on 3 of them\.$/m);
    assert.match(stdout, /^ {5}Starts HCOGoldenImageWithNoArchitectureAnnotation for a and b\.$/m);
  });

  it('prints names whole, however long', async () => {
    const name = 'a'.repeat(253);
    const { stdout } = await checkDump(list(...MIXED, node(name, 'amd64'), hyperConverged()));
    assert.ok(stdout.includes(`VMs can run on 3: ${name}, amd-1 and amd-2`), stdout);
  });

  it('lets nothing of a dump control the terminal', async () => {
    const { stdout } = await checkDump(
      list(...MIXED, node('\u001b[2Jarm', 'arm\u001b]0;64'), hyperConverged({ goldenImages: { 'a\u0007\u202e': 'x' } })),
    );
    assert.match(stdout, /PRESENT/);
    assert.match(stdout.replaceAll('\n', ''), /^\P{C}*$/u);
  });

  it('names the cluster by CLUSTER_NAME, and prints oc where that is wanted', async () => {
    const path = await dump(JSON.stringify(CONFIRMED));
    const { stdout } = await check(['--from', path], { CLUSTER_NAME: 'prod-eu-1', KUBECTL: 'oc' });
    assert.match(stdout, /^prod-eu-1: /);
    assert.match(stdout, /^ {5}oc patch /m);
  });

  it('asks the current context, and names the cluster by it', async () => {
    const { cluster, url, close } = await startCluster('1.17');
    for (const [name, architecture] of [
      ['amd-1', 'amd64'],
      ['arm-1', 'arm64'],
    ] as const)
      cluster.addNode({ name, architecture });
    const KUBECONFIG = join(folder, 'kubeconfig');
    await writeFile(KUBECONFIG, kubeconfigFor(url));
    const { status, stdout } = await checkProcess(['--output', 'json'], { KUBECONFIG });
    await close();
    const found: Report = JSON.parse(stdout);
    assert.deepEqual([status, found.cluster, found.hyperConverged?.apiVersion], [1, 'demo', 'hco.kubevirt.io/v1beta1']);
    const gone = await checkProcess([], { KUBECONFIG });
    assert.equal(gone.status, 2);
    assert.match(gone.stdout, /^demo: HyperConverged not read, checked at /);
  });

  it('exits with 64 and says so where there is no cluster to ask', async () => {
    const { status, stderr } = await checkProcess([], {});
    assert.deepEqual([status, stderr], [64, 'KUBECONFIG names no cluster, and this is not running in one\n']);
  });
});

function bareLists(): JsonObject {
  const items = MIXED.map(({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest);
  return list({ apiVersion: 'v1', kind: 'NodeList', items }, { apiVersion: 'v1', kind: 'HyperConvergedList', items: [hyperConverged()] });
}

/** Ten of ten of ten …, nine times. */
function aliasBomb(): string {
  const letters = [...'abcdefghi'];
  const lines = letters.map((letter, index) => `${letter}: &${letter} [${Array(10).fill(index === 0 ? 'x' : `*${letters[index - 1]}`)}]`);
  return `kind: List\n${lines.join('\n')}\n`;
}

function isText(content: JsonObject | string | Uint8Array): content is string | Uint8Array {
  return typeof content === 'string' || content instanceof Uint8Array;
}
