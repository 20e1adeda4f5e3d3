/** Incidents as real signals and looks make them: `judge` and `advance` on snapshots, and nothing made up. */
import type { AlertName } from '../../shared/golden-images/conditions.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { advance } from '../../shared/incidents/advance.ts';
import { countAnnounced } from '../../shared/incidents/announcements.ts';
import type { DeliveredClaims } from '../../shared/incidents/claims.ts';
import { type AlertLinks, type Episode, type Incident, newIncident, type SeriesClaim } from '../../shared/incidents/incident.ts';
import { type Judgement, judge } from '../../shared/judge.ts';

export const IMPORT_DISABLED = 'HCOMultiArchGoldenImagesDisabled';
export const NO_SUPPORTED = 'HCOGoldenImageWithNoSupportedArchitecture';
export const NO_ANNOTATION = 'HCOGoldenImageWithNoArchitectureAnnotation';

/** Where the alert of most tests came from. */
export const LINKS: AlertLinks = {
  runbook: 'https://kubevirt.io/monitoring/runbooks/HCOMultiArchGoldenImagesDisabled',
  graph: 'https://prometheus.example.org/graph?g0.expr=up&g0.tab=1',
  alertmanager: 'https://alertmanager.example.org',
};

export interface LookOptions {
  readonly snapshot: Snapshot;
  /** RFC 3339. */
  readonly at: string;
  readonly claims?: readonly DeliveredClaims[];
  /** What the snapshot was judged to be, where the server was asked about it too. */
  readonly judged?: readonly Judgement[];
}

export interface IncidentOptions {
  readonly alert?: AlertName;
  readonly cluster?: string;
  readonly kubectl?: 'kubectl' | 'oc';
  /** An incident to go on with. */
  readonly after?: Incident;
}

/** The incident after these looks, one after the other. */
export function incidentAfter(looks: readonly LookOptions[], options: IncidentOptions = {}): Incident {
  const { alert = IMPORT_DISABLED, cluster = 'prod-eu-1', kubectl = 'kubectl', after } = options;
  const first: Incident = after ?? newIncident(cluster, alert);
  return looks.reduce((incident, { snapshot, at, claims = [], judged = judge(snapshot, kubectl) }) => {
    const judgement = judged.find((one) => one.alert === incident.alert);
    if (!judgement) throw new Error(`no judgement of ${incident.alert}`);
    return advance(incident, {
      judgement,
      served: snapshot.served,
      versions: snapshot.versions,
      operator: snapshot.operator,
      at,
      claims,
      flapWindowMs: 3_600_000,
      newEpisodeId: () => `episode-${at}`,
    });
  }, first);
}

/** The incident with its message in the channel, and in the thread so many of its announcements: all, unless it is said. */
export function posted(incident: Incident, told?: number): Incident {
  const { episode } = incident;
  if (episode === undefined) return incident;
  const announcements = told ?? countAnnounced(episode);
  const said = { channel: 'C', ts: '1.1', revision: episode.revision, checkedAt: undefined, announcements, files: {} };
  return { ...incident, episode: { ...episode, said } };
}

/** The current episode; an error where there is none. */
export function episodeOf({ key, episode }: Incident): Episode {
  if (episode) return episode;
  throw new Error(`${key} has no episode`);
}

/** One delivery of Alertmanager about one series that fires. */
export function fires(heardAt: string, series: Partial<SeriesClaim> = {}): DeliveredClaims {
  return delivers(heardAt, [{ status: 'firing', ...series }]);
}

/** One delivery that says of the same series that it is resolved. */
export function resolves(heardAt: string, series: Partial<SeriesClaim> = {}): DeliveredClaims {
  return delivers(heardAt, [{ status: 'resolved', ...series }]);
}

/** One delivery about several series. */
export function delivers(heardAt: string, series: readonly Partial<SeriesClaim>[]): DeliveredClaims {
  const usual = { fingerprint: 'f6c173e616a9926c', groupKey: '{}:{alertname="T"}', startsAt: '2026-11-22T10:00:00Z', links: LINKS };
  const claims = series.map((one) => ({ ...usual, status: 'firing' as const, heardAt, ...one }));
  return { heardAt, groupKey: usual.groupKey, truncated: false, series: claims };
}
