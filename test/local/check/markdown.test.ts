import assert from 'node:assert/strict';
import fc from 'fast-check';
import { renderMarkdown } from '../../../local/check/markdown.ts';
import { type Report, type ReportedRemedy, toReport } from '../../../local/check/report.ts';
import type { FailedRead } from '../../../shared/golden-images/read.ts';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { judge } from '../../../shared/judge.ts';
import { plain, plainLines } from '../../../shared/plain.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { readMarkdown, splitCode } from '../../helpers/markdown.ts';

/** A report of a cluster in which everything that somebody can name is named so. */
function reportWith(name: string): { readonly report: Report; readonly taken: Snapshot } {
  const taken = snapshot({
    nodes: [node(name, 'amd64', { taints: [{ key: name, value: name, effect: 'NoSchedule' }] }), node('arm-1', name)],
    hyperConverged: hyperConverged({ goldenImages: { [name]: 'amd64' } }),
  });
  const report = toReport(name, taken, judge(taken, 'kubectl'));
  const failure: FailedRead = { resource: name, reason: 'forbidden', detail: name };
  const incidents = report.incidents.map((incident) => ({
    ...incident,
    remedies: incident.remedies.slice(0, 1).map((remedy) => renamed(remedy, name)),
  }));
  const cr = { apiVersion: name, namespace: name, name };
  return { report: { ...report, hyperConverged: cr, incidents, unread: [failure] }, taken };
}

function renamed(remedy: ReportedRemedy, name: string): ReportedRemedy {
  const said = { reason: name, costs: [name, `${name} ${name}`], warnings: [name], title: name, checkFirst: [name] };
  const owner = { tool: 'server-side-apply', name, evidence: name, isMarked: false } as const;
  return {
    ...remedy,
    ...said,
    feasible: true,
    diff: `+${name}\n-\n`,
    yaml: `a:\n${name}\n`,
    lookup: name,
    command: name,
    appliers: [owner],
  };
}

describe('a check as Markdown', () => {
  const parts = [
    '```',
    '`',
    '~~~',
    '\n',
    '\r',
    '|',
    '\\',
    '[a](b)',
    '![',
    '<b>',
    '<!--',
    '@all',
    '#1',
    'GH-1',
    '*',
    '_',
    '**',
    '1.',
    '1)',
    '- ',
    '# ',
    '> ',
    '===',
    '---',
    'www.a.bc',
    'https://a.bc',
    'a@b.cd',
    ':+1:',
    '&amp;',
    '$x$',
    '    ',
    '\t',
    '\u0000',
    '\u202e',
    'deadbeef',
    'é',
    '“',
    '(',
    ')',
    ':',
    '.',
    'x',
  ];
  const hostile = fc.array(fc.constantFrom(...parts), { minLength: 1 }).map((chosen) => chosen.join(''));

  it('is the same document whatever names are in it: none becomes markup, ends a cell or closes a fence', () => {
    const kinds = (name: string) => readMarkdown(render(name)).map(({ kind, text }) => [kind, kind === 'row' ? cells(text) : 0]);
    const expected = kinds('x');
    fc.assert(fc.property(fc.oneof(hostile, fc.string({ minLength: 1 })), (name) => assert.deepEqual(kinds(name), expected)));
  });

  it('leaves of any name nothing outside of code but words, which no forge takes for a link, a mention or a reference', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        for (const { kind, text } of readMarkdown(render(name)).filter(({ kind }) => !['diff', 'sh', 'yaml'].includes(kind))) {
          const { prose } = splitCode(kind === 'row' ? text.replaceAll(/^\||\|$| \| /g, ' ') : text);
          const rest = prose
            .replaceAll('&#124;', '')
            .replace(/^\d+\\/, '')
            .replaceAll(' --- ', ' ')
            .replaceAll('---', '');
          assert.match(rest, /^[\p{L}\p{M}\p{N}◆ .,;:?()“”’'|-]*$/u, text);
          assert.doesNotMatch(rest, /[\p{L}\p{N}][.:][\p{L}\p{N}]|\b[0-9a-f]{7,}\b|\bgh-\d/iu, text);
        }
      }),
    );
  });

  it('has the change and the commands as they are, between fences', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const { report, taken } = reportWith(name);
        const fences = readMarkdown(renderMarkdown(report, taken)).filter(({ kind }) => ['diff', 'sh', 'yaml'].includes(kind));
        const lines = [plainLines(`+${name}\n-`), plainLines(`a:\n${name}`), plain(name), plain(name)];
        assert.deepEqual(
          fences.map(({ text }) => text),
          lines,
        );
      }),
    );
  });

  it('has a heading for each incident and way out, a table of the nodes, and fences', () => {
    const taken = snapshot({ nodes: [node('amd-1', 'amd64'), node('arm-1', 'arm64')], hyperConverged: hyperConverged({ gate: false }) });
    const { incidents, ...rest } = toReport('prod-eu-1', taken, judge(taken, 'kubectl'));
    const first = incidents
      .slice(0, 1)
      .map((incident) => ({ ...incident, remedies: incident.remedies.slice(0, 1).map((remedy) => ({ ...remedy, costs: ['It costs.'] })) }));
    assert.equal(renderMarkdown({ ...rest, incidents: first }, taken), GOLDEN);
  });

  function render(name: string): string {
    const { report, taken } = reportWith(name);
    return renderMarkdown(report, taken);
  }
});

function cells(row: string): number {
  return row.split('|').length;
}

const GOLDEN = `# Golden images of \`prod-eu-1\`

HyperConverged \`kubevirt-hyperconverged/kubevirt-hyperconverged\` (\`hco.kubevirt.io/v1\`), checked at \`2026-11-22T10:00:00.000Z\`.

- multi-arch import: off: \`spec.workloadSources.enableMultiArchBootImageImport\` is false
- workload nodes: by the label \`node-role.kubernetes.io/worker\`

| Architecture | Nodes | Ready | VMs can run on | In the way | Names |
| --- | --- | --- | --- | --- | --- |
| amd64 | 1 | 1 | 1 |  | \`amd-1\` |
| arm64 | 1 | 1 | 1 |  | \`arm-1\` |

- golden images: 1: fedora-image-cron

## HCOMultiArchGoldenImagesDisabled: present

### 1. Import the images for every architecture: advised

- After it: the alert clears; 1 golden image in 2 imports; 2 workload nodes (amd64 and arm64), VMs can run on 2 of them.
- It costs.

\`\`\`diff
--- HyperConverged hco.kubevirt.io/v1
+++ HyperConverged hco.kubevirt.io/v1
@@ -1,3 +1,3 @@ only what changes; the rest of the CR is left out
 spec:
   workloadSources:
-    enableMultiArchBootImageImport: false
+    enableMultiArchBootImageImport: true
\`\`\`

\`\`\`sh
kubectl patch hyperconvergeds.v1.hco.kubevirt.io -n kubevirt-hyperconverged kubevirt-hyperconverged --type=merge -p '{"spec":{"workloadSources":{"enableMultiArchBootImageImport":true}}}'
\`\`\`
`;
