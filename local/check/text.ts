/** What a check found, for a person at a terminal. */
import type { ArchitectureRow } from '../../shared/golden-images/architecture-rows.ts';
import type { Evidence } from '../../shared/golden-images/conditions.ts';
import { causeSentence } from '../../shared/slack/cause.ts';
import { count, namesOf, plain } from '../../shared/slack/text.ts';
import type { Report, ReportedIncident, ReportedRemedy } from './report.ts';

const SIGNS = { present: 'PRESENT', absent: 'absent ', unknown: 'UNKNOWN' } as const;
const NAMES = 8;

/** Every name in it comes from outside: nothing in them reaches the terminal as a control. */
export function renderText(report: Report): string {
  const evidence = report.incidents.map((incident) => incident.evidence).find((found) => found !== null);
  const lines = [
    headLine(report),
    ...(evidence ? ['', ...evidenceLines(evidence)] : []),
    ...report.unread.map(({ resource, reason, detail }) => `not read: ${resource}: ${reason}. ${plain(detail)}`),
    '',
    ...report.incidents.flatMap(incidentLines),
  ];
  return `${lines.join('\n')}\n`;
}

function headLine({ cluster, checkedAt, hyperConverged }: Report): string {
  const cr = hyperConverged
    ? `HyperConverged ${hyperConverged.namespace}/${hyperConverged.name} (${hyperConverged.apiVersion})`
    : 'no HyperConverged';
  return `${cluster === null ? '' : `${plain(cluster)}: `}${cr}, checked at ${checkedAt}`;
}

function evidenceLines({ gate, placement, rows, goldenImages, disagreeing, mislabelled }: Evidence): readonly string[] {
  const selected = placement ? `selected by ${placement.path}` : 'by the label node-role.kubernetes.io/worker';
  return [
    `multi-arch import  ${gate.enabled ? 'on' : 'off'}: ${gate.path} ${gate.explicit ? `is ${gate.enabled}` : 'is not set'}`,
    `workload nodes     ${selected}`,
    ...rows.map(nodeLine),
    `golden images      ${goldenImages.length}: ${namesOf(goldenImages, NAMES)}`,
    ...(disagreeing
      ? [`note               HCO's own status says ${namesOf(disagreeing, NAMES)}: it lags behind, or has just restarted`]
      : []),
    ...(mislabelled.length > 0
      ? [`note               the label kubernetes.io/arch is not what the kubelet reports on ${namesOf(mislabelled, NAMES)}`]
      : []),
  ];
}

function nodeLine({ architecture, nodes, ready, open, obstacles }: ArchitectureRow): string {
  const why = obstacles.map(({ reason, nodes: hit }) => `${hit} ${plain(reason)}`).join(', ');
  const landing = open === undefined ? 'where VMs can run is not known' : `VMs can run on ${open}`;
  return `  ${(plain(architecture) || '?').padEnd(8)} ${nodes.length}, ready ${ready}, ${landing}${why ? ` (${why})` : ''}: ${namesOf(nodes, NAMES)}`;
}

function incidentLines({ condition, alert, cause, goldenImages, remedies }: ReportedIncident): readonly string[] {
  const hit = goldenImages.filter((image) => image.condition === 'present').map(({ name }) => name);
  const what = cause ? `: ${causeSentence(cause)}` : hit.length > 0 ? `: ${namesOf(hit, NAMES)}` : '';
  return [`${SIGNS[condition]}  ${alert}${what}`, ...remedies.flatMap(remedyLines)];
}

function remedyLines(remedy: ReportedRemedy, index: number): readonly string[] {
  const { title, advised, feasible, reason, after, costs, diff, command } = remedy;
  const standing = advised ? 'advised' : feasible ? 'not advised' : 'does not work here';
  const state =
    after &&
    `After it: the alert ${after.clears ? 'clears' : 'stays'}; ${count(after.workloadNodes, 'workload node')} (${namesOf(after.workloadArchitectures, NAMES)}).`;
  const leaving = after && after.leaving.length > 0 ? `Drop out: ${namesOf(after.leaving, NAMES)}.` : '';
  const sentences = [reason ?? '', state ?? '', leaving, ...costs].filter((sentence) => sentence !== '');
  return [
    '',
    `  ${index + 1}. ${plain(title)}: ${standing}`,
    ...sentences.map((sentence) => `     ${plain(sentence)}`),
    ...(diff
      ? [
          '',
          ...diff
            .trimEnd()
            .split('\n')
            .map((line) => `     ${plain(line)}`),
        ]
      : []),
    ...(command && feasible ? ['', `     ${command}`] : []),
    '',
  ];
}
