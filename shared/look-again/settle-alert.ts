/** What follows of a look for one alert: the record, then the channel; where the record is away, only what cannot wait. */
import type { Snapshot } from '../golden-images/snapshot.ts';
import { type Episode, type Incident, incidentKey, type RecordedLook } from '../incidents/incident.ts';
import type { OpenMessage } from '../incidents/tidy.ts';
import type { Judgement } from '../judge.ts';
import { counter } from '../metrics.ts';
import { CALL_TIME_MS } from '../slack/client.ts';
import { SlackError } from '../slack/refusal.ts';
import { removeAll, type Span } from './look-back.ts';
import { type Finding, OlderLookError, type RecordDependencies, type RecordedFinding, recordLook } from './record-look.ts';
import { type SayDependencies, say } from './say.ts';
import { sawIncident, shown } from './seen.ts';
import type { Asked, Signal } from './signal.ts';
import { tellWithoutRecord } from './without-record.ts';

export interface AlertDependencies extends SayDependencies, RecordDependencies {
  /** What this process has told without a record, by the incident's key. */
  readonly told: Map<string, OpenMessage>;
  /** Until when a message of an incident is taken to stand, by the incident's key; ms since the epoch. */
  readonly standing: Map<string, number>;
}

export interface Occasion {
  /** In the order in which they came. */
  readonly signals: readonly Signal[];
  /** Those who wanted the look. */
  readonly asked: readonly Asked[];
  /** Whether, and since when, the channel is searched for messages that the record does not know. */
  readonly tidy: { readonly since: Date | undefined } | undefined;
  /** Looks on record that were newer than one that was taken just before. */
  readonly newer: readonly RecordedLook[];
  /** ms since the epoch. */
  readonly deadline: number;
}

/** It could not be put on record. */
export class UnrecordedError extends Error {
  override readonly name = 'UnrecordedError';
}

const looks = counter('archwatch_looks_total', 'Looks at the cluster, by alert and condition.', ['alert', 'condition']);
const refusals = counter('archwatch_slack_refusals_total', 'Calls that Slack refused or did not answer, by reason.', ['reason']);
const unrecorded = counter('archwatch_record_failures_total', 'Looks that could not be put on record, by alert.', ['alert']);

export interface Settled {
  readonly incident: Incident;
  readonly isTidy: boolean;
}

/** Record → channel → record, for one alert. */
export async function settleAlert(
  judgement: Judgement,
  snapshot: Snapshot,
  away: Error | undefined,
  { signals, asked, tidy, newer, deadline }: Occasion,
  dependencies: AlertDependencies,
): Promise<Settled> {
  const { alert, condition } = judgement;
  looks.inc({ alert, condition: condition.kind });
  const open = tidy && !away ? await searchChannel(alert, { ...tidy, until: deadline - 2 * CALL_TIME_MS }, dependencies) : [];
  const claims = signals.flatMap((signal) => signal.get(alert) ?? []);
  const askedBy = asked.flatMap((one) => (one.alert === alert ? one.by : []));
  const finding = { judgement, snapshot, claims, askedBy, newer, open: open ?? [] };
  const { strays, ...recorded } = await onRecord(finding, away, deadline, dependencies);
  sawIncident(recorded.incident);
  await removeAll(dependencies.chat, strays, dependencies.log);
  const { key, episode } = recorded.incident;
  const isTidy = open !== undefined && (!dependencies.told.has(key) || isClear(episode));
  if (tidy && isTidy) dependencies.told.delete(key);
  const incident = await countingRefusals(say(recorded, deadline, dependencies));
  rememberStanding(incident, dependencies);
  if (condition.kind !== 'unknown') shown(alert, snapshot.takenAt);
  return { incident, isTidy };
}

/** A process that is not asked for longer than this does not know any more what stands in the channel. */
const STANDING_MS = 2 * 3_600_000;

function rememberStanding({ key, episode }: Incident, { standing, now }: AlertDependencies): void {
  if (episode?.said !== undefined && episode.overAt === undefined) standing.set(key, now().getTime() + STANDING_MS);
  else standing.delete(key);
}

/** Whether it is known which message is this episode's: only then others could be told from it. */
function isClear(episode: Episode | undefined): boolean {
  return episode?.said !== undefined && episode.intent === undefined;
}

/** Open messages of this alert; undefined where Slack does not say, and then the next ping asks again. */
async function searchChannel(
  alert: Judgement['alert'],
  span: Span,
  { lookBack, clusterName, log }: AlertDependencies,
): Promise<readonly OpenMessage[] | undefined> {
  const key = incidentKey(clusterName, alert);
  try {
    return await lookBack.openMessages(key, span);
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
  dependencies: AlertDependencies,
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
