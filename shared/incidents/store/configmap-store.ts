/** Incidents in a ConfigMap, an entry each: they outlive every process, and a person can read them. */
import type { ConfigMaps } from '../../kubernetes/config-maps.ts';
import type { NamespacedName } from '../../kubernetes/read-hyperconverged.ts';
import type { Logger } from '../../log.ts';
import { counter } from '../../metrics.ts';
import { entryName } from './entry-name.ts';
import { versionOf } from './entry-version.ts';
import { encodeIncident } from './incident-json.ts';
import { keepMap } from './kept-map.ts';
import { type Entries, makeRoom, StoreFullError } from './make-room.ts';
import { findIncident, type Misplaced, putAside } from './misplaced.ts';
import { createReports } from './record-reports.ts';
import { type IncidentStore, StoreConflictError } from './store.ts';
import { type Changed, createWriteTogether } from './write-together.ts';

export interface ConfigMapStoreOptions {
  readonly configMaps: ConfigMaps;
  readonly name: NamespacedName;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly now: () => Date;
  /** Of all entries with their names, in bytes; etcd takes 1.5 MiB an object. */
  readonly limit?: number;
  /** For so long, in ms, a write tries again while others write to the map. */
  readonly retryMs?: number;
}

const LIMIT = 512 * 1024;
const RETRY_MS = 3_000;

const full = counter('archwatch_record_full_total', 'Writes of an incident that the full ConfigMap did not take.', []);

/**
 * A version is the entry's own text, so that writes of other incidents to the same map are no conflict. Reading and writing throw what the
 * API server said, and `NewerVersionError` where a newer archwatch wrote the entry, which stays; writing also `StoreConflictError`, and
 * `StoreFullError` where only open incidents are left and there is no room.
 */
export function createConfigMapStore(options: ConfigMapStoreOptions): IncidentStore {
  const { configMaps, name, log, now, limit = LIMIT, retryMs = RETRY_MS } = options;
  const where = `${name.namespace}/${name.name}`;
  const report = createReports(where, log);
  const map = keepMap(configMaps, name);
  const write = createWriteTogether({
    map,
    makeRoom: (entries, changes, own) => makeRoom(entries, changes, { own, limit }),
    report: ({ dropped }, misplaced) => {
      report.aside(misplaced);
      report.dropped(dropped);
    },
    retryMs,
    where,
  });
  const withoutMisplaced = (entries: Entries, key: string): Changed => {
    const { misplaced } = findIncident(entries, key);
    return { changes: putAside(entries, misplaced, now()), misplaced };
  };
  /** A read does not depend on it: where it may not be written, the entry stays, and a write meets it again. */
  const tidied = async (entries: Entries, key: string, misplaced: readonly Misplaced[]): Promise<Entries> => {
    try {
      return await write({ own: entryName(key), change: (latest) => withoutMisplaced(latest, key) });
    } catch (error) {
      report.stuck(misplaced, error);
      return entries;
    }
  };
  return {
    read: async (key) => {
      const entries = (await map.read()).map?.data ?? {};
      const { misplaced } = findIncident(entries, key);
      const current = misplaced.length > 0 ? await tidied(entries, key, misplaced) : entries;
      return { incident: findIncident(current, key).incident, version: versionOf(current[entryName(key)]) };
    },
    write: async (incident, basedOn) => {
      const { key } = incident;
      const own = entryName(key);
      const text = encodeIncident(incident);
      const change = (entries: Entries): Changed => {
        if (versionOf(entries[own]) !== basedOn) throw new StoreConflictError(`${key} was changed by another writer`);
        const { changes, misplaced } = withoutMisplaced(entries, key);
        return { changes: { ...changes, [own]: text }, misplaced };
      };
      try {
        return versionOf((await write({ own, change }))[own]);
      } catch (error) {
        if (error instanceof StoreFullError) full.inc();
        throw error;
      }
    },
  };
}
