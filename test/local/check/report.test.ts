import assert from 'node:assert/strict';
import { NOTHING_KNOWN } from '../../../local/check/known.ts';
import { renderMarkdown } from '../../../local/check/markdown.ts';
import { type Report, toReport } from '../../../local/check/report.ts';
import { renderText } from '../../../local/check/text.ts';
import { withAcceptance } from '../../../shared/checked-remedy.ts';
import type { FailedRead } from '../../../shared/golden-images/read.ts';
import type { Acceptance } from '../../../shared/golden-images/remedies/acceptance.ts';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import type { Claim } from '../../../shared/golden-images/verdict.ts';
import { judge } from '../../../shared/judge.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { dataSource, IMAGES, instance, kubeVirtReads, virtualMachine } from '../../helpers/kubevirt-objects.ts';

const NODES = [node('amd-1', 'amd64'), node('arm-1', 'arm64')];
const MIXED = snapshot({ nodes: NODES, hyperConverged: hyperConverged() });
const ASKED: Acceptance = { accepted: true, by: 'schema', reason: undefined, warnings: [] };

function reportOf(taken: Snapshot, acceptance?: Acceptance): Report {
  const judgements = judge(taken, 'kubectl').map((judgement) => ({
    ...judgement,
    remedies: judgement.remedies.map((remedy) => (acceptance ? withAcceptance(remedy, acceptance) : remedy)),
  }));
  return toReport(null, taken, judgements);
}

/** The lines of the first way out. */
function firstRemedy(text: string): string {
  return /^ {2}1\. .+?(?=^ {2}2\. |^\w)/ms.exec(text)?.[0] ?? '';
}

describe('a report', () => {
  const answers = [
    { when: 'the schema has it', acceptance: ASKED, told: [true, 'schema', null], says: /^ {5}Accepted by this API server’s schema\.$/m },
    {
      when: 'the server took it',
      acceptance: { ...ASKED, by: 'dry run' },
      told: [true, 'dry run', null],
      says: /^ {5}Accepted by the server \(dry run\).*\.$/m,
    },
    {
      when: 'the schema has it, and the server did not answer',
      acceptance: { ...ASKED, reason: 'no dry run was made' },
      told: [true, 'schema', null],
      says: /^ {5}Accepted by this API server’s schema; no dry run was made\.$/m,
    },
    {
      when: 'it would be refused',
      acceptance: { ...ASKED, accepted: false, reason: 'spec.x is not known' },
      told: [false, 'schema', 'This API server would refuse it: spec.x is not known.'],
      says: /: not advised\n {5}This API server would refuse it: spec\.x is not known\.$/m,
    },
    {
      when: 'nobody could say',
      acceptance: { ...ASKED, accepted: null, by: undefined, reason: 'the schema could not be read' },
      told: [null, null, 'Whether this API server accepts it is not known: the schema could not be read.'],
      says: /^ {5}Whether this API server accepts it is not known: the schema could not be read\.$/m,
    },
  ] as const;
  for (const { when, acceptance, told, says } of answers) {
    it(`tells a script and a person whether the server accepts a remedy where ${when}`, () => {
      const report = reportOf(MIXED, acceptance);
      const [remedy] = report.incidents[0]?.remedies ?? [];
      assert.deepEqual([remedy?.accepted, remedy?.checkedBy, remedy?.reason], told);
      const text = firstRemedy(renderText(report, MIXED));
      assert.match(text, says);
      assert.equal(/ccepted|refuse|accepts/.exec(text.replace(says, '')), null, 'once');
    });
  }

  it('says nothing of acceptance where nobody was asked', () => {
    const [remedy] = reportOf(MIXED).incidents[0]?.remedies ?? [];
    assert.deepEqual([remedy?.accepted, remedy?.checkedBy, remedy?.reason], [null, null, null]);
    assert.doesNotMatch(renderText(reportOf(MIXED), MIXED), /ccept/);
  });

  it('prints no command and no manifest of what the server would refuse', () => {
    const report = reportOf(MIXED, { ...ASKED, accepted: false, reason: 'no' });
    assert.doesNotMatch(renderText(report, MIXED), /kubectl patch/);
    assert.doesNotMatch(renderMarkdown(report, MIXED), /kubectl patch/);
  });

  it('has what the server warns of', () => {
    const report = reportOf(MIXED, { ...ASKED, warnings: ['mind the gap'] });
    assert.deepEqual(report.incidents[0]?.remedies[0]?.warnings, ['mind the gap']);
    assert.match(renderText(report, MIXED), /^ {5}The API server warns: mind the gap/m);
  });

  it('has the JSON Patch, guarded, and the part of a manifest', () => {
    const taken = snapshot({ nodes: NODES, hyperConverged: hyperConverged({ patch: { metadata: { generation: 7 } } }) });
    const [remedy] = reportOf(taken).incidents[0]?.remedies ?? [];
    assert.deepEqual(remedy?.jsonPatch?.[0], { op: 'test', path: '/metadata/generation', value: 7 });
    assert.match(remedy?.yaml ?? '', /^kind: HyperConverged$.+^ {4}enableMultiArchBootImageImport: true$/ms);
  });

  describe('of a cluster on which virtual machines run', () => {
    const kubeVirt = kubeVirtReads({
      virtualMachines: [virtualMachine('shop/db-1'), virtualMachine('shop/web-1')],
      instances: [instance('shop/db-1', { nodeName: 'amd-1' }), instance('shop/web-1', { nodeName: 'amd-1' })],
      dataSources: [dataSource(`${IMAGES}/fedora`)],
    });
    const taken = { ...MIXED, kubeVirt };
    const orphaning = reportOf(taken).incidents[0]?.remedies.find(({ id }) => id === 'restrict-workload-placement-arm64');

    it('names those that a remedy would orphan', () => {
      assert.deepEqual(orphaning?.orphans, { count: 2, names: ['shop/db-1', 'shop/web-1'] });
    });

    it('counts all of them where it cannot name all', () => {
      const instances = Array.from({ length: 150 }, (_, index) => instance(`shop/db-${index}`, { nodeName: 'amd-1' }));
      const crowded = { ...MIXED, kubeVirt: kubeVirtReads({ instances }) };
      assert.match(
        renderText(reportOf(crowded), crowded),
        /^ {5}No command here: shop\/db-0, .+ and 142 more run on nodes that it takes away\./m,
      );
    });

    it('shows a person no command that would orphan one, and how to get it', () => {
      const text = renderText(reportOf(taken), taken);
      const part = text.slice(text.indexOf('Run virtual machines on arm64 nodes only'));
      assert.match(
        part,
        /shop\/db-1 and shop\/web-1 run on nodes that it takes away\. .+--remedy restrict-workload-placement-arm64 --print command$/m,
      );
      assert.doesNotMatch(part, /kubectl patch/);
      assert.match(orphaning?.command ?? '', /^kubectl patch/);
      assert.doesNotMatch(renderMarkdown(reportOf(taken), taken), /kubectl patch.+"arm64"/);
    });

    it('says who is at risk, to a person and to a script', () => {
      const { atRisk } = reportOf(taken).incidents[0] ?? {};
      assert.equal(atRisk?.total, 2);
      assert.match(renderText(reportOf(taken), taken), /^ {2}2 VMs boot from these images: /m);
      assert.match(renderMarkdown(reportOf(taken), taken), /^- 2 VMs boot from these images: /m);
    });

    it('says so where that could not be found out, and is not unknown by it', () => {
      const failure: FailedRead = { resource: 'virtualmachines.kubevirt.io', reason: 'forbidden', detail: 'no' };
      const blind = { ...MIXED, kubeVirt: kubeVirtReads({ virtualMachines: failure }) };
      const report = reportOf(blind);
      assert.deepEqual(report.incidents[0]?.atRisk, { total: null, unread: [failure] });
      assert.deepEqual([report.unread, report.incidents[0]?.condition], [[failure], 'present']);
      assert.match(renderText(report, blind), /^ {2}Which VMs boot from these images is not known: virtual machines could not be read/m);
    });
  });

  it('says nothing of machines where nobody asked', () => {
    assert.deepEqual(
      reportOf(MIXED).incidents.map(({ atRisk }) => atRisk),
      [null, null, null],
    );
    assert.doesNotMatch(renderText(reportOf(MIXED), MIXED), /VMs? boot/);
  });

  describe('of a CR that a tool writes', () => {
    const metadata = {
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'hco', 'meta.helm.sh/release-namespace': 'virt' },
    };
    const taken = snapshot({ nodes: NODES, hyperConverged: hyperConverged({ patch: { metadata } }) });

    it('says where it is written from, with the part of a manifest for there', () => {
      const [text, markdown] = [renderText(reportOf(taken), taken), renderMarkdown(reportOf(taken), taken)];
      assert.match(text, /^owner +Helm release virt\/hco writes this CR: /m);
      assert.match(firstRemedy(text), /^ {5}For the source that this CR is written from:\n {5}apiVersion: hco\.kubevirt\.io\/v1$/m);
      assert.match(markdown, /^- owner: Helm release `virt\/hco` writes/m);
      assert.match(markdown, /^```yaml\napiVersion: /m);
      assert.doesNotMatch(renderText(reportOf(MIXED), MIXED), /owner|written from/);
    });

    it('says so where the part of a manifest has a part of a list', () => {
      const spec = { workloadSources: { dataImportCronTemplates: [{ metadata: { name: 'a' } }] } };
      const images = { gate: true, goldenImages: { a: 's390x' }, patch: { metadata, spec } };
      const single = snapshot({ nodes: NODES, hyperConverged: hyperConverged(images) });
      assert.match(renderText(reportOf(single), single), /written from:\n +# dataImportCronTemplates: only the entries that change; leave/);
    });

    it('has no manifest either of what would orphan machines', () => {
      const crowded = { ...taken, kubeVirt: kubeVirtReads({ instances: [instance('shop/db-1', { nodeName: 'amd-1' })] }) };
      const text = renderText(reportOf(crowded), crowded);
      assert.match(text, /written from/);
      assert.doesNotMatch(text.slice(text.indexOf('Run virtual machines on arm64 nodes only')), /written from/);
    });
  });

  describe('of an alert whose condition is absent', () => {
    const taken = snapshot({
      nodes: [node('amd-1', 'amd64')],
      hyperConverged: hyperConverged({ gate: true, goldenImages: { a: 'amd64' } }),
    });
    const claims: readonly { readonly claim: Claim | undefined; readonly ids: readonly string[] }[] = [
      { claim: 'firing', ids: ['restart-operator'] },
      { claim: 'resolved', ids: [] },
      { claim: 'none', ids: [] },
      { claim: undefined, ids: [] },
    ];
    for (const { claim, ids } of claims) {
      it(`offers ${ids.join() || 'nothing'} where the claim is ${claim ?? 'not known'}`, () => {
        const known = { ...NOTHING_KNOWN, claimOf: () => claim };
        const report = toReport(null, taken, judge(taken, 'kubectl'), known);
        assert.deepEqual(
          report.incidents[1]?.remedies.map(({ id }) => id),
          ids,
        );
        assert.equal(/kubectl delete pods/.test(renderText(report, taken, known)), ids.length > 0);
        assert.equal(/kubectl delete pods/.test(renderMarkdown(report, taken, known)), ids.length > 0);
      });
    }
  });
});
