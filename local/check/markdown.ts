/** What a check found, for a ticket or a pull request. */
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { plain } from '../../shared/plain.ts';
import { type Facts, factsOf, type NodesFact } from './facts.ts';
import { atRiskSentences, headLine, impossibleSentence, incidentWords, unreadSentence } from './heading.ts';
import { NOTHING_KNOWN } from './known.ts';
import { knownSentences } from './known-text.ts';
import { bullets, fence, heading, sentence, table } from './markdown-parts.ts';
import { remedyParts } from './remedy-parts.ts';
import { evidenceIn, type Report, type ReportedIncident, type ReportedRemedy } from './report.ts';

/** Every name in it comes from outside: none becomes markup, or closes a fence. */
export function renderMarkdown(report: Report, snapshot: Snapshot, known = NOTHING_KNOWN): string {
  const { cluster, unread, incidents } = report;
  const blocks = [
    heading(1, cluster === null ? 'Golden images' : `Golden images of ${plain(cluster)}`),
    sentence(`${headLine(report, snapshot)}.`),
    sentence(impossibleSentence(report) ?? ''),
    ...factBlocks(factsOf(snapshot, evidenceIn(report))),
    bullets(unread.map((failure) => `Not read: ${unreadSentence(failure)}`)),
    ...incidents.flatMap((incident) => incidentBlocks(incident, knownSentences(incident, known.claimOf(incident.alert)))),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

const NODES = ['Architecture', 'Nodes', 'Ready', 'VMs can run on', 'In the way', 'Names'];

function factBlocks({ before, nodes, after }: Facts): readonly string[] {
  const [above, below] = [before, after].map((facts) => bullets(facts.map(({ label, text }) => `${label}: ${text}`)));
  return [above ?? '', nodes.length > 0 ? table(NODES, nodes.map(nodesRow)) : '', below ?? ''];
}

function nodesRow({ architecture, count, ready, open, obstacles, names }: NodesFact): readonly string[] {
  return [architecture, `${count}`, `${ready}`, open === undefined ? 'not known' : `${open}`, obstacles, names];
}

function incidentBlocks(incident: ReportedIncident, known: readonly string[]): readonly string[] {
  const { alert, condition, remedies, atRisk, evidence } = incident;
  const words = incidentWords(incident);
  const isOwned = (evidence?.owners ?? []).length > 0;
  return [
    heading(2, `${alert}: ${condition}`),
    words === undefined ? '' : sentence(`${words}.`),
    bullets([...known, ...atRiskSentences(atRisk)]),
    ...remedies.flatMap((remedy, index) => remedyBlocks(remedy, index, isOwned)),
  ];
}

/** What must be known first stands before the command. */
function remedyBlocks(remedy: ReportedRemedy, index: number, isOwned: boolean): readonly string[] {
  const { title, sentences, diff, question, manifest, command } = remedyParts(remedy, isOwned);
  return [
    heading(3, `${index + 1}. ${title}`),
    bullets(sentences),
    diff === undefined ? '' : fence('diff', diff),
    ...(manifest === undefined ? [] : [sentence(manifest.text), fence('yaml', manifest.yaml)]),
    ...(question ? [sentence(`${question.text} To see:`), fence('sh', question.lookup)] : []),
    command === undefined ? '' : 'line' in command ? fence('sh', command.line) : sentence(command.withheld),
  ];
}
