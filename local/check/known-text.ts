/** What is known of an alert beside the cluster, in a sentence or two for a person. */
import type { Claim } from '../../shared/golden-images/verdict.ts';
import { count } from '../../shared/golden-images/words.ts';
import { plain } from '../../shared/plain.ts';
import type { ReportedRecord } from './record.ts';
import type { ReportedIncident } from './report.ts';

/** Nothing of what nobody asked. */
export function knownSentences({ record, verdict }: ReportedIncident, claim: Claim | undefined): readonly string[] {
  const listed = claim && verdict ? [`Alertmanager ${SAYS[claim]}: ${verdict}.`] : [];
  const recorded = record === undefined ? [] : [record === null ? 'On record: nothing.' : describe(record)];
  return [...listed, ...recorded].map(plain);
}

const SAYS: Readonly<Record<Claim, string>> = { firing: 'has it firing', resolved: 'has it resolved', none: 'has said nothing of it' };

function describe({ verdict, openedAt, overAt, returns, acknowledged, message, unsaid, intent }: ReportedRecord): string {
  const sentences = [
    `On record: ${verdict}, open ${overAt ? `from ${openedAt} to ${overAt}` : `since ${openedAt}`}`,
    ...(returns > 0 ? [`It came back ${count(returns, 'time')}`] : []),
    ...(acknowledged ? [`Acknowledged by ${acknowledged.by} at ${acknowledged.at}`] : []),
    message ? `Its message is ${message.ts} in ${message.channel}` : 'It has no message yet',
    ...(unsaid ? ['Not all of it is said in the channel'] : []),
    ...(intent ? [`Somebody began to say it (${intent.step}) at ${intent.at}`] : []),
  ];
  return sentences.map((sentence) => `${sentence}.`).join(' ');
}
