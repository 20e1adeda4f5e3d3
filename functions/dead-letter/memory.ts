/** ConfigMaps in memory: gone with the process. For tests, and for one process that never restarts. */
import { ChangedMeanwhileError, type ConfigMap, type ConfigMaps } from '../../shared/kubernetes/config-maps.ts';
import type { NamespacedName } from '../../shared/kubernetes/read-hyperconverged.ts';

export function createMemoryConfigMaps(): ConfigMaps {
  const kept = new Map<string, ConfigMap>();
  const keyOf = ({ namespace, name }: NamespacedName) => `${namespace}/${name}`;
  const keep = (key: string, entries: Readonly<Record<string, string | undefined>>, basedOn: string | undefined): ConfigMap => {
    const before = kept.get(key);
    if (before?.resourceVersion !== basedOn) throw new ChangedMeanwhileError(`${key} was changed by another writer`);
    const data = Object.entries({ ...before?.data, ...entries }).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const next = { data: Object.fromEntries(data), resourceVersion: String(Number(basedOn ?? 0) + 1) };
    kept.set(key, next);
    return next;
  };
  return {
    read: async (name) => kept.get(keyOf(name)),
    create: async (name, data) => keep(keyOf(name), data, undefined),
    patch: async (name, entries, resourceVersion) => keep(keyOf(name), entries, resourceVersion),
  };
}
