/** What HCO's operator has to do with an alert that says other than the cluster: its metrics are missing while it is away. */
import { type OperatorPod, type OperatorState, readyPod } from '../golden-images/operator.ts';
import type { Episode, Incident } from '../incidents/incident.ts';
import { date, type Piece, words } from './rich-text.ts';
import { shortName } from './text.ts';

/** From the start of the operator to a change of its alerts: scrape, rule, and Alertmanager's group interval, 5 min by default. */
const AROUND_MS = 15 * 60_000;
/** An alert does not begin before the operator that causes it, but clocks differ. */
const CLOCK_SLACK_MS = 60_000;

/** Why the alert went quiet, as far as that is known. */
export function whyQuiet({ series }: Incident, { facts, openedAt }: Episode): readonly Piece[] {
  const { operator } = facts ?? {};
  if (operator === undefined) return [words('Why the alert went quiet is not known.')];
  if (!operator.ok) return [words(`Whether HCO’s operator runs is not known (${operator.failure.resource}: ${operator.failure.reason}).`)];
  const pod = readyPod(operator.value);
  if (pod === undefined) return [words(`${away(operator.value)}, and without its metric the alert goes quiet.`)];
  const quiet = series.filter(({ status, heardAt }) => status !== 'firing' && Date.parse(heardAt) >= Date.parse(openedAt));
  return whileReady(pod, latest(quiet.map(({ heardAt }) => heardAt)));
}

function whileReady({ startedAt }: OperatorPod, quietAt: string | undefined): readonly Piece[] {
  const notKnown = 'why the alert went quiet is not known.';
  if (startedAt === undefined) return [words(`HCO’s operator runs: ${notKnown}`)];
  if (quietAt === undefined || Date.parse(startedAt) < Date.parse(quietAt) - AROUND_MS) {
    return [words('HCO’s operator has been running since '), date(startedAt), words(`: ${notKnown}`)];
  }
  return [...started(startedAt, quietAt, 'we heard that'), words(': while it was away its metric was missing.')];
}

function away({ pods }: OperatorState): string {
  if (pods.length === 0) return 'HCO’s operator has no pod';
  const named = pods.slice(0, MAX_PODS).map(({ name, reason = 'not ready', restarts }) => {
    const times = restarts > 0 ? `, restarts: ${restarts}` : '';
    return `${shortName(name)}: ${shortName(reason)}${times}`;
  });
  return `HCO’s operator has no ready pod (${named.join('; ')}${pods.length > MAX_PODS ? '; …' : ''})`;
}

const MAX_PODS = 2;

/** That the operator was started just before the alert, where it was: an alert may then be about what it had not read yet. */
export function startedBefore({ series }: Incident, { facts }: Episode): readonly Piece[] {
  const { operator, condition } = facts ?? {};
  const startedAt = operator?.ok ? readyPod(operator.value)?.startedAt : undefined;
  const began = latest(series.filter(({ status }) => status === 'firing').map(({ startsAt }) => startsAt));
  if (startedAt === undefined || began === undefined) return [];
  const after = Date.parse(began) - Date.parse(startedAt);
  if (after < -CLOCK_SLACK_MS || after > AROUND_MS) return [];
  const why = condition?.evidence?.placement ? ': until it has read the CR it counts nodes that the CR does not select. ' : '. ';
  return [...started(startedAt, began, 'the alert began'), words(why)];
}

function started(startedAt: string, other: string, what: string): readonly Piece[] {
  const apart = Date.parse(other) - Date.parse(startedAt);
  return [
    words('HCO’s operator was started at '),
    date(startedAt),
    words(`, ${span(Math.abs(apart))} ${apart >= 0 ? 'before' : 'after'} ${what}`),
  ];
}

function span(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

function latest(times: readonly string[]): string | undefined {
  return [...times].sort((a, b) => Date.parse(b) - Date.parse(a))[0];
}
