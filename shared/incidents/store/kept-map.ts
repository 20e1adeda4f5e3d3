/** A ConfigMap as it was last seen: whoever writes need not read it first, for a patch of another version is refused. */
import type { ConfigMap, ConfigMaps } from '../../kubernetes/config-maps.ts';
import type { NamespacedName } from '../../kubernetes/read-hyperconverged.ts';
import type { Changes, Entries } from './make-room.ts';

/** `map` is undefined where there is none. */
export interface Seen {
  readonly map: ConfigMap | undefined;
}

/** Each throws what the API server said. */
export interface KeptMap {
  /** Asks the server. Those who ask while nobody has written here share one answer. */
  readonly read: () => Promise<Seen>;
  /** What was read or written last; undefined where nothing was, or where it is not known what came of a write. */
  readonly latest: () => Seen | undefined;
  /** The entries as they are then. Throws `ChangedMeanwhileError` where the map is not as it was seen any more. */
  readonly save: (seen: Seen, changes: Changes) => Promise<Entries>;
}

export function keepMap(configMaps: ConfigMaps, name: NamespacedName): KeptMap {
  let seen: Seen | undefined;
  let reading: Promise<Seen> | undefined;
  /** A read that began before a write may not know of it: nobody else takes its answer. */
  const keep = (known: Seen | undefined) => {
    seen = known;
    reading = undefined;
  };
  const startReading = (): Promise<Seen> => {
    const begun: Promise<Seen> = configMaps.read(name).then(
      (map) => {
        if (reading === begun) keep({ map });
        return { map };
      },
      (error) => {
        if (reading === begun) reading = undefined;
        throw error;
      },
    );
    return begun;
  };
  return {
    read: () => {
      reading ??= startReading();
      return reading;
    },
    latest: () => seen,
    save: async ({ map }, changes) => {
      try {
        const saved = map
          ? await configMaps.patch(name, changes, map.resourceVersion)
          : await configMaps.create(name, withChanges({}, changes));
        keep({ map: saved });
        return saved.data;
      } catch (error) {
        keep(undefined);
        throw error;
      }
    },
  };
}

export function withChanges(entries: Entries, changes: Changes): Entries {
  return Object.fromEntries(
    Object.entries({ ...entries, ...changes }).flatMap(([entry, text]) => (text === undefined ? [] : [[entry, text]])),
  );
}
