/** Silences: made for a person who asked, and never twice. */
import { MalformedAlertError, objectOf, optionalText, show } from './alert.ts';
import { type AlertmanagerApiOptions, apiUrl, ask } from './request.ts';

/** Label values that must all be exactly these. */
export type Matchers = Readonly<Record<string, string>>;

export interface WantedSilence {
  readonly matchers: Matchers;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly createdBy: string;
  readonly comment: string;
}

export interface MadeSilence {
  readonly id: string;
  /** RFC 3339. */
  readonly endsAt: string;
  /** Whether it was there before we were asked. */
  readonly isOld: boolean;
}

/**
 * Makes the silence, unless an active one of the same matchers lasts as long. Throws where Alertmanager could not be asked or did not
 * do it: then it may be there or not, and asking again is safe.
 */
export type MakeSilence = (wanted: WantedSilence) => Promise<MadeSilence>;

/** A second click comes a moment later, and would end a moment later. */
const SAME_END_MS = 60_000;

export function createMakeSilence(options: AlertmanagerApiOptions): MakeSilence {
  return async (wanted) => {
    const { origin, pathname } = apiUrl(options.url, 'silences');
    try {
      return (await findSame(wanted, options)) ?? (await make(wanted, options));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot silence at ${origin}${pathname}: ${why}`, { cause: error });
    }
  };
}

/** The one that lasts longest. */
async function findSame({ matchers, endsAt }: WantedSilence, options: AlertmanagerApiOptions): Promise<MadeSilence | undefined> {
  const [[name, value] = ['', '']] = Object.entries(matchers);
  const list = await ask(apiUrl(options.url, 'silences', { filter: `${name}=${JSON.stringify(value)}` }), options);
  if (!Array.isArray(list)) throw new MalformedAlertError(`the answer is ${show(list)}, not a list`);
  const isSame = (silence: Listed) => silence.state === 'active' && silence.matchers === written(Object.entries(matchers));
  const lasting = list.map((item: unknown, index) => readSilence(item, `[${index}]`)).filter(isSame);
  const [last] = lasting.sort((a, b) => Date.parse(b.endsAt) - Date.parse(a.endsAt));
  if (last === undefined || Date.parse(last.endsAt) < endsAt.getTime() - SAME_END_MS) return undefined;
  return { id: last.id, endsAt: last.endsAt, isOld: true };
}

async function make({ matchers, startsAt, endsAt, ...words }: WantedSilence, options: AlertmanagerApiOptions): Promise<MadeSilence> {
  const exact = Object.entries(matchers).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
  const times = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
  const answer = objectOf(await ask(apiUrl(options.url, 'silences'), options, { matchers: exact, ...times, ...words }), 'the answer');
  const id = requiredText(answer, 'silenceID', 'silenceID');
  return { id, endsAt: times.endsAt, isOld: false };
}

interface Listed {
  readonly id: string;
  readonly endsAt: string;
  readonly state: unknown;
  /** In one writing, so that they can be compared; undefined where they are no exact values. */
  readonly matchers: string | undefined;
}

function readSilence(item: unknown, where: string): Listed {
  const silence = objectOf(item, where);
  const endsAt = requiredText(silence, 'endsAt', `${where}.endsAt`);
  if (Number.isNaN(Date.parse(endsAt))) throw new MalformedAlertError(`${where}.endsAt is ${show(endsAt)}, not a time`);
  const { state } = objectOf(silence.status ?? {}, `${where}.status`);
  return { id: requiredText(silence, 'id', `${where}.id`), endsAt, state, matchers: exactMatchers(silence.matchers, where) };
}

function exactMatchers(list: unknown, where: string): string | undefined {
  if (!Array.isArray(list)) throw new MalformedAlertError(`${where}.matchers is ${show(list)}, not a list`);
  const matchers = list.map((item: unknown, index) => objectOf(item, `${where}.matchers[${index}]`));
  if (matchers.some(({ isRegex, isEqual = true }) => isRegex !== false || isEqual !== true)) return undefined;
  return written(matchers.map(({ name, value }) => [String(name), String(value)]));
}

function written(matchers: readonly (readonly [string, string])[]): string {
  return JSON.stringify([...matchers].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function requiredText(fields: Readonly<Record<string, unknown>>, name: string, where: string): string {
  const text = optionalText(fields, name, where);
  if (text !== undefined && text !== '') return text;
  throw new MalformedAlertError(`${where} is missing`);
}
