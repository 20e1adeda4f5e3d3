/** Keeps a ConfigMap within its bound: what is over goes before what is open, which never goes. */
import { MalformedError } from '../../golden-images/json.ts';
import type { AlertLinks, Incident, SeriesClaim } from '../incident.ts';
import { isSame } from '../same.ts';
import { isAsideEntry, isIncidentEntry } from './entry-name.ts';
import { decodeIncident, encodeIncident, NewerVersionError } from './incident-json.ts';

export type Entries = Readonly<Record<string, string>>;
/** Undefined takes an entry away. */
export type Changes = Readonly<Record<string, string | undefined>>;

export interface Room {
  readonly changes: Changes;
  /** What was let go for it: a few words each, with the entry's name. */
  readonly dropped: readonly string[];
}

/** Open incidents alone are larger than the bound. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
}

/**
 * The changes, and what else must go so that the entries stay within `limit` bytes, names included: episodes that are over, the oldest
 * first; series that do not fire; links that no message shows; what was put aside, the oldest first; damaged texts where another incident
 * should be, the largest first; at last the episodes that are being written to `own`, if they are over. Throws `StoreFullError` where that is not enough.
 */
export function makeRoom(entries: Entries, changes: Changes, { own, limit }: { own: readonly string[]; limit: number }): Room {
  const after = new Map(Object.entries({ ...entries, ...changes }).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
  const all = { ...changes };
  const dropped: string[] = [];
  let size = [...after].reduce((sum, [name, text]) => sum + bytes(name) + bytes(text), 0);
  for (const step of STEPS) {
    if (size <= limit) break;
    for (const { name, text, what } of step(after, own)) {
      if (size <= limit) break;
      size += text === undefined ? -bytes(name) - bytes(after.get(name) ?? '') : bytes(text) - bytes(after.get(name) ?? '');
      if (text === undefined) after.delete(name);
      else after.set(name, text);
      all[name] = text;
      dropped.push(`${what} of ${name}`);
    }
  }
  if (size > limit) throw new StoreFullError(fullMessage(after, size, limit));
  return { changes: all, dropped };
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

function fullMessage(entries: ReadonlyMap<string, string>, size: number, limit: number): string {
  const [largest] = [...entries].sort(([, a], [, b]) => bytes(b) - bytes(a));
  const what = largest ? `; the largest entry is ${largest[0]} with ${bytes(largest[1])}` : '';
  return `open incidents take ${size} bytes, and ${limit} is the most${what}. Give each cluster a ConfigMap of its own, or end what is open`;
}

interface Drop {
  readonly name: string;
  /** What is left; undefined for nothing. */
  readonly text: string | undefined;
  readonly what: string;
}

type Step = (entries: ReadonlyMap<string, string>, own: readonly string[]) => readonly Drop[];

const STEPS: readonly Step[] = [
  (entries, own) => overEpisodes(entries, (name) => !own.includes(name)),
  (entries) => lessSeries(entries, 'series that do not fire', (series) => series.filter(({ status }) => status === 'firing')),
  (entries) => lessSeries(entries, 'links of all series but the newest', withoutOldLinks),
  (entries) =>
    [...entries.keys()]
      .filter(isAsideEntry)
      .sort()
      .map((name) => ({ name, text: undefined, what: 'the text' })),
  damagedTexts,
  (entries, own) => overEpisodes(entries, (name) => own.includes(name)),
];

function overEpisodes(entries: ReadonlyMap<string, string>, isMeant: (name: string) => boolean): readonly Drop[] {
  const over = incidentsIn(entries).flatMap(([name, incident]) => {
    const overAt = incident.episode?.overAt;
    return overAt !== undefined && isMeant(name) ? [{ name, incident, overAt: Date.parse(overAt) }] : [];
  });
  return over
    .sort((a, b) => a.overAt - b.overAt)
    .map(({ name, incident }) => ({ name, text: encodeIncident({ ...incident, episode: undefined }), what: 'the episode that is over' }));
}

function lessSeries(
  entries: ReadonlyMap<string, string>,
  what: string,
  less: (series: readonly SeriesClaim[]) => readonly SeriesClaim[],
): readonly Drop[] {
  return incidentsIn(entries).flatMap(([name, incident]) => {
    const series = less(incident.series);
    return isSame(series, incident.series) ? [] : [{ name, text: encodeIncident({ ...incident, series }), what }];
  });
}

const NO_LINKS: AlertLinks = { runbook: undefined, graph: undefined, alertmanager: undefined };

/** The message has the links of the series that was heard last. */
function withoutOldLinks(series: readonly SeriesClaim[]): readonly SeriesClaim[] {
  const newest = series.reduce<SeriesClaim | undefined>(
    (last, claim) => (last && Date.parse(last.heardAt) >= Date.parse(claim.heardAt) ? last : claim),
    undefined,
  );
  return series.map((claim) => (claim === newest ? claim : { ...claim, links: NO_LINKS }));
}

/** Of a cluster that nobody watches any more: whoever reads an entry puts it aside himself. */
function damagedTexts(entries: ReadonlyMap<string, string>): readonly Drop[] {
  return [...entries]
    .filter(([name, text]) => isIncidentEntry(name) && incidentIn(text) === 'damaged')
    .sort(([, a], [, b]) => bytes(b) - bytes(a))
    .map(([name]) => ({ name, text: undefined, what: 'the damaged text' }));
}

/** Those that can be read. */
function incidentsIn(entries: ReadonlyMap<string, string>): readonly (readonly [string, Incident])[] {
  return [...entries].flatMap(([name, text]) => {
    const incident = isIncidentEntry(name) ? incidentIn(text) : 'damaged';
    return typeof incident === 'string' ? [] : [[name, incident] as const];
  });
}

/** What a newer archwatch wrote is not damaged: it is that one's. */
function incidentIn(text: string): Incident | 'damaged' | 'newer' {
  try {
    return decodeIncident(text);
  } catch (error) {
    if (error instanceof MalformedError) return 'damaged';
    if (error instanceof NewerVersionError) return 'newer';
    throw error;
  }
}
