/** Where the record is kept: `DEAD_LETTERS`, and the cluster that it names a ConfigMap of. */
import type { Variable } from '../../shared/config.ts';
import { kubernetes } from '../../shared/kubernetes/api-client.ts';
import { createConfigMaps } from '../../shared/kubernetes/config-maps.ts';
import { deadLetters } from '../../shared/settings.ts';
import { createMemoryConfigMaps } from './memory.ts';
import type { RecordsOptions } from './records.ts';

/** In memory, no cluster is demanded. */
export const place: Variable<Pick<RecordsOptions, 'configMaps' | 'name'>> = (environment) => {
  const name = deadLetters(environment);
  if (name === 'memory') return { configMaps: createMemoryConfigMaps(), name: { namespace: 'memory', name: 'dead-letters' } };
  return { configMaps: createConfigMaps({ connect: kubernetes(environment).connect }), name };
};
