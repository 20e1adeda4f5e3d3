/** One look at the cluster and all that follows from it: for each alert the record, then the channel. */
import { ALERT_RULES } from '../golden-images/conditions.ts';
import { failedReads, isLasting, type Snapshot } from '../golden-images/snapshot.ts';
import type { Verdict } from '../golden-images/verdict.ts';
import { type Episode, type Incident, incidentKey, type RecordedLook } from '../incidents/incident.ts';
import type { OpenMessage } from '../incidents/tidy.ts';
import { type Judgement, judge } from '../judge.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { counter } from '../metrics.ts';
import { SlackError } from '../slack/refusal.ts';
import { removeAll } from './look-back.ts';
import { type Finding, OlderLookError, type RecordDependencies, type RecordedFinding, recordLook } from './record-look.ts';
import { type SayDependencies, say } from './say.ts';
import type { Signal } from './signal.ts';
import { tellWithoutRecord } from './without-record.ts';

export interface LookOnceDependencies extends SayDependencies, RecordDependencies {
  readonly cluster: Cluster;
  readonly kubectl: string;
  /** What this process has told without a record, by the incident's key. */
  readonly told: Map<string, OpenMessage>;
}

export interface Occasion {
  /** In the order in which they came. */
  readonly signals: readonly Signal[];
  /** Whether the channel is searched for messages that the record does not know. */
  readonly tidy: boolean;
  /** Looks on record that were newer than one that was taken just before. */
  readonly newer: readonly RecordedLook[];
  /** ms since the epoch. */
  readonly deadline: number;
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

/** It could not be put on record. */
class UnrecordedError extends Error {
  override readonly name = 'UnrecordedError';
}

/** For so long after the first failed look the sender is asked to come again; then the record and later signals see to it. */
const RETRY_TIME_MS = 5 * 60 * 1_000;

const looks = counter('archwatch_looks_total', 'Looks at the cluster, by alert and condition.', ['alert', 'condition']);
const refusals = counter('archwatch_slack_refusals_total', 'Calls that Slack refused or did not answer, by reason.', ['reason']);
const unrecorded = counter('archwatch_record_failures_total', 'Looks that could not be put on record, by alert.', ['alert']);

/** Never throws for what the cluster, the record or Slack do: that is among the failures. */
export async function lookOnce(occasion: Occasion, dependencies: LookOnceDependencies): Promise<Looked> {
  const recordFailure = failureOfRecord(dependencies); // meanwhile: a record that hangs must not cost its time after the look
  const snapshot = await dependencies.cluster.look();
  const away = await recordFailure;
  const settled = await Promise.allSettled(
    judge(snapshot, dependencies.kubectl).map((judgement) => settle(judgement, snapshot, away, occasion, dependencies)),
  );
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

/** One entry tells whether the record can be reached at all. */
async function failureOfRecord({ incidents, clusterName }: LookOnceDependencies): Promise<Error | undefined> {
  const [first] = ALERT_RULES;
  if (first === undefined) return undefined;
  return incidents.read(incidentKey(clusterName, first.alert)).then(
    () => undefined,
    (error: Error) => error,
  );
}

interface Settled {
  readonly incident: Incident;
  readonly isTidy: boolean;
}

/** Record → channel → record, for one alert. */
async function settle(
  judgement: Judgement,
  snapshot: Snapshot,
  away: Error | undefined,
  { signals, tidy, newer, deadline }: Occasion,
  dependencies: LookOnceDependencies,
): Promise<Settled> {
  const { alert, condition } = judgement;
  looks.inc({ alert, condition: condition.kind });
  const open = tidy && !away ? await searchChannel(alert, deadline, dependencies) : [];
  const claims = signals.flatMap((signal) => signal.get(alert) ?? []);
  const finding = { judgement, snapshot, claims, newer, open: open ?? [] };
  const { strays, ...recorded } = await onRecord(finding, away, deadline, dependencies);
  await removeAll(dependencies.chat, strays, dependencies.log);
  const { key, episode } = recorded.incident;
  const isTidy = open !== undefined && (!dependencies.told.has(key) || isClear(episode));
  if (tidy && isTidy) dependencies.told.delete(key);
  return { incident: await countingRefusals(say(recorded, deadline, dependencies)), isTidy };
}

/** Whether it is known which message is this episode's: only then others could be told from it. */
function isClear(episode: Episode | undefined): boolean {
  return episode?.said !== undefined && episode.intent === undefined;
}

/** Open messages of this alert; undefined where Slack does not say, and then the next ping asks again. */
async function searchChannel(
  alert: Judgement['alert'],
  deadline: number,
  { lookBack, clusterName, log }: LookOnceDependencies,
): Promise<readonly OpenMessage[] | undefined> {
  const key = incidentKey(clusterName, alert);
  try {
    return await lookBack.openMessages(key, deadline);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    log.warn({ key }, `the channel could not be searched for doubles: ${error.message}`);
    return undefined;
  }
}

async function onRecord(
  finding: Finding,
  away: Error | undefined,
  deadline: number,
  dependencies: LookOnceDependencies,
): Promise<RecordedFinding> {
  try {
    if (away) throw away;
    return await recordLook(finding, dependencies);
  } catch (error) {
    if (error instanceof OlderLookError) throw error;
    const { alert } = finding.judgement;
    unrecorded.inc({ alert });
    const untold = await countingRefusals(tellWithoutRecord(finding, deadline, dependencies)).catch((cause: Error) => cause);
    const why = [error, untold].flatMap((cause) => (cause instanceof Error ? [cause.message] : []));
    throw new UnrecordedError(`${alert} could not be recorded: ${why.join('; ')}`, { cause: error });
  }
}

async function countingRefusals<T>(talk: Promise<T>): Promise<T> {
  try {
    return await talk;
  } catch (error) {
    if (error instanceof SlackError) refusals.inc({ reason: error.refusal });
    throw error;
  }
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
