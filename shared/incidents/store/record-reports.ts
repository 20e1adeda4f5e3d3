/** What happens to the record and a person must hear of: in the log, and counted. */
import type { Logger } from '../../log.ts';
import { counter } from '../../metrics.ts';
import { versionOf } from './entry-version.ts';
import type { Misplaced } from './misplaced.ts';

const aside = counter('archwatch_record_aside_total', 'Damaged or foreign entries of the ConfigMap that were put aside, or should be.', []);
const dropped = counter('archwatch_record_dropped_total', 'Parts of the ConfigMap that were let go to make room.', []);

const MAX_REMEMBERED = 1_000;

/** Says each fault once, however often it is met. */
export function createReports(configMap: string, log: Pick<Logger, 'warn' | 'error'>) {
  const said = new Set<string>();
  const onceOf = (misplaced: readonly Misplaced[], say: (one: Misplaced) => void) => {
    for (const one of misplaced) {
      const id = `${one.name} ${versionOf(one.text)}`;
      if (said.has(id)) continue;
      if (said.size >= MAX_REMEMBERED) said.clear();
      said.add(id);
      aside.inc();
      say(one);
    }
  };
  return {
    aside: (misplaced: readonly Misplaced[]) =>
      onceOf(misplaced, ({ name, why }) => log.error({ configMap, entry: name, why }, 'an entry that is no incident was put aside')),
    stuck: (misplaced: readonly Misplaced[], err: unknown) =>
      onceOf(misplaced, ({ name, why }) =>
        log.error({ configMap, entry: name, why, err }, 'an entry that is no incident cannot be put aside'),
      ),
    dropped: (parts: readonly string[]) => {
      dropped.inc(parts.length);
      for (const part of parts) log.warn({ configMap }, `to make room in the ConfigMap, this was let go: ${part}`);
    },
  };
}
