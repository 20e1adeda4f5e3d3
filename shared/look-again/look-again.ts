/** The one use case: a signal came, so read the cluster, judge it, remember, say. */
import { setTimeout as wait } from 'node:timers/promises';
import { batched } from '../batch.ts';
import { ALERT_RULES, type AlertName } from '../golden-images/conditions.ts';
import type { Verdict } from '../golden-images/verdict.ts';
import { untold } from '../incidents/announcements.ts';
import { isEnded } from '../incidents/flap.ts';
import { type Incident, incidentKey, type RecordedLook } from '../incidents/incident.ts';
import { commonLook } from '../incidents/look-order.ts';
import { createSightings } from '../incidents/sightings.ts';
import type { OpenMessage } from '../incidents/tidy.ts';
import { changeIncident } from './change-incident.ts';
import { createLookBack } from './look-back.ts';
import { type LookOnceDependencies, lookOnce } from './look-once.ts';
import { OlderLookError } from './record-look.ts';
import { say } from './say.ts';
import type { Asked, Signal } from './signal.ts';
import { createTurns } from './turns.ts';
import { latestOf } from './unrecorded.ts';

export interface LookAgainDependencies extends Omit<LookOnceDependencies, 'lookBack' | 'sightings' | 'pause' | 'told' | 'standing'> {
  /** Real time, unless a test has another. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

export interface LookOptions {
  /** Also looks in the channel for messages that the record does not know. */
  readonly tidy?: boolean;
  /** A person wants it: the message says who. */
  readonly asked?: readonly Asked[];
}

/** What a look made of each alert, for the log line of the signal. */
export type Outcome = Readonly<Record<string, Verdict | null>>;

export interface LookedAgain {
  readonly verdicts: Outcome;
  /** The look, as it stands on record. */
  readonly look: RecordedLook;
}

export interface LookAgain {
  /** Done when a signal's effect is on record and in the channel; throws where the signal must come again. */
  readonly lookAgain: (signal: Signal, options?: LookOptions) => Promise<LookedAgain>;
  /** The latest look on record; undefined while anything is unsaid or could not be checked, for then another look is due. */
  readonly recordedLook: () => Promise<RecordedLook | undefined>;
  /** Whether alerts of ours fired in this group: then also what is not in its next delivery says something. */
  readonly isWatchedGroup: (groupKey: string) => Promise<boolean>;
  /** All that is on record of this cluster. */
  readonly incidents: () => Promise<readonly Incident[]>;
  /**
   * Puts on record what a person decided, and no look is needed for it; `change` may be asked again while others write. Throws where it
   * is not on record.
   */
  readonly change: (alert: AlertName, change: (incident: Incident) => Incident) => Promise<Changed>;
}

export interface Changed {
  /** As it stands on record. */
  readonly incident: Incident;
  /** Says it in the channel. Throws where that failed: then the next signal says it. */
  readonly say: () => Promise<Incident>;
}

/** Rule 10: a delivery is finished within 10 s. */
const RUN_TIME_MS = 9_500;
/** Pings may come as often as somebody likes; what they find is a few doubles a year. */
const TIDY_EVERY_MS = 10 * 60_000;
/** How far behind the last search the next one begins: by then clocks have been set right, and what was posted without a record is there. */
const TIDY_AGAIN_MS = 24 * 3_600_000;

export function createLookAgain({ pause = wait, ...given }: LookAgainDependencies): LookAgain {
  const told = new Map<string, OpenMessage>();
  const lookBack = createLookBack({ ...given, told });
  const sightings = createSightings(given.now);
  const dependencies = { ...given, pause: async (ms: number) => void (await pause(ms)), lookBack, sightings, told, standing: new Map() };
  const inTurn = createTurns(); // two at work in one process would take each other for one that died
  const run = createRun(dependencies);
  const look = batched((wakes: readonly Wake[]) => inTurn(() => run(wakes)));
  return {
    lookAgain: (signal, options = {}) => look({ signal, ...options }),
    recordedLook: async () => {
      const incidents = await readAll(dependencies);
      const isDone = (incident: Incident | undefined) => isSettled(incident, given.now(), given.flapWindowMs);
      return incidents.every(isDone) ? commonLook(incidents.map((incident) => incident?.look)) : undefined;
    },
    incidents: async () => (await readAll(dependencies)).filter((incident) => incident !== undefined),
    change: async (alert, change) => {
      const recorded = await changeIncident(alert, change, given);
      const sayNow = () => say(recorded, given.now().getTime() + RUN_TIME_MS, dependencies);
      return { incident: recorded.incident, say: () => inTurn(sayNow) };
    },
    isWatchedGroup: async (groupKey) => {
      const series = (await readAll(dependencies)).flatMap((incident) => incident?.series ?? []);
      return series.some((known) => known.groupKey === groupKey && known.status === 'firing');
    },
  };
}

interface Wake extends LookOptions {
  readonly signal: Signal;
}

/** Handles all that came in meanwhile with one look, or with two where another replica's was newer. */
function createRun(dependencies: LookOnceDependencies): (wakes: readonly Wake[]) => Promise<LookedAgain> {
  /** Alertmanager never repeats what ended while nobody could record it. */
  let unrecorded: readonly Signal[] = [];
  let wasAway = false;
  let tidiedAt: Date | undefined;
  return async (wakes) => {
    const started = dependencies.now();
    const deadline = started.getTime() + RUN_TIME_MS;
    const signals = [...unrecorded, ...wakes.map(({ signal }) => signal)];
    const isDue = !tidiedAt || Math.abs(started.getTime() - tidiedAt.getTime()) >= TIDY_EVERY_MS;
    const isToTidy = wasAway || (isDue && wakes.some((wake) => wake.tidy));
    const since = wasAway || !tidiedAt ? undefined : new Date(tidiedAt.getTime() - TIDY_AGAIN_MS);
    const tidy = isToTidy ? { since } : undefined;
    const asked = wakes.flatMap((wake) => wake.asked ?? []);
    const look = (newer: readonly RecordedLook[]) => lookOnce({ signals, asked, tidy, newer, deadline }, dependencies);
    const first = await look([]);
    const newer = first.failures.flatMap((error) => (error instanceof OlderLookError ? [error.newer] : []));
    const last = newer.length > 0 ? await look(newer) : first;
    unrecorded = last.isRecorded ? [] : latestOf(signals);
    if (tidy && last.isTidy) tidiedAt = started;
    wasAway = !last.isRecorded || (wasAway && !last.isTidy);
    if (last.failures.length > 0) throw oneOf(last.failures);
    return { verdicts: last.verdicts, look: last.look };
  };
}

function oneOf(failures: readonly Error[]): Error {
  const [first, ...others] = failures;
  if (first && others.length === 0) return first;
  return new AggregateError(failures, failures.map(({ message }) => message).join('; '));
}

async function readAll({ incidents, clusterName }: LookOnceDependencies): Promise<readonly (Incident | undefined)[]> {
  const stored = await Promise.all(ALERT_RULES.map(({ alert }) => incidents.read(incidentKey(clusterName, alert))));
  return stored.map(({ incident }) => incident);
}

/** Whether nothing is to be said or to be checked again. */
function isSettled(incident: Incident | undefined, now: Date, flapWindowMs: number): boolean {
  if (incident?.episode === undefined) return true;
  const { said, intent, revision, failure } = incident.episode;
  const isChecked = !failure || isEnded(incident.episode, now.toISOString(), flapWindowMs); // what has ended is not checked any more
  return !intent && isChecked && said?.revision === revision && untold(incident.episode).length === 0;
}
