/** What this process has seen and said, for whoever watches archwatch. A process that has just begun knows nothing, and says so. */
import { secondsSinceReceipt } from '../delivery.ts';
import type { AlertName } from '../golden-images/conditions.ts';
import type { Verdict } from '../golden-images/verdict.ts';
import type { Incident, Intent } from '../incidents/incident.ts';
import { gauge, histogram } from '../metrics.ts';

/** A delivery is finished within 10 s, an event within 25 s. */
const BUCKETS_S = [0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 25, 60];

const verdicts = new Map<AlertName, Verdict>();
const checkedAt = new Map<AlertName, string>();

const receiptToPosted = histogram(
  'archwatch_receipt_to_posted_seconds',
  'Time from the receipt of a delivery until Slack took what it made us say, by the step.',
  ['step'],
  BUCKETS_S,
);
gauge('archwatch_incidents', 'Incidents by alert and state, as this process saw them last.', ['alert', 'state'], () =>
  [...verdicts].map(([alert, state]) => ({ labels: { alert, state }, value: 1 })),
);
// No age: of several processes the latest look counts, and one that sleeps must not make the facts look older.
// https://prometheus.io/docs/practices/instrumentation/#timestamps-not-time-since
gauge('archwatch_facts_checked_timestamp_seconds', 'When the facts shown were last checked by this process, by alert.', ['alert'], () =>
  [...checkedAt].map(([alert, at]) => ({ labels: { alert }, value: Date.parse(at) / 1_000 })),
);

/** A step was taken in the channel. */
export function countSaid(step: Intent['step']): void {
  const seconds = secondsSinceReceipt();
  if (seconds !== undefined) receiptToPosted.observe({ step }, seconds);
}

/** It stands on record so. */
export function sawIncident({ alert, episode }: Pick<Incident, 'alert' | 'episode'>): void {
  if (episode) verdicts.set(alert, episode.verdict);
  else verdicts.delete(alert);
}

/** What was read then is on record, and the channel shows it. */
export function shown(alert: AlertName, at: string): void {
  checkedAt.set(alert, at);
}
