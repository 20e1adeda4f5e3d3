/** What a check found, for a person at a terminal. */
import { causeSentence } from '../../shared/golden-images/cause.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { plain } from '../../shared/plain.ts';
import { factLines, namesOf } from './facts-text.ts';
import { NOTHING_KNOWN } from './known.ts';
import { knownLines } from './known-text.ts';
import { remedyLines } from './remedy-text.ts';
import type { Report, ReportedIncident } from './report.ts';

const SIGNS = { present: 'PRESENT', absent: 'absent ', unknown: 'UNKNOWN' } as const;

/** Every name in it comes from outside: nothing in them reaches the terminal as a control. */
export function renderText(report: Report, snapshot: Snapshot, known = NOTHING_KNOWN): string {
  const evidence = report.incidents.map((incident) => incident.evidence).find((found) => found !== null);
  const facts = factLines(snapshot, evidence);
  const lines = [
    headLine(report, snapshot),
    ...(facts.length > 0 ? ['', ...facts] : []),
    ...report.unread.map(({ resource, reason, detail }) => `not read: ${resource}: ${reason}. ${plain(detail)}`),
    '',
    ...report.incidents.flatMap((incident) => incidentLines(incident, knownLines(incident, known.claimOf(incident.alert)))),
  ];
  return `${lines.join('\n')}\n`;
}

function headLine({ cluster, checkedAt, hyperConverged }: Report, snapshot: Snapshot): string {
  const missing = snapshot.hyperConverged.ok ? 'no HyperConverged' : 'HyperConverged not read';
  const cr = hyperConverged ? `HyperConverged ${hyperConverged.namespace}/${hyperConverged.name} (${hyperConverged.apiVersion})` : missing;
  return `${cluster === null ? '' : `${plain(cluster)}: `}${cr}, checked at ${checkedAt}`;
}

function incidentLines({ condition, alert, cause, goldenImages, remedies }: ReportedIncident, known: readonly string[]): readonly string[] {
  const hit = goldenImages.filter((image) => image.condition === 'present').map(({ name }) => name);
  const what = cause ? `: ${causeSentence(cause)}` : hit.length > 0 ? `: ${namesOf(hit)}` : '';
  return [`${SIGNS[condition]}  ${alert}${what}`, ...known, ...remedies.flatMap(remedyLines)];
}
