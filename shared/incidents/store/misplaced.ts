/** Entries of a ConfigMap that are no incidents: found, and put aside in the same map. */
import { MalformedError } from '../../golden-images/json.ts';
import type { Incident } from '../incident.ts';
import { asideName, entryName, isAsideEntry, isIncidentEntry } from './entry-name.ts';
import { decodeIncident } from './incident-json.ts';
import type { Changes, Entries } from './make-room.ts';

/** An entry that must not stay where it is. */
export interface Misplaced {
  readonly name: string;
  readonly text: string;
  /** What is wrong with it. */
  readonly why: string;
}

export interface Found {
  readonly incident: Incident | undefined;
  readonly misplaced: readonly Misplaced[];
}

/**
 * The incident with this key. Entries of other incidents are left to those who read them; names that are no incident's are foreign.
 * Throws `NewerVersionError`: that entry stays as it is.
 */
export function findIncident(entries: Entries, key: string): Found {
  const foreign = Object.entries(entries).flatMap(([name, text]) =>
    isIncidentEntry(name) || isAsideEntry(name) ? [] : [{ name, text, why: 'the name is not that of an incident' }],
  );
  const name = entryName(key);
  const text = entries[name];
  if (text === undefined) return { incident: undefined, misplaced: foreign };
  try {
    return { incident: incidentAt(key, text, `the entry ${name}`), misplaced: foreign };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { incident: undefined, misplaced: [{ name, text, why: error.message }, ...foreign] };
  }
}

function incidentAt(key: string, text: string, entry: string): Incident {
  const incident = decodeIncident(text, entry);
  const { cluster, alert } = incident;
  if (incident.key === key && `${cluster}/${alert}` === key) return incident;
  throw new MalformedError(`it is the incident ${JSON.stringify(incident.key)} of ${cluster}/${alert}, and ${key} stands here`);
}

/** Each text under a name of its own, and nothing where it was. */
export function putAside(entries: Entries, misplaced: readonly Misplaced[], at: Date): Changes {
  const changes: Record<string, string | undefined> = {};
  for (const { name, text } of misplaced) {
    changes[asideName(name, at, (taken) => Object.hasOwn(entries, taken) || Object.hasOwn(changes, taken))] = text;
    changes[name] = undefined;
  }
  return changes;
}
