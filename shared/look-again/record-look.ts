/** Puts what a look and the signals that woke it say on record, whoever else writes at the same time. */
import { randomUUID } from 'node:crypto';
import type { Snapshot } from '../golden-images/snapshot.ts';
import { advance } from '../incidents/advance.ts';
import type { DeliveredClaims } from '../incidents/claims.ts';
import { type Incident, newIncident, type RecordedLook } from '../incidents/incident.ts';
import { isOlder } from '../incidents/look-order.ts';
import { isSame } from '../incidents/same.ts';
import { type Recorded, readRecord } from '../incidents/store/record.ts';
import { type IncidentStore, StoreConflictError } from '../incidents/store/store.ts';
import { type OpenMessage, tidied } from '../incidents/tidy.ts';
import type { Judgement } from '../judge.ts';

/** What is to be recorded of one alert. */
export interface Finding {
  readonly judgement: Judgement;
  readonly snapshot: Snapshot;
  readonly claims: readonly DeliveredClaims[];
  /** Slack's ids of those who wanted the look. */
  readonly askedBy: readonly string[];
  /** Looks on record that were newer than one that was taken just before this one. */
  readonly newer: readonly RecordedLook[];
  /** Messages in the channel, oldest first, if they were asked for. */
  readonly open: readonly OpenMessage[];
}

export interface RecordDependencies {
  readonly incidents: IncidentStore;
  readonly clusterName: string;
  readonly flapWindowMs: number;
}

/** The record has a newer look: this one must be taken again. */
export class OlderLookError extends Error {
  override readonly name = 'OlderLookError';
  readonly newer: RecordedLook;

  constructor(key: string, newer: RecordedLook) {
    super(`the record of ${key} has a newer look`);
    this.newer = newer;
  }
}

export interface RecordedFinding extends Recorded {
  /** Messages that are doubles of the recorded one. */
  readonly strays: readonly OpenMessage[];
}

const MAX_TRIES = 50;
/** Of those who asked for a look; more are no news. */
const MAX_NAMED = 5;

/** Throws `OlderLookError`, or what the store threw. */
export async function recordLook(finding: Finding, dependencies: RecordDependencies): Promise<RecordedFinding> {
  const { incidents, clusterName, flapWindowMs } = dependencies;
  const { judgement, snapshot, newer, open } = finding;
  for (let tries = 1; ; tries++) {
    const { incident, version } = await readRecord(incidents, newIncident(clusterName, judgement.alert));
    const { look } = incident;
    // Older than the very same look again, although it was taken later: the versions have begun anew, as after a restore.
    if (look && isOlder(snapshot, look) && !newer.some((known) => isSame(known, look))) throw new OlderLookError(incident.key, look);
    const { incident: known, strays } = tidied(incident, open, snapshot.takenAt, flapWindowMs);
    const next = afterLook(known, finding, flapWindowMs);
    try {
      return { incident: next, version: await incidents.write(next, version), strays };
    } catch (error) {
      if (!(error instanceof StoreConflictError) || tries === MAX_TRIES) throw error;
    }
  }
}

/** The incident as the look leaves it. An episode whose message does not say that it is over has not ended: nobody could read it. */
export function afterLook(incident: Incident, { judgement, snapshot, claims, askedBy }: Finding, flapMs: number): Incident {
  const { served, versions, operator, takenAt } = snapshot;
  const { said, revision = 0 } = incident.episode ?? {};
  const flapWindowMs = said && said.revision < revision ? Number.POSITIVE_INFINITY : flapMs;
  const look = {
    judgement,
    served,
    versions,
    operator,
    at: takenAt,
    claims,
    askedBy: [...new Set(askedBy)].slice(0, MAX_NAMED),
    flapWindowMs,
    newEpisodeId: randomUUID,
  };
  const next = advance(incident, look);
  const isNew = next.episode !== undefined && next.episode.id !== incident.episode?.id;
  return isNew ? { ...next, episode: { ...next.episode, searchFrom: incident.look?.takenAt } } : next;
}
