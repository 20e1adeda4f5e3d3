/** What the functions have on record, in plain words: read from their ConfigMaps, as anybody could. */
import { isObject, type Json, type JsonObject, MalformedError, objectAt, stringMapAt } from '../../shared/golden-images/json.ts';
import { count } from '../../shared/golden-images/words.ts';
import { countAnnounced } from '../../shared/incidents/announcements.ts';
import type { Episode, Incident, Intent } from '../../shared/incidents/incident.ts';
import { isIncidentEntry } from '../../shared/incidents/store/entry-name.ts';
import { decodeIncident, NewerVersionError } from '../../shared/incidents/store/incident-json.ts';
import type { StoryState } from '../channel-page/story.ts';

/** Of each incident, and of the events that nobody could handle. */
export function describeRecord(configMaps: readonly JsonObject[]): readonly StoryState[] {
  const entries = configMaps.flatMap((map) => Object.entries(stringMapAt(map, 'data')));
  const incidents = entries.flatMap(([name, text]) => describeEntry(name, text));
  const letters = entries.flatMap(([name, text]) => (name === DEAD_LETTERS ? describeLetters(text) : []));
  return [...(incidents.length > 0 ? incidents : [{ label: 'Incidents', value: 'none' }]), ...letters];
}

/** The entry of the dead-letter function. */
const DEAD_LETTERS = 'dead-letters.json';

function describeEntry(name: string, text: string): readonly StoryState[] {
  if (!isIncidentEntry(name)) return [];
  try {
    return describeIncident(decodeIncident(text));
  } catch (error) {
    if (!(error instanceof MalformedError || error instanceof NewerVersionError)) throw error;
    return [{ label: name, value: `cannot be read: ${error.message}` }];
  }
}

function describeIncident({ alert, episode }: Incident): readonly StoryState[] {
  if (episode === undefined) return [];
  const { verdict, openedAt, overAt, returns, intent } = episode;
  return [
    { label: alert, value: `${overAt ? 'over' : 'open'}, ${verdict}` },
    { label: 'Since', value: `${timeOf(openedAt)}${overAt ? `, over at ${timeOf(overAt)}` : ''}` },
    ...(returns > 0 ? [{ label: 'Came back', value: count(returns, 'time') }] : []),
    { label: 'Said', value: describeSaid(episode) },
    ...(intent ? [{ label: 'Being said', value: describeIntent(intent) }] : []),
  ];
}

function describeSaid(episode: Episode): string {
  const { said, revision } = episode;
  if (said === undefined) return `nothing yet of revision ${revision}`;
  const announced = countAnnounced(episode);
  const replies = announced === 0 ? '' : `, announcement ${said.announcements} of ${announced}`;
  return `revision ${said.revision} of ${revision}${replies}`;
}

function describeIntent({ step, at, lastsMs, isInDoubt }: Intent): string {
  const rest = isInDoubt ? 'its answer was lost' : `others wait ${Math.round(lastsMs / 1_000)} s`;
  return `${step} since ${timeOf(at)}; ${rest}`;
}

function describeLetters(text: string): readonly StoryState[] {
  const record = parse(text);
  if (record === undefined) return [{ label: 'Dead letters', value: 'cannot be read: it is not a JSON object' }];
  const waiting = totalOf(record, 'waiting') + totalOf(record, 'intent', 'tally');
  const { saidAt } = record;
  const told = typeof saidAt === 'string' ? `last told at ${timeOf(saidAt)}` : 'nobody told yet';
  return [{ label: 'Dead letters', value: waiting > 0 ? `${waiting} not told, ${told}` : told }];
}

function totalOf(record: JsonObject, ...path: readonly string[]): number {
  const total: Json | undefined = objectAt(record, ...path)?.total;
  return typeof total === 'number' ? total : 0;
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function timeOf(time: string): string {
  return `${time.slice(11, 19)} UTC`;
}
