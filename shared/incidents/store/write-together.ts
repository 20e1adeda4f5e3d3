/** Writers of one process: what they ask for at the same time is one patch, and each is told of its own part. */
import { batched } from '../../batch.ts';
import { type KeptMap, type Seen, withChanges } from './kept-map.ts';
import { type Changes, type Entries, type Room, StoreFullError } from './make-room.ts';
import type { Misplaced } from './misplaced.ts';
import { whileOthersWrite } from './races.ts';

/** One writer's part. */
export interface Part {
  /** The entry that it is about. */
  readonly own: string;
  /** What it changes of the entries as they are. What it throws refuses this part, and no other. */
  readonly change: (entries: Entries) => Changed;
}

export interface Changed {
  readonly changes: Changes;
  /** What it puts aside. */
  readonly misplaced: readonly Misplaced[];
}

export interface WriteTogetherOptions {
  readonly map: KeptMap;
  readonly makeRoom: (entries: Entries, changes: Changes, own: readonly string[]) => Room;
  /** Told of what is written. */
  readonly report: (room: Room, misplaced: readonly Misplaced[]) => void;
  /** For so long, in ms, a write tries again while others write to the map. */
  readonly retryMs: number;
  readonly where: string;
}

/** For each part the entries after it, or why it was refused. */
type Results = ReadonlyMap<Part, Entries | Error>;

/**
 * Writes a part and returns the entries as they are then. Throws why it was refused, `StoreFullError`, or what the API server said. What
 * was seen last is enough to write; whether a part is refused is decided by what the server has.
 */
export function createWriteTogether(options: WriteTogetherOptions): (part: Part) => Promise<Entries> {
  const { map, makeRoom, report, retryMs, where } = options;
  const save = async (parts: readonly Part[], seen: Seen, trial: Trial): Promise<Results> => {
    const before = seen.map?.data ?? {};
    const { refused, changes, misplaced } = trial;
    const own = parts.filter((part) => !refused.has(part)).map((part) => part.own);
    if (Object.keys(changes).length === 0) return resultsOf(parts, refused, before);
    const room = makeRoom(before, changes, own);
    const after = await map.save(seen, room.changes);
    report(room, misplaced);
    return resultsOf(parts, refused, after);
  };
  const attempt = async (parts: readonly Part[]): Promise<Results> => {
    const latest = map.latest();
    const trial = latest && tryOn(parts, latest);
    if (latest && trial?.refused.size === 0) return save(parts, latest, trial);
    const fresh = await map.read();
    return save(parts, fresh, tryOn(parts, fresh));
  };
  const write = (parts: readonly Part[]) => whileOthersWrite(() => attempt(parts), retryMs, where);
  const writeAll = async (parts: readonly Part[]): Promise<Results> => {
    try {
      return await write(parts);
    } catch (error) {
      if (!(error instanceof StoreFullError) || parts.length === 1) throw error;
      return oneByOne(parts, write);
    }
  };
  const together = batched(writeAll);
  return async (part) => {
    const result = (await together(part)).get(part);
    if (result === undefined || result instanceof Error) throw result ?? new Error(`nothing came of the write of ${part.own}`);
    return result;
  };
}

interface Trial extends Changed {
  readonly refused: ReadonlyMap<Part, Error>;
}

/** Each part on what those before it leave. */
function tryOn(parts: readonly Part[], { map }: Seen): Trial {
  const refused = new Map<Part, Error>();
  const misplaced: Misplaced[] = [];
  let changes: Changes = {};
  for (const part of parts) {
    try {
      const changed = part.change(withChanges(map?.data ?? {}, changes));
      changes = { ...changes, ...changed.changes };
      misplaced.push(...changed.misplaced);
    } catch (error) {
      refused.set(part, toError(error));
    }
  }
  return { refused, changes, misplaced };
}

function resultsOf(parts: readonly Part[], refused: ReadonlyMap<Part, Error>, after: Entries): Results {
  return new Map(parts.map((part) => [part, refused.get(part) ?? after]));
}

/** Where there is no room for all there may be some for one. */
async function oneByOne(parts: readonly Part[], write: (parts: readonly Part[]) => Promise<Results>): Promise<Results> {
  const results = new Map<Part, Entries | Error>();
  for (const part of parts) {
    const written = await write([part]).catch((error: unknown): Results => new Map([[part, toError(error)]]));
    for (const [done, result] of written) results.set(done, result);
  }
  return results;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
