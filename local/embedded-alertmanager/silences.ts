/** The silences of an Alertmanager, and its API for them; who delivers asks whether an alert is silenced. */
import { randomUUID } from 'node:crypto';
import { BadRequestError, type HttpAnswer, type Route } from '../../shared/http/route.ts';
import { createListeners } from '../embedded-slack/listeners.ts';
import { isAbout, matches, type NewSilence, parseSilence } from './silence.ts';

export interface Silence extends NewSilence {
  readonly id: string;
  readonly updatedAt: Date;
}

export interface Silences {
  /** `/api/v2/silences` and `/api/v2/silence/:id`, below the prefix. */
  readonly routes: readonly Route[];
  isSilenced(labels: Readonly<Record<string, string>>): boolean;
  /** Those that hold now, the one that ends last at the end. */
  active(): readonly Silence[];
  /** Ends all that hold, as somebody does in Alertmanager's page; how many there were. */
  expireAll(): number;
  /** Called when one was made or ended; the answer ends it. */
  subscribe(listener: () => void): () => void;
}

export interface SilencesOptions {
  /** Stands before the paths. */
  readonly prefix: string;
  readonly now: () => Date;
}

/** None yet. */
export function createSilences({ prefix, now }: SilencesOptions): Silences {
  const byId = new Map<string, Silence>();
  const listeners = createListeners();
  const stateOf = ({ startsAt, endsAt }: Silence) => (endsAt <= now() ? 'expired' : startsAt <= now() ? 'active' : 'pending');
  const active = () =>
    [...byId.values()]
      .filter((silence) => stateOf(silence) === 'active')
      .toSorted((one, other) => one.endsAt.getTime() - other.endsAt.getTime());
  const keep = (silence: Silence) => {
    byId.set(silence.id, silence);
    listeners.call();
  };
  const expire = (silence: Silence) => keep({ ...silence, endsAt: now(), updatedAt: now() });
  const make = async (body: Buffer) => {
    const id = randomUUID();
    keep({ ...parseSilence(body, now()), id, updatedAt: now() });
    return json(200, { silenceID: id });
  };
  const list = async (filters: readonly string[]) => {
    const wanted = filters.map(parseFilter);
    const fits = (silence: Silence) => wanted.every((filter) => matches(filter, patternOf(silence, filter.name)));
    return json(
      200,
      [...byId.values()].filter(fits).map((silence) => write(silence, stateOf(silence))),
    );
  };
  const end = async (id: string) => {
    const silence = byId.get(id);
    if (silence === undefined) return json(404, 'silence not found');
    expire(silence);
    return { status: 200 };
  };
  return {
    routes: [
      { method: 'get', path: `${prefix}/api/v2/silences`, handle: ({ query }) => list(query.getAll('filter')) },
      { method: 'post', path: `${prefix}/api/v2/silences`, handle: ({ body }) => make(body) },
      { method: 'delete', path: `${prefix}/api/v2/silence/:id`, handle: ({ params }) => end(params.id ?? '') },
    ],
    isSilenced: (labels) => active().some((silence) => isAbout(silence, labels)),
    active,
    expireAll: () => {
      const ended = active();
      ended.forEach(expire);
      return ended.length;
    },
    subscribe: listeners.add,
  };
}

/** As the real one does it: a filter is held against the values of the matchers. */
function patternOf({ matchers }: Silence, name: string): string {
  return matchers.find((matcher) => matcher.name === name)?.value ?? '';
}

/** Only what we use: `name="value"` or `name=value`. */
function parseFilter(text: string) {
  const [, name, value = ''] = /^\s*([a-zA-Z_]\w*)\s*=\s*(?![~])(.*?)\s*$/s.exec(text) ?? [];
  if (name === undefined) throw new BadRequestError(`bad matcher format: ${text}`);
  return { name, value: value.startsWith('"') ? unquoted(value) : value, isRegex: false, isEqual: true };
}

function unquoted(value: string): string {
  try {
    return String(JSON.parse(value));
  } catch {
    throw new BadRequestError(`bad matcher format: ${value}`);
  }
}

function write({ id, updatedAt, startsAt, endsAt, ...rest }: Silence, state: string): object {
  const times = { updatedAt: updatedAt.toISOString(), startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
  return { id, status: { state }, ...times, ...rest };
}

function json(status: number, value: unknown): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
