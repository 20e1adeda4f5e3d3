/** The one use case: a signal came, so read the cluster, judge it, remember, say. */
import { randomUUID } from 'node:crypto';
import { batched } from './batch.ts';
import { ALERT_RULES, type AlertName } from './golden-images/conditions.ts';
import { isLasting, type Snapshot } from './golden-images/snapshot.ts';
import type { Verdict } from './golden-images/verdict.ts';
import { advance } from './incidents/advance.ts';
import type { DeliveredClaims } from './incidents/claims.ts';
import { type Incident, incidentKey, newIncident } from './incidents/incident.ts';
import { type Judgement, judge } from './judge.ts';
import type { Cluster } from './kubernetes/cluster.ts';
import { counter } from './metrics.ts';
import { type SayDependencies, say } from './say.ts';
import { SlackError } from './slack/refusal.ts';

/** What woke us, and what it says of each alert. It is never believed. */
export type Signal = ReadonlyMap<AlertName, DeliveredClaims>;

export interface LookAgainDependencies extends SayDependencies {
  readonly cluster: Cluster;
  readonly clusterName: string;
  readonly kubectl: string;
  readonly flapWindowMs: number;
}

/** The cluster could not be read, and may be soon: the signal must come again. */
class UnreadError extends Error {
  override readonly name = 'UnreadError';
}

/** For so long after the first failed look the sender is asked to come again; then the record and later signals see to it. */
const RETRY_TIME_MS = 5 * 60 * 1_000;
/** Rule 10: a delivery is finished within 10 s. */
const BATCH_TIME_MS = 9_500;

const looks = counter('archwatch_looks_total', 'Looks at the cluster, by alert and condition.', ['alert', 'condition']);
const refusals = counter('archwatch_slack_refusals_total', 'Calls that Slack refused or did not answer, by reason.', ['reason']);

/** What a look made of each alert, for the log line of the signal. */
export type Outcome = Readonly<Record<string, Verdict | null>>;

export interface LookAgain {
  /** Done when a signal's effect is on record and in the channel; throws where the signal must come again. */
  readonly lookAgain: (signal: Signal) => Promise<Outcome>;
  /** Whether alerts of ours fired in this group: then also what is not in its next delivery says something. */
  readonly isWatchedGroup: (groupKey: string) => Promise<boolean>;
}

export function createLookAgain(dependencies: LookAgainDependencies): LookAgain {
  return {
    lookAgain: batched((signals) => lookAgain(signals, dependencies)),
    isWatchedGroup: (groupKey) => isWatchedGroup(groupKey, dependencies),
  };
}

async function isWatchedGroup(groupKey: string, { incidents, clusterName }: LookAgainDependencies): Promise<boolean> {
  const stored = await Promise.all(ALERT_RULES.map(({ alert }) => incidents.read(incidentKey(clusterName, alert))));
  const series = stored.flatMap(({ incident }) => incident?.series ?? []);
  return series.some((known) => known.groupKey === groupKey && known.status === 'firing');
}

async function lookAgain(signals: readonly Signal[], dependencies: LookAgainDependencies): Promise<Outcome> {
  const deadline = dependencies.now().getTime() + BATCH_TIME_MS;
  const snapshot = await dependencies.cluster.look();
  const settled = judge(snapshot, dependencies.kubectl).map((judgement) => settle(judgement, snapshot, signals, deadline, dependencies));
  const results = await Promise.allSettled(settled);
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
  return Object.fromEntries(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
}

/** Reads → record → channel → record, for one alert. */
async function settle(
  judgement: Judgement,
  snapshot: Snapshot,
  signals: readonly Signal[],
  deadline: number,
  dependencies: LookAgainDependencies,
): Promise<readonly [AlertName, Verdict | null]> {
  const { alert, condition } = judgement;
  const { incidents, clusterName, flapWindowMs } = dependencies;
  looks.inc({ alert, condition: condition.kind });
  const key = incidentKey(clusterName, alert);
  const { incident = newIncident(clusterName, alert), version } = await incidents.read(key);
  const next = advance(incident, {
    judgement,
    served: snapshot.served,
    versions: snapshot.versions,
    at: snapshot.takenAt,
    claims: signals.flatMap((signal) => signal.get(alert) ?? []),
    flapWindowMs,
    newEpisodeId: randomUUID,
  });
  const written = await incidents.write(next, version);
  const said = await sayCounted(next, written, deadline, dependencies);
  askAgain(said, dependencies.now());
  return [alert, said.episode?.verdict ?? null];
}

async function sayCounted(incident: Incident, version: string, deadline: number, dependencies: LookAgainDependencies): Promise<Incident> {
  try {
    return await say(incident, version, deadline, dependencies);
  } catch (error) {
    if (error instanceof SlackError) refusals.inc({ reason: error.refusal });
    throw error;
  }
}

/** Rule 11: what may be readable soon is asked for again for a while; what a person must mend first is not. */
function askAgain({ key, episode }: Incident, now: Date): void {
  const { failure, claim } = episode ?? {};
  if (failure === undefined || claim === 'none' || failure.unread.every(isLasting)) return;
  if (now.getTime() - Date.parse(failure.since) < RETRY_TIME_MS) throw new UnreadError(`${key} could not be verified yet`);
}
