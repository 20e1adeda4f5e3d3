/** The record in its ConfigMap. Writers race: each write is based on one read. */
import { setTimeout as pause } from 'node:timers/promises';
import { MalformedError } from '../../shared/golden-images/json.ts';
import { ChangedMeanwhileError, type ConfigMap, type ConfigMaps } from '../../shared/kubernetes/config-maps.ts';
import type { NamespacedName } from '../../shared/kubernetes/read-hyperconverged.ts';
import type { Logger } from '../../shared/log.ts';
import { type DeadLetters, NO_LETTERS } from './dead-letters.ts';
import { readRecord, writeRecord } from './record-text.ts';

export interface Records {
  readonly read: () => Promise<DeadLetters>;
  /**
   * Keeps what `change` makes of the record, and returns it; where that is the record itself, nothing is written.
   * `change` is asked again when another wrote first. Throws what the API server threw, and `ChangedMeanwhileError` after too many others.
   */
  readonly update: (change: (record: DeadLetters) => DeadLetters) => Promise<DeadLetters>;
}

export interface RecordsOptions {
  readonly configMaps: ConfigMaps;
  readonly name: NamespacedName;
  readonly log: Pick<Logger, 'error'>;
  readonly now: () => Date;
}

/** One read and the write that is based on it. */
interface Read {
  readonly record: DeadLetters;
  readonly write: (next: DeadLetters) => Promise<unknown>;
}

/** The key in the ConfigMap's data. */
export const ENTRY = 'dead-letters.json';

const ATTEMPTS = 12;
/** Twelve of them are some two seconds together. */
const MAX_PAUSE_MS = 350;

export function createRecords({ configMaps, name, log, now }: RecordsOptions): Records {
  const read = async (): Promise<Read> => toRead(await configMaps.read(name), { configMaps, name, log, now });
  const update = async (change: (record: DeadLetters) => DeadLetters, left = ATTEMPTS): Promise<DeadLetters> => {
    const { record, write } = await read();
    const next = change(record);
    if (next === record) return record;
    try {
      await write(next);
      return next;
    } catch (error) {
      if (!(error instanceof ChangedMeanwhileError) || left <= 1) throw error;
      await pause(Math.random() * MAX_PAUSE_MS); // so that those who met do not meet again
      return update(change, left - 1);
    }
  };
  return { read: async () => (await read()).record, update };
}

function toRead(configMap: ConfigMap | undefined, { configMaps, name, log, now }: RecordsOptions): Read {
  if (configMap === undefined) return { record: NO_LETTERS, write: (next) => configMaps.create(name, { [ENTRY]: writeRecord(next) }) };
  const { data, resourceVersion } = configMap;
  const write = (next: DeadLetters, aside = {}) => configMaps.patch(name, { [ENTRY]: writeRecord(next), ...aside }, resourceVersion);
  const text = data[ENTRY];
  if (text === undefined) return { record: NO_LETTERS, write };
  try {
    return { record: readRecord(text), write };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    const aside = `aside-${now().toISOString().replaceAll(':', '-')}`; // a key takes no colon
    log.error(
      { configMap: `${name.namespace}/${name.name}`, key: aside },
      `the record of dead letters is damaged, moved aside: ${error.message}`,
    );
    return { record: NO_LETTERS, write: (next) => write(next, { [aside]: text }) };
  }
}
