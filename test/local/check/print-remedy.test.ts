import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type PrintedRemedy, printForScript } from '../../../local/check/print-remedy.ts';
import { toReport } from '../../../local/check/report.ts';
import { runCheck } from '../../../local/check/run.ts';
import { withAcceptance } from '../../../shared/checked-remedy.ts';
import type { AlertName } from '../../../shared/golden-images/conditions.ts';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { judge } from '../../../shared/judge.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { instance, kubeVirtReads } from '../../helpers/kubevirt-objects.ts';

const NODES = [node('amd-1', 'amd64'), node('arm-1', 'arm64')];
const CR = hyperConverged({ patch: { metadata: { generation: 7 } } });
const IMPORT = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };
const PATCH = 'kubectl patch hyperconvergeds.v1.hco.kubevirt.io -n kubevirt-hyperconverged kubevirt-hyperconverged --type=merge -p';
const NO_SUPPORTED: AlertName = 'HCOGoldenImageWithNoSupportedArchitecture';
const NO_ANNOTATION: AlertName = 'HCOGoldenImageWithNoArchitectureAnnotation';

const MIXED = snapshot({ nodes: NODES, hyperConverged: CR });
/** Both alerts of single images, which have remedies of the same id. */
const BOTH = snapshot({ nodes: NODES, hyperConverged: hyperConverged({ gate: true, goldenImages: { a: 's390x', b: undefined } }) });
const reportOf = (taken: Snapshot) => toReport(null, taken, judge(taken, 'kubectl'));

type Thing = 'patch' | 'json-patch' | 'command' | 'yaml';
const print = (taken: Snapshot, remedy: string, thing: Thing, alert?: AlertName): PrintedRemedy =>
  printForScript(reportOf(taken), { remedy, print: thing, alert });

describe('a thing of a remedy, for a script', () => {
  const guarded = [
    { op: 'test', path: '/metadata/generation', value: 7 },
    { op: 'add', path: '/spec/workloadSources', value: { enableMultiArchBootImageImport: true } },
  ];
  const things: readonly { readonly thing: Thing; readonly stdout: string }[] = [
    { thing: 'patch', stdout: `${JSON.stringify(IMPORT)}\n` },
    { thing: 'json-patch', stdout: `${JSON.stringify(guarded)}\n` },
    { thing: 'command', stdout: `${PATCH} '${JSON.stringify(IMPORT)}'\n` },
  ];
  for (const { thing, stdout } of things) {
    it(`is alone on standard output: ${thing}`, () => {
      assert.deepEqual(print(MIXED, 'enable-multi-arch-import', thing), { status: 0, stdout, notes: [] });
    });
  }

  it('is alone on standard output: yaml', () => {
    const { status, stdout, notes } = print(MIXED, 'enable-multi-arch-import', 'yaml');
    const metadata = { namespace: 'kubevirt-hyperconverged', name: 'kubevirt-hyperconverged' };
    assert.deepEqual(parse(stdout), { apiVersion: 'hco.kubevirt.io/v1', kind: 'HyperConverged', metadata, ...IMPORT });
    assert.deepEqual([status, notes, stdout.endsWith('true\n')], [0, [], true]);
  });

  it('has nothing in it that a terminal acts on, and is the same value', () => {
    const template = { metadata: { name: 'own\u202e', annotations: { 'note\u202e': '\u001b[2J\u0085' } }, spec: {} };
    const patch = { spec: { workloadSources: { dataImportCronTemplates: [template] } } };
    const taken = snapshot({ nodes: NODES, hyperConverged: hyperConverged({ gate: true, goldenImages: { 'own\u202e': 's390x' }, patch }) });
    for (const thing of ['patch', 'json-patch', 'command', 'yaml'] as const) {
      const { status, stdout } = print(taken, 'disable-golden-images', thing, NO_SUPPORTED);
      assert.equal(status, 0);
      assert.match(stdout.replaceAll('\n', ''), /^\P{C}+$/u);
      if (thing === 'patch') assert.match(JSON.stringify(JSON.parse(stdout)), /"note\u202e":"\\u001b\[2J\u0085"/);
    }
  });

  const none: readonly { readonly when: string; readonly printed: () => PrintedRemedy; readonly says: RegExp }[] = [
    {
      when: 'there is no such remedy now, with those that there are',
      printed: () => print(MIXED, 'disable\u001b', 'patch'),
      says: /^there is no remedy "disable\ufffd" now, only enable-multi-arch-import, .+-amd64 and .+-arm64 of HCOMultiArchGoldenImagesDisabled$/,
    },
    {
      when: 'there is no remedy at all',
      printed: () => print(snapshot({ nodes: NODES }), 'x', 'patch'),
      says: /^there is no remedy "x" now, nor any other$/,
    },
    {
      when: 'two alerts have one of this id',
      printed: () => print(BOTH, 'disable-golden-images', 'patch'),
      says: new RegExp(`^${NO_SUPPORTED} and ${NO_ANNOTATION} have each a remedy "disable-golden-images": say which with --alert$`),
    },
    {
      when: 'the alert that is named has none of this id',
      printed: () => print(BOTH, 'enable-multi-arch-import', 'patch', NO_ANNOTATION),
      says: new RegExp(`^there is no remedy "enable-multi-arch-import" now, only .*disable-golden-images of ${NO_ANNOTATION}$`),
    },
    { when: 'it has no patch', printed: () => printStale('patch'), says: /^restart-operator has no patch, only command$/ },
    {
      when: 'it does not work here',
      printed: () => print(selecting('amd64'), 'restrict-workload-placement-arm64', 'command'),
      says: /^restrict-workload-placement-arm64 has no command to apply: /,
    },
    {
      when: 'the server would refuse it',
      printed: () => printRefused('json-patch'),
      says: /^enable-multi-arch-import has no json-patch to apply: .+ would refuse it: no\.$/,
    },
  ];
  for (const { when, printed, says } of none) {
    it(`is 64 and a sentence, and nothing on standard output, where ${when}`, () => {
      const { status, stdout, notes } = printed();
      assert.deepEqual([status, stdout, notes.length], [64, '', 1]);
      assert.match(notes[0] ?? '', says);
    });
  }

  it('is that of the alert that is named, where two have one of this id', () => {
    const named = (alert: AlertName) => JSON.stringify(JSON.parse(print(BOTH, 'disable-golden-images', 'patch', alert).stdout));
    assert.match(named(NO_SUPPORTED), /"name":"a"/);
    assert.match(named(NO_ANNOTATION), /"name":"b"/);
  });

  it('is the command of a remedy for an alert that fires without a reason', () => {
    assert.match(printStale('command').stdout, /^kubectl delete pods -n kubevirt-hyperconverged -l .+\n$/);
  });

  it('is the part of a manifest also of what the server would refuse, and says so', () => {
    const { status, stdout, notes } = printRefused('yaml');
    assert.match(stdout, /^ {4}enableMultiArchBootImageImport: true$/m);
    assert.deepEqual([status, notes], [0, ['Not advised: This API server would refuse it: no.']]);
  });

  it('is 2 and the reason, and nothing on standard output, while it is not known what is present', () => {
    const failure = { resource: 'nodes', reason: 'forbidden', detail: 'not allowed' } as const;
    const { status, stdout, notes } = print(snapshot({ nodes: failure, hyperConverged: CR }), 'enable-multi-arch-import', 'patch');
    assert.deepEqual([status, stdout], [2, '']);
    assert.deepEqual(notes, ['Whether there is a remedy "enable-multi-arch-import" is not known.', 'nodes: forbidden. not allowed']);
  });

  it('warns of machines that it would orphan, and prints the command all the same', () => {
    const taken = { ...MIXED, kubeVirt: kubeVirtReads({ instances: [instance('shop/db-1', { nodeName: 'amd-1' })] }) };
    const { status, stdout, notes } = print(taken, 'restrict-workload-placement-arm64', 'command');
    assert.equal(status, 0);
    assert.match(stdout, /^kubectl patch .+arm64.+\n$/);
    assert.ok(
      notes.includes('Do not apply it while shop/db-1 runs on nodes that it takes away: they cannot migrate to another architecture.'),
    );
  });

  it('says what must be known first, with the command that tells', () => {
    const { stdout, notes } = print(MIXED, 'restrict-workload-placement-amd64', 'patch');
    assert.equal(stdout.split('\n').length, 2);
    assert.match(notes.join('\n'), /^First: does a virtual machine run on arm-1\? .+ To see: kubectl get virtualmachineinstances.+$/m);
  });

  const lists: readonly { readonly thing: Thing; readonly says: RegExp | undefined }[] = [
    { thing: 'patch', says: /what others have put there meanwhile would be lost/ },
    { thing: 'yaml', says: undefined },
    { thing: 'json-patch', says: undefined },
    { thing: 'command', says: undefined },
  ];
  for (const { thing, says } of lists) {
    it(`says ${says ? 'what is to be known' : 'nothing'} of the change of a list: ${thing}`, () => {
      const notes = print(BOTH, 'disable-golden-images', thing, NO_SUPPORTED).notes.join('\n');
      assert.doesNotMatch(print(MIXED, 'enable-multi-arch-import', thing).notes.join(), /list/);
      if (says) assert.match(notes, says);
      else assert.doesNotMatch(notes, /list/);
    });
  }

  describe('on a command line', () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'check-'));
    });
    after(() => rm(folder, { recursive: true }));

    const run = async (remedy: string, items: readonly object[]) => {
      const path = join(folder, 'dump.json');
      await writeFile(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
      return runCheck(['--from', path, '--remedy', remedy, '--print', 'patch'], {}, new Date('2026-11-22T10:00:00Z'));
    };

    it('exits with 0 when it is printed, though something is present', async () => {
      assert.deepEqual(await run('enable-multi-arch-import', [...NODES, CR]), {
        status: 0,
        stdout: `${JSON.stringify(IMPORT)}\n`,
        stderr: '',
      });
    });

    it('exits with 64 when there is none', async () => {
      const { status, stdout, stderr } = await run('x', [...NODES, CR]);
      assert.deepEqual([status, stdout], [64, '']);
      assert.match(stderr, /^there is no remedy "x" now, .+\n$/);
    });

    it('exits with 2 when it is not known', async () => {
      const { status, stdout, stderr } = await run('x', [...NODES, CR, hyperConverged({ name: 'other' })]);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /is not known\.\nhyperconvergeds\.hco\.kubevirt\.io: ambiguous\. /);
    });
  });
});

/** A CR that selects nodes of an architecture by the label already. */
function selecting(architecture: string): Snapshot {
  const placement = { nodeSelector: { 'kubernetes.io/arch': architecture } };
  const nodes = [node('amd-1', 'amd64'), node('odd-1', 'arm64', { labels: { 'kubernetes.io/arch': architecture } })];
  return snapshot({ nodes, hyperConverged: hyperConverged({ placement }) });
}

function printStale(thing: Thing): PrintedRemedy {
  const taken = snapshot({ nodes: NODES, hyperConverged: hyperConverged({ gate: true }) });
  const known = {
    recordOf: () => undefined,
    claimOf: (alert: AlertName) => (alert === NO_SUPPORTED ? ('firing' as const) : undefined),
    unread: [],
  };
  return printForScript(toReport(null, taken, judge(taken, 'kubectl'), known), {
    remedy: 'restart-operator',
    print: thing,
    alert: undefined,
  });
}

function printRefused(thing: Thing): PrintedRemedy {
  const refusal = { accepted: false, by: 'schema', reason: 'no', warnings: [] } as const;
  const judgements = judge(MIXED, 'kubectl').map((judgement) => ({
    ...judgement,
    remedies: judgement.remedies.map((remedy) => withAcceptance(remedy, refusal)),
  }));
  return printForScript(toReport(null, MIXED, judgements), { remedy: 'enable-multi-arch-import', print: thing, alert: undefined });
}
