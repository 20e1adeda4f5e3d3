/** Where incidents are kept, as the settings say. */
import type { ConfigMaps } from '../../kubernetes/config-maps.ts';
import type { NamespacedName } from '../../kubernetes/read-hyperconverged.ts';
import type { Logger } from '../../log.ts';
import { inSpan } from '../../tracing.ts';
import { createConfigMapStore } from './configmap-store.ts';
import { createMemoryStore, type IncidentStore } from './store.ts';

export interface OpenIncidentsOptions {
  /** Called only where a ConfigMap is wanted. */
  readonly configMaps: () => ConfigMaps;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly now: () => Date;
}

export function openIncidents(place: 'memory' | NamespacedName, { configMaps, log, now }: OpenIncidentsOptions): IncidentStore {
  return traced(place === 'memory' ? createMemoryStore() : createConfigMapStore({ configMaps: configMaps(), name: place, log, now }));
}

function traced(store: IncidentStore): IncidentStore {
  return {
    read: (key) => inSpan({ name: 'read the record' }, () => store.read(key)),
    write: (incident, basedOn) =>
      inSpan({ name: 'write the record', attributes: { alert: incident.alert } }, () => store.write(incident, basedOn)),
  };
}
