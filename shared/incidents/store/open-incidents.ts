/** Where incidents are kept, as the settings say. */
import type { ConfigMaps } from '../../kubernetes/config-maps.ts';
import type { NamespacedName } from '../../kubernetes/read-hyperconverged.ts';
import type { Logger } from '../../log.ts';
import { createConfigMapStore } from './configmap-store.ts';
import { createMemoryStore, type IncidentStore } from './store.ts';

export interface OpenIncidentsOptions {
  /** Called only where a ConfigMap is wanted. */
  readonly configMaps: () => ConfigMaps;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly now: () => Date;
}

export function openIncidents(place: 'memory' | NamespacedName, { configMaps, log, now }: OpenIncidentsOptions): IncidentStore {
  return place === 'memory' ? createMemoryStore() : createConfigMapStore({ configMaps: configMaps(), name: place, log, now });
}
