/** Rule 9: one look for many events. Who is covered by a look that is on record wakes no other. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ListVersions } from '../../shared/golden-images/snapshot.ts';
import type { RecordedLook } from '../../shared/incidents/incident.ts';
import type { Change } from './change.ts';
import { versionNumber } from './version-number.ts';

export interface EventLooksDependencies<Word> {
  /** One look at the cluster, recorded, for all who wait, with what they had to say; the versions of its lists. Throws where they must come again. */
  readonly look: (words: readonly Word[]) => Promise<ListVersions>;
  /** The latest look on record, whichever replica's; undefined where there is none. */
  readonly recorded: () => Promise<RecordedLook | undefined>;
  readonly now: () => Date;
  /** Resolves after so many ms. */
  readonly pause: (ms: number) => Promise<void>;
  /** Looks start at least so many ms apart. */
  readonly everyMs?: number;
}

export interface EventLooks<Word> {
  /** Resolves when a look on record has seen the change: one that was there already, or one that started after it came in. */
  readonly covered: (change: Pick<Change, 'resource' | 'resourceVersion'>) => Promise<'covered' | 'looked'>;
  /** Resolves with the next look, and says something to it. */
  readonly looked: (word: Word) => Promise<'looked'>;
}

interface Waiting<Word> extends PromiseWithResolvers<'covered' | 'looked'> {
  readonly words: readonly Word[];
  readonly isCoveredBy: (versions: ListVersions) => boolean;
  /** Does some work as a part of the request that waits: its trace, and its line in the log. */
  readonly onBehalf: <Result>(work: () => Result) => Result;
}

const EVERY_MS = 5_000;

/** Nobody waits longer than `everyMs`, the look that is under way, and the next. Events cost no IO where memory covers them. */
export function createEventLooks<Word>(dependencies: EventLooksDependencies<Word>): EventLooks<Word> {
  const { look, recorded, now, pause, everyMs = EVERY_MS } = dependencies;
  let waiting: Waiting<Word>[] = [];
  /** What looks have seen that are on record and said. */
  let known: ListVersions = { nodes: undefined, hyperConverged: undefined };
  /** A look that failed may be on record and not said: until one succeeds, the record covers nobody. */
  let hasFailed = false;
  let lastStart = Number.NEGATIVE_INFINITY;
  let isRunning = false;

  /** The latest look is what counts, not the greatest version: a cluster restored from a backup counts from lower ones. */
  const heed = ({ nodes, hyperConverged }: ListVersions) => {
    known = { nodes: nodes ?? known.nodes, hyperConverged: hyperConverged ?? known.hyperConverged };
    const before = waiting;
    waiting = before.filter(({ isCoveredBy }) => !isCoveredBy(known));
    for (const { isCoveredBy, resolve } of before) if (isCoveredBy(known)) resolve('covered');
  };

  const heedRecord = async () => {
    const latest = await recorded().catch(() => undefined); // the look reads it too, and says what is wrong with it
    if (latest && !hasFailed) heed(latest.versions);
    return latest;
  };

  /** Clocks differ and are set: whatever they say, no wait is longer than one interval. */
  const untilNextLook = (latest: RecordedLook | undefined) => {
    const started = Math.max(lastStart, latest ? Date.parse(latest.takenAt) : Number.NEGATIVE_INFINITY);
    return Math.min(Math.max(started + everyMs - now().getTime(), 0), everyMs);
  };

  const lookForAll = async () => {
    const served = waiting;
    waiting = [];
    lastStart = now().getTime();
    try {
      const versions = await onBehalfOf(served, () => look(served.flatMap(({ words }) => words)));
      hasFailed = false;
      for (const { resolve } of served) resolve('looked'); // a list is at least as new as what was known before it was asked for
      heed(versions);
    } catch (error) {
      hasFailed = true;
      for (const { reject } of served) reject(error);
    }
  };

  const run = async () => {
    while (waiting.length > 0) {
      const wait = untilNextLook(await heedRecord());
      if (waiting.length > 0 && wait > 0) {
        await pause(wait);
        await heedRecord(); // another replica may have looked meanwhile
      }
      if (waiting.length > 0) await lookForAll();
    }
    isRunning = false;
  };

  const wait = (who: Pick<Waiting<Word>, 'words' | 'isCoveredBy'>) => {
    const waiter = { ...who, onBehalf: AsyncLocalStorage.snapshot(), ...Promise.withResolvers<'covered' | 'looked'>() };
    waiting.push(waiter);
    if (!isRunning) {
      isRunning = true;
      void run();
    }
    return waiter.promise;
  };

  return {
    covered: async ({ resource, resourceVersion }) => {
      const version = versionNumber(resourceVersion);
      const isCoveredBy = (versions: ListVersions) => isAtLeast(versions[resource], version);
      return isCoveredBy(known) ? 'covered' : wait({ words: [], isCoveredBy });
    },
    looked: async (word) => {
      await wait({ words: [word], isCoveredBy: () => false });
      return 'looked';
    },
  };
}

/** Of the first of them. */
function onBehalfOf<Result>(served: readonly Pick<Waiting<never>, 'onBehalf'>[], work: () => Result): Result {
  const [first] = served;
  return first ? first.onBehalf(work) : work();
}

function isAtLeast(listed: string | undefined, version: bigint | undefined): boolean {
  const number = versionNumber(listed);
  return version !== undefined && number !== undefined && number >= version;
}
