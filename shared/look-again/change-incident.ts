/** What a person decided about an incident, on record whoever else writes. No look is needed for it. */
import type { AlertName } from '../golden-images/conditions.ts';
import { type Incident, newIncident } from '../incidents/incident.ts';
import { type Recorded, readRecord } from '../incidents/store/record.ts';
import { type IncidentStore, StoreConflictError } from '../incidents/store/store.ts';

export interface ChangeDependencies {
  readonly incidents: IncidentStore;
  readonly clusterName: string;
}

const MAX_TRIES = 50;

/** Writes what `change` makes of the incident as it stands; where that is the very same, nothing. Throws what the store or `change` threw. */
export async function changeIncident(
  alert: AlertName,
  change: (incident: Incident) => Incident,
  { incidents, clusterName }: ChangeDependencies,
): Promise<Recorded> {
  for (let tries = 1; ; tries++) {
    const recorded = await readRecord(incidents, newIncident(clusterName, alert));
    const next = change(recorded.incident);
    if (next === recorded.incident) return recorded;
    try {
      return { incident: next, version: await incidents.write(next, recorded.version) };
    } catch (error) {
      if (!(error instanceof StoreConflictError) || tries === MAX_TRIES) throw error;
    }
  }
}
