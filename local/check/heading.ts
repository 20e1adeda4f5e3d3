/** What a report begins with, and what is said of an incident beside its remedies: the same sentences in text and in Markdown. Harmless. */
import { causeSentence } from '../../shared/golden-images/cause.ts';
import type { FailedRead } from '../../shared/golden-images/read.ts';
import { riskSentences } from '../../shared/golden-images/risk-words.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { plain } from '../../shared/plain.ts';
import { NAMES, namesOf } from './facts.ts';
import type { Report, ReportedIncident, ReportedRisk } from './report.ts';

export function headLine({ checkedAt, hyperConverged }: Report, snapshot: Snapshot): string {
  const missing = snapshot.hyperConverged.ok ? 'no HyperConverged' : 'HyperConverged not read';
  const cr = hyperConverged && `HyperConverged ${hyperConverged.namespace}/${hyperConverged.name} (${hyperConverged.apiVersion})`;
  return plain(`${cr ?? missing}, checked at ${checkedAt}`);
}

/** What stands before all else; undefined where the alerts can be true, or nobody knows. */
export function impossibleSentence({ applicability }: Report): string | undefined {
  return applicability?.possible === false ? applicability.sentence : undefined;
}

export function unreadSentence({ resource, reason, detail }: FailedRead): string {
  return plain(`${resource}: ${reason}. ${detail}`);
}

/** Why it is absent, or which images are hit; undefined where the alert's name says it all. */
export function incidentWords({ cause, goldenImages }: ReportedIncident): string | undefined {
  const hit = goldenImages.filter((image) => image.condition === 'present').map(({ name }) => name);
  if (cause) return causeSentence(cause);
  return hit.length > 0 ? namesOf(hit) : undefined;
}

/** None where it is no question who is at risk. */
export function atRiskSentences(atRisk: ReportedRisk | null): readonly string[] {
  if (atRisk === null) return [];
  const read = atRisk.total === null ? { ok: false as const, failure: atRisk.unread[0] } : { ok: true as const, value: atRisk };
  return riskSentences(read, { shown: NAMES }).map(plain);
}
