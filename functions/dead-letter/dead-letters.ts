/** What is on record of dead letters: those that nobody was told of yet, and the message that is being said. Pure and bounded. */
import type { Letter } from './letter.ts';

/** The letters of one type that one subscriber failed on: how many, and what the last of them said. Times are RFC 3339. */
export interface TypeTally {
  readonly type: string;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly destination?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly errorText?: string | undefined;
}

/** The letters that one message tells of. */
export interface Tally {
  readonly total: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** In the order in which they first came; a type is there once for each subscriber. */
  readonly types: readonly TypeTally[];
  /** Letters beyond those. */
  readonly others: number;
}

/** A message that is being said: whoever finds it looks into the channel before saying it again (product rules 1 and 2). */
export interface Intent {
  /** Of the message; the same in each attempt, and in its metadata. */
  readonly id: string;
  /** Of the attempt. */
  readonly by: string;
  /** When it was first attempted: no message of it is older. */
  readonly from: string;
  readonly at: string;
  /** How long it holds, by the clock of whoever sees it, from when it was first seen. */
  readonly lastsMs: number;
  readonly tally: Tally;
}

export interface DeadLetters {
  readonly waiting?: Tally | undefined;
  readonly intent?: Intent | undefined;
  /** When the last message was said. */
  readonly saidAt?: string | undefined;
  /** Keys of the letters that came last: a broker delivers at least once. */
  readonly recent: readonly string[];
}

export const NO_LETTERS: DeadLetters = { recent: [] };

/** At most one message in this time. */
export const QUIET_MS = 60 * 60 * 1_000;
export const MAX_TYPES = 20;
export const MAX_RECENT = 200;

/** With one more letter; the record itself where that letter is already counted. */
export function counted(record: DeadLetters, letter: Letter, now: Date): DeadLetters {
  if (record.recent.includes(letter.key)) return record;
  const recent = [...record.recent, letter.key].slice(-MAX_RECENT);
  return { ...record, waiting: sum(record.waiting, tallyOf(letter, now.toISOString())), recent };
}

/** Whether a message is to be said: something waits, nobody is saying one, and the last is an hour old (or younger than nothing: a clock was put back). */
export function isDue({ waiting, intent, saidAt }: DeadLetters, now: Date): boolean {
  if (waiting === undefined || intent !== undefined) return false;
  return saidAt === undefined || Math.abs(now.getTime() - Date.parse(saidAt)) >= QUIET_MS;
}

/** With everything that waits in a message that is being said; the record itself where nothing waits. */
export function saying(
  record: DeadLetters,
  { id, by, lastsMs, now }: Pick<Intent, 'id' | 'by' | 'lastsMs'> & { readonly now: Date },
): DeadLetters {
  if (record.waiting === undefined || record.intent !== undefined) return record;
  const at = now.toISOString();
  return { ...record, waiting: undefined, intent: { id, by, from: at, at, lastsMs, tally: record.waiting } };
}

/** With another attempt to say the same message; the record itself where that attempt is not the one there any more. */
export function takenOver(record: DeadLetters, from: Intent, by: string, now: Date): DeadLetters {
  const { intent } = record;
  return intent?.by === from.by ? { ...record, intent: { ...intent, by, at: now.toISOString() } } : record;
}

/** With that message said; the record itself where that is known. */
export function said(record: DeadLetters, id: string, at: Date): DeadLetters {
  return record.intent?.id === id ? { ...record, intent: undefined, saidAt: at.toISOString() } : record;
}

/** With an attempt given up of which it is known that it said nothing: its letters wait again. */
export function givenUp(record: DeadLetters, by: string): DeadLetters {
  const { intent, waiting } = record;
  return intent?.by === by ? { ...record, intent: undefined, waiting: sum(intent.tally, waiting) } : record;
}

function tallyOf({ type, destination, errorCode, errorText }: Letter, at: string): Tally {
  const times = { firstAt: at, lastAt: at };
  return { total: 1, ...times, types: [{ type, count: 1, ...times, destination, errorCode, errorText }], others: 0 };
}

/** Both together, of which `later` is the newer. */
function sum(earlier: Tally | undefined, later: Tally): Tally;
function sum(earlier: Tally, later: Tally | undefined): Tally;
function sum(earlier: Tally | undefined, later: Tally | undefined): Tally | undefined {
  if (earlier === undefined || later === undefined) return earlier ?? later;
  const all = later.types.reduce(withType, earlier.types);
  const beyond = all.slice(MAX_TYPES).reduce((letters, { count }) => letters + count, 0);
  return {
    total: earlier.total + later.total,
    firstAt: earlier.firstAt,
    lastAt: later.lastAt,
    types: all.slice(0, MAX_TYPES),
    others: earlier.others + later.others + beyond,
  };
}

function withType(types: readonly TypeTally[], added: TypeTally): readonly TypeTally[] {
  const known = types.find(({ type, destination }) => type === added.type && destination === added.destination);
  if (known === undefined) return [...types, added];
  const both = { ...added, count: known.count + added.count, firstAt: known.firstAt };
  return types.map((tally) => (tally === known ? both : tally));
}
