/** What is on record of each alert, for a report: read from the functions' ConfigMap, and never written. */
import type { Environment } from '../../shared/config.ts';
import type { AlertName } from '../../shared/golden-images/conditions.ts';
import type { FailedRead } from '../../shared/golden-images/read.ts';
import { untold } from '../../shared/incidents/announcements.ts';
import { type Acknowledgement, type Episode, type Incident, type Intent, incidentKey } from '../../shared/incidents/incident.ts';
import { entryName } from '../../shared/incidents/store/entry-name.ts';
import { NewerVersionError } from '../../shared/incidents/store/incident-json.ts';
import type { Entries } from '../../shared/incidents/store/make-room.ts';
import { findIncident } from '../../shared/incidents/store/misplaced.ts';
import type { Connect } from '../../shared/kubernetes/api-connection.ts';
import { createConfigMaps } from '../../shared/kubernetes/config-maps.ts';
import { attempt } from '../../shared/kubernetes/failure.ts';
import { incidents } from '../../shared/settings.ts';

export interface ReportedRecord {
  readonly episode: string;
  /** RFC 3339, as all times here. */
  readonly openedAt: string;
  readonly overAt: string | null;
  readonly returns: number;
  readonly claim: Episode['claim'];
  readonly verdict: Episode['verdict'];
  readonly acknowledged: Acknowledgement | null;
  /** The message in the channel; null where there is none yet. */
  readonly message: { readonly channel: string; readonly ts: string } | null;
  /** Whether the channel does not show all of it. */
  readonly unsaid: boolean;
  /** What somebody is doing in the channel. */
  readonly intent: Pick<Intent, 'step' | 'at' | 'lastsMs' | 'isInDoubt'> | null;
}

/** What was found; null for an alert that nothing is known of. */
export interface FoundRecord {
  readonly of: (alert: AlertName) => Incident | undefined;
  readonly unread: readonly FailedRead[];
}

/** `CLUSTER_NAME` as the functions have it: it is part of every key. Undefined where `INCIDENTS` names no ConfigMap. Throws `ConfigError`. */
export async function readRecord(
  environment: Environment,
  cluster: string | null,
  alerts: readonly AlertName[],
  connect: Connect,
): Promise<FoundRecord | undefined> {
  const place = environment.INCIDENTS?.trim() ? incidents(environment) : 'memory';
  if (place === 'memory') return undefined;
  const resource = `configmaps ${place.namespace}/${place.name}`;
  const read = await attempt(resource, () => createConfigMaps({ connect }).read(place));
  if (!read.ok) return { of: () => undefined, unread: [read.failure] };
  const data = read.value?.data ?? {};
  const found = new Map(alerts.map((alert) => [alert, find(data, incidentKey(cluster ?? '', alert))]));
  const details = [...found.values()].flatMap(({ incident, why }) => (incident === undefined && why !== undefined ? [why] : []));
  return {
    of: (alert) => found.get(alert)?.incident,
    unread: details.map((detail) => ({ resource, reason: 'malformed', detail })),
  };
}

/** The incident, or why its entry cannot be read; neither where there is none. */
function find(data: Entries, key: string): { readonly incident: Incident | undefined; readonly why: string | undefined } {
  try {
    const { incident, misplaced } = findIncident(data, key);
    const own = misplaced.find(({ name }) => name === entryName(key));
    return { incident, why: own && `${own.name}: ${own.why}` };
  } catch (error) {
    if (!(error instanceof NewerVersionError)) throw error;
    return { incident: undefined, why: error.message };
  }
}

export function toRecord({ episode }: Pick<Incident, 'episode'>): ReportedRecord | null {
  if (episode === undefined) return null;
  const { id, openedAt, overAt, returns, claim, verdict, acknowledged, said, intent, revision } = episode;
  return {
    ...{ episode: id, openedAt, overAt: overAt ?? null, returns, claim, verdict, acknowledged: acknowledged ?? null },
    message: said ? { channel: said.channel, ts: said.ts } : null,
    unsaid: said?.revision !== revision || untold(episode).length > 0,
    intent: intent ? { step: intent.step, at: intent.at, lastsMs: intent.lastsMs, isInDoubt: intent.isInDoubt } : null,
  };
}
