/** Incidents in a ConfigMap, an entry each: they outlive every process, and a person can read them. */
import type { ConfigMap, ConfigMaps } from '../../kubernetes/config-maps.ts';
import type { NamespacedName } from '../../kubernetes/read-hyperconverged.ts';
import type { Logger } from '../../log.ts';
import { counter } from '../../metrics.ts';
import { entryName } from './entry-name.ts';
import { versionOf } from './entry-version.ts';
import { encodeIncident } from './incident-json.ts';
import { type Changes, makeRoom, type Room, StoreFullError } from './make-room.ts';
import { findIncident, type Misplaced, putAside } from './misplaced.ts';
import { isChangedMeanwhile, oneAtATime, whileOthersWrite } from './races.ts';
import { createReports } from './record-reports.ts';
import { type IncidentStore, StoreConflictError } from './store.ts';

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
 * API server said; writing also `StoreConflictError`, and `StoreFullError` where only open incidents are left and there is no room.
 */
export function createConfigMapStore(options: ConfigMapStoreOptions): IncidentStore {
  const { configMaps, name, log, now, limit = LIMIT, retryMs = RETRY_MS } = options;
  const where = `${name.namespace}/${name.name}`;
  const report = createReports(where, log);
  const inTurn = oneAtATime();
  const plan = (map: ConfigMap | undefined, changes: Changes, own: string | undefined) =>
    makeRoom(map?.data ?? {}, changes, { own, limit });
  const save = async (map: ConfigMap | undefined, room: Room, misplaced: readonly Misplaced[]) => {
    if (map) await configMaps.patch(name, room.changes, map.resourceVersion);
    else await configMaps.create(name, present(room.changes));
    report.aside(misplaced);
    report.dropped(room.dropped);
  };
  /** A read does not depend on it: where it may not be written, the entry stays, and a write meets it again. */
  const tidy = async (map: ConfigMap, misplaced: readonly Misplaced[]): Promise<Changes> => {
    try {
      const room = plan(map, putAside(map.data, misplaced, now()), undefined);
      await save(map, room, misplaced);
      return room.changes;
    } catch (error) {
      if (isChangedMeanwhile(error)) throw error;
      report.stuck(misplaced, error);
      return {};
    }
  };
  return {
    read: (key) => {
      const attempt = async () => {
        const map = await configMaps.read(name);
        const { incident, misplaced } = findIncident(map?.data ?? {}, key);
        const changes = map && misplaced.length > 0 ? await tidy(map, misplaced) : {};
        return { incident, version: versionOf({ ...map?.data, ...changes }[entryName(key)]) };
      };
      return whileOthersWrite(attempt, retryMs, where);
    },
    write: (incident, basedOn) => {
      const own = entryName(incident.key);
      const text = encodeIncident(incident);
      const attempt = async () => {
        const map = await configMaps.read(name);
        if (versionOf(map?.data[own]) !== basedOn) throw new StoreConflictError(`${incident.key} was changed by another writer`);
        const { misplaced } = findIncident(map?.data ?? {}, incident.key);
        const changes = { ...putAside(map?.data ?? {}, misplaced, now()), [own]: text };
        const room = plan(map, changes, own);
        await save(map, room, misplaced);
        return versionOf(room.changes[own]);
      };
      return inTurn(() => whileOthersWrite(attempt, retryMs, where)).catch((error: unknown) => {
        if (error instanceof StoreFullError) full.inc();
        throw error;
      });
    },
  };
}

function present(changes: Changes): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(changes).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
}
