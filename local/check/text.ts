/** What a check found, for a person at a terminal. */
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { plain } from '../../shared/plain.ts';
import { factsOf } from './facts.ts';
import { factLines } from './facts-text.ts';
import { atRiskSentences, headLine, impossibleSentence, incidentWords, unreadSentence } from './heading.ts';
import { NOTHING_KNOWN } from './known.ts';
import { knownSentences } from './known-text.ts';
import { remedyLines } from './remedy-text.ts';
import { evidenceIn, type Report, type ReportedIncident } from './report.ts';

const SIGNS = { present: 'PRESENT', absent: 'absent ', unknown: 'UNKNOWN' } as const;

/** Every name in it comes from outside: nothing in them reaches the terminal as a control. */
export function renderText(report: Report, snapshot: Snapshot, known = NOTHING_KNOWN): string {
  const facts = factLines(factsOf(snapshot, evidenceIn(report)));
  const impossible = impossibleSentence(report);
  const lines = [
    `${report.cluster === null ? '' : `${plain(report.cluster)}: `}${headLine(report, snapshot)}`,
    ...(impossible === undefined ? [] : [impossible]),
    ...(facts.length > 0 ? ['', ...facts] : []),
    ...report.unread.map((failure) => `not read: ${unreadSentence(failure)}`),
    '',
    ...report.incidents.flatMap((incident) => incidentLines(incident, knownSentences(incident, known.claimOf(incident.alert)))),
  ];
  return `${lines.join('\n')}\n`;
}

function incidentLines(incident: ReportedIncident, known: readonly string[]): readonly string[] {
  const { condition, alert, remedies, atRisk, evidence } = incident;
  const words = incidentWords(incident);
  const isOwned = (evidence?.owners ?? []).length > 0;
  return [
    `${SIGNS[condition]}  ${alert}${words === undefined ? '' : `: ${words}`}`,
    ...[...known, ...atRiskSentences(atRisk)].map((sentence) => `  ${sentence}`),
    ...remedies.flatMap((remedy, index) => remedyLines(remedy, index, isOwned)),
  ];
}
