/** Where incidents are kept. Writers race: each write names the version that it was based on. */
import type { Incident } from '../incident.ts';

export interface Stored {
  readonly incident: Incident | undefined;
  /** Opaque; changes with each write. */
  readonly version: string;
}

export interface IncidentStore {
  readonly read: (key: string) => Promise<Stored>;
  /** Keeps the incident and returns its new version. Throws `StoreConflictError` where another wrote first. */
  readonly write: (incident: Incident, basedOn: string) => Promise<string>;
}

export class StoreConflictError extends Error {
  override readonly name = 'StoreConflictError';
}

/** Incidents in memory: gone with the process. For tests, and for one process that never restarts. */
export function createMemoryStore(): IncidentStore {
  const stored = new Map<string, { readonly incident: Incident; readonly version: number }>();
  const versionOf = (key: string) => String(stored.get(key)?.version ?? 0);
  return {
    read: async (key) => ({ incident: stored.get(key)?.incident, version: versionOf(key) }),
    write: async (incident, basedOn) => {
      if (basedOn !== versionOf(incident.key)) throw new StoreConflictError(`${incident.key} was changed by another writer`);
      stored.set(incident.key, { incident, version: Number(basedOn) + 1 });
      return versionOf(incident.key);
    },
  };
}
