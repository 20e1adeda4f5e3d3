/** The record as text that a person can read, and back. */
import { isObject, listAt, MalformedError, objectAt, stringAt } from '../../shared/golden-images/json.ts';
import type { DeadLetters, Intent, Tally, TypeTally } from './dead-letters.ts';

/** Changes when an older version could no longer read what a newer one wrote. */
const VERSION = 1;

export function writeRecord(record: DeadLetters): string {
  return JSON.stringify({ version: VERSION, ...record }, undefined, 2);
}

/** Throws `MalformedError` for what `writeRecord` did not write. */
export function readRecord(text: string): DeadLetters {
  const value = parseJson(text);
  if (!isObject(value) || value.version !== VERSION) throw new MalformedError(`the record is not of version ${VERSION}`);
  const waiting = objectAt(value, 'waiting');
  const intent = objectAt(value, 'intent');
  return {
    waiting: waiting && readTally(waiting),
    intent: intent && readIntent(intent),
    saidAt: value.saidAt === undefined ? undefined : timeAt(value, 'saidAt'),
    recent: (listAt(value, 'recent') ?? []).map((key) => textAt({ key }, 'key')),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedError('the record is not JSON');
  }
}

function readIntent(value: unknown): Intent {
  const [id, by] = [textAt(value, 'id'), textAt(value, 'by')];
  const [from, at] = [timeAt(value, 'from'), timeAt(value, 'at')];
  return { id, by, from, at, lastsMs: numberAt(value, 'lastsMs'), tally: readTally(objectAt(value, 'tally')) };
}

function readTally(value: unknown): Tally {
  return {
    total: numberAt(value, 'total'),
    ...readTimes(value),
    types: (listAt(value, 'types') ?? []).map(readType),
    others: numberAt(value, 'others'),
  };
}

function readType(value: unknown): TypeTally {
  const [destination, errorCode, errorText] = ['destination', 'errorCode', 'errorText'].map((name) => stringAt(value, name));
  return { type: textAt(value, 'type'), count: numberAt(value, 'count'), ...readTimes(value), destination, errorCode, errorText };
}

function readTimes(value: unknown): Pick<Tally, 'firstAt' | 'lastAt'> {
  return { firstAt: timeAt(value, 'firstAt'), lastAt: timeAt(value, 'lastAt') };
}

function textAt(value: unknown, name: string): string {
  const found = stringAt(value, name);
  if (found === undefined) throw new MalformedError(`${name} is missing`);
  return found;
}

function timeAt(value: unknown, name: string): string {
  const found = textAt(value, name);
  if (Number.isNaN(Date.parse(found))) throw new MalformedError(`${name} is not a time`);
  return found;
}

function numberAt(value: unknown, name: string): number {
  const found = isObject(value) ? value[name] : undefined;
  if (typeof found !== 'number' || !Number.isSafeInteger(found) || found < 0) throw new MalformedError(`${name} is not a count`);
  return found;
}
