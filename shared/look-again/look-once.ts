/** One look at the cluster and all that follows from it: for each alert the record, then the channel. */
import { ALERT_RULES } from '../golden-images/conditions.ts';
import { failedReads, isLasting, type Snapshot } from '../golden-images/snapshot.ts';
import type { Verdict } from '../golden-images/verdict.ts';
import { type Incident, incidentKey, type RecordedLook } from '../incidents/incident.ts';
import { type Judgement, judge } from '../judge.ts';
import { type Cluster, LOOK_TIME_MS } from '../kubernetes/cluster.ts';
import type { DryRun } from '../kubernetes/dry-run.ts';
import { tryRemedies } from '../try-remedies.ts';
import { OlderLookError } from './record-look.ts';
import { type AlertDependencies, type Occasion, settleAlert, UnrecordedError } from './settle-alert.ts';

export interface LookOnceDependencies extends AlertDependencies {
  readonly cluster: Cluster;
  readonly kubectl: string;
  /** Asks the server about each remedy; undefined where the schema is enough. */
  readonly dryRun?: DryRun | undefined;
}

export interface Looked {
  readonly look: RecordedLook;
  readonly verdicts: Readonly<Record<string, Verdict | null>>;
  /** Why signals must come again, at most one for each alert. */
  readonly failures: readonly Error[];
  /** Whether all that the signals claim is on record. */
  readonly isRecorded: boolean;
  /** Whether the channel could be searched. */
  readonly isTidy: boolean;
}

/** The cluster could not be read, and may be soon: the signal must come again. */
class UnreadError extends Error {
  override readonly name = 'UnreadError';
}

/** For so long after the first failed look the sender is asked to come again; then the record and later signals see to it. */
const RETRY_TIME_MS = 5 * 60 * 1_000;

/** Never throws for what the cluster, the record or Slack do: that is among the failures. */
export async function lookOnce(occasion: Occasion, dependencies: LookOnceDependencies): Promise<Looked> {
  const recordFailure = failureOfRecord(dependencies); // meanwhile: a record that hangs must not cost its time after the look
  const began = dependencies.now().getTime();
  const snapshot = await dependencies.cluster.look();
  const judgements = await judged(snapshot, began + LOOK_TIME_MS, dependencies);
  const away = await recordFailure;
  const settled = await Promise.allSettled(judgements.map((judgement) => settleAlert(judgement, snapshot, away, occasion, dependencies)));
  const done = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const broken = settled.flatMap((result): Error[] => (result.status === 'rejected' ? [result.reason] : []));
  const incidents = done.map(({ incident }) => incident);
  const failures = broken.length === 0 && isToBeRepeated(snapshot, incidents, dependencies.now()) ? [unread(snapshot)] : broken;
  return {
    look: { takenAt: snapshot.takenAt, versions: snapshot.versions },
    verdicts: Object.fromEntries(incidents.map(({ alert, episode }) => [alert, episode?.verdict ?? null])),
    failures,
    isRecorded: !failures.some((error) => error instanceof UnrecordedError || error instanceof OlderLookError),
    isTidy: broken.length === 0 && done.every(({ isTidy }) => isTidy),
  };
}

/** A dry run is a read like the others, and has what they left of the time. */
async function judged(snapshot: Snapshot, until: number, { kubectl, dryRun, now }: LookOnceDependencies): Promise<readonly Judgement[]> {
  const judgements = judge(snapshot, kubectl);
  if (dryRun === undefined) return judgements;
  return tryRemedies(judgements, dryRun, AbortSignal.timeout(Math.max(until - now().getTime(), 0)));
}

/** One entry tells whether the record can be reached at all. */
async function failureOfRecord({ incidents, clusterName }: LookOnceDependencies): Promise<Error | undefined> {
  const [first] = ALERT_RULES;
  if (first === undefined) return undefined;
  return incidents.read(incidentKey(clusterName, first.alert)).then(
    () => undefined,
    (error: Error) => error,
  );
}

/** Rule 11: what may be readable soon is asked for again for a while; what a person must mend first is not. Nothing on record: always. */
function isToBeRepeated(snapshot: Snapshot, incidents: readonly Incident[], now: Date): boolean {
  if (failedReads(snapshot).every(isLasting)) return false;
  const since = incidents.flatMap(({ episode }) => episode?.failure?.since ?? []);
  return since.length === 0 || since.some((time) => now.getTime() - Date.parse(time) < RETRY_TIME_MS);
}

function unread(snapshot: Snapshot): UnreadError {
  const what = failedReads(snapshot).map(({ resource, reason }) => `${resource}: ${reason}`);
  return new UnreadError(`the cluster could not be read: ${what.join(', ')}`);
}
