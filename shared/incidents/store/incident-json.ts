/** An incident as text that a person can read, and back. */
import { isObject, type Json, type JsonObject, MalformedError, stringMapAt } from '../../golden-images/json.ts';
import type { Incident } from '../incident.ts';
import { isSame } from '../same.ts';
import { incidentShape } from './incident-shape.ts';
import { putNamesBack, takeNamesOut } from './shared-names.ts';

/** Of the text. It grows with what an older reader would not understand, or would drop and write back: that one leaves the text alone. */
const VERSION = 3;
/** What is understood still: 1 knew no machines and no images; 2 knew these; 3 knows silences, who asked for a look, and a series' cluster. */
const OLDEST = 1;
/** Stands for facts that are the episode's latest. */
const SAME_AS_FACTS = 'same as facts';

/**
 * A newer archwatch wrote it, as while replicas are rolled out or back: it is not damaged, and nobody who does not know all of it may
 * change it.
 */
export class NewerVersionError extends Error {
  override readonly name = 'NewerVersionError';

  constructor(entry: string, version: number) {
    super(`${entry} was written by a newer archwatch (version ${version}, known: ${VERSION})`);
  }
}

export function encodeIncident(incident: Incident): string {
  const plain: Json = JSON.parse(JSON.stringify(incident)); // undefined members drop out
  const { value, groups } = takeNamesOut(withSources(withoutRepeat(plain)));
  const names = Object.keys(groups).length > 0 ? { names: groups } : {};
  return `${JSON.stringify({ version: VERSION, ...membersOf(value), ...names }, undefined, 2)}\n`;
}

/** Throws `MalformedError`: what is wrong, and where; and `NewerVersionError`, which names the `entry`. */
export function decodeIncident(text: string, entry = 'the entry'): Incident {
  const { version, names, ...rest } = membersOf(parse(text));
  if (typeof version === 'number' && Number.isInteger(version) && version > VERSION) throw new NewerVersionError(entry, version);
  if (typeof version !== 'number' || !Number.isInteger(version) || version < OLDEST) {
    throw new MalformedError(`version is ${JSON.stringify(version) ?? 'missing'}, and only ${OLDEST} to ${VERSION} are known`);
  }
  assertShallow(rest);
  const value = putNamesBack({ value: rest, groups: stringMapAt({ names: names ?? null }, 'names') });
  return incidentShape(withRepeat(withoutSources(value)), '');
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedError(`it is not JSON: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** No object of Kubernetes is nested half as deep. */
const MAX_DEPTH = 100;

/** What walks through an incident calls itself for each level, and the stack has an end. */
function assertShallow(value: Json): void {
  let level: readonly Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new MalformedError(`it is nested deeper than ${MAX_DEPTH} levels`);
    level = level.flatMap((part): readonly Json[] => (Array.isArray(part) ? part : isObject(part) ? Object.values(part) : []));
  }
}

function membersOf(value: Json | undefined): JsonObject {
  if (isObject(value)) return value;
  throw new MalformedError('it is not a JSON object');
}

/** While a condition is present, what was known when it last was is what is known now. */
function withoutRepeat(incident: Json): Json {
  return changedEpisode(incident, (episode) =>
    episode.lastPresent !== undefined && isSame(episode.lastPresent, episode.facts) ? { ...episode, lastPresent: SAME_AS_FACTS } : episode,
  );
}

function withRepeat(incident: Json): Json {
  return changedEpisode(incident, ({ lastPresent, ...episode }) => {
    const known = lastPresent === SAME_AS_FACTS ? episode.facts : lastPresent;
    return known === undefined ? episode : { ...episode, lastPresent: known };
  });
}

function changedEpisode(incident: Json, change: (episode: JsonObject) => JsonObject): Json {
  return isObject(incident) && isObject(incident.episode) ? { ...incident, episode: change(incident.episode) } : incident;
}

/** Hundreds of series come from a few places: each group, its links and its cluster stand there once, and the series say which. */
function withSources(incident: Json): Json {
  const { series, ...rest } = membersOf(incident);
  const sources: JsonObject[] = [];
  const numberOf = new Map<string, number>();
  const short = (Array.isArray(series) ? series : []).map((claim: Json) => {
    const { groupKey = null, links = null, cluster, ...own } = membersOf(claim);
    const source = { groupKey, links, ...(cluster === undefined ? {} : { cluster }) };
    const known = JSON.stringify(source);
    if (!numberOf.has(known)) numberOf.set(known, sources.push(source) - 1);
    return { ...own, source: numberOf.get(known) ?? null };
  });
  return { ...rest, sources, series: short };
}

function withoutSources(incident: Json): Json {
  const { sources, series, ...rest } = membersOf(incident);
  if (!Array.isArray(series)) throw new MalformedError('series is not a list');
  const full = series.map((claim: Json) => {
    const { source, ...own } = membersOf(claim);
    const found: Json | undefined = Array.isArray(sources) && typeof source === 'number' ? sources[source] : undefined;
    return { ...own, ...membersOf(found ?? {}) };
  });
  return { ...rest, series: full };
}
