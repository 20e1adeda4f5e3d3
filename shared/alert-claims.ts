/** What alerts of Alertmanager say of ours, however they came: which are ours, of this cluster, and the claim of each series. */
import type { Alert } from './alertmanager/alert.ts';
import { ALERT_RULES, type AlertName } from './golden-images/conditions.ts';
import { boundedId, boundedLink } from './incidents/bounded.ts';
import type { SeriesClaim } from './incidents/incident.ts';

/** By what an alert is known to come from this cluster, and from no other of the same hub. */
export interface ClusterIdentity {
  readonly name: string;
  readonly id: string | undefined;
  /** Alert labels that name a cluster. */
  readonly labels: readonly string[];
}

export type AlertKind = 'ours' | 'other-cluster' | 'not-watched';

export function kindOf(alert: Alert, cluster: ClusterIdentity): AlertKind {
  if (alertName(alert) === undefined) return 'not-watched';
  return isElsewhere(alert, cluster) ? 'other-cluster' : 'ours';
}

/** Rule 12: a hub's Alertmanager carries the alerts of many clusters. */
function isElsewhere(alert: Alert, { name, id, labels }: ClusterIdentity): boolean {
  const named = labels.map((label) => alert.labels[label]).filter((value) => value !== undefined && value !== '');
  return named.length > 0 && !named.some((value) => value === name || value === id);
}

/** The alert of ours that it is; undefined for any other. */
export function alertName({ labels }: Alert): AlertName | undefined {
  return ALERT_RULES.map(({ alert }) => alert).find((name) => name === labels.alertname);
}

/** Of the two alerts about single images (`pkg/monitoring/hyperconverged/metrics/operator_metrics.go`). */
const IMAGE_LABEL = 'data_import_cron_name';

export interface Hearing {
  readonly groupKey: string;
  /** RFC 3339. */
  readonly heardAt: string;
  /** Base of links to Alertmanager, where it says one. */
  readonly externalUrl: string | undefined;
}

/** The claim of one series. */
export function toSeries(alert: Alert, { groupKey, heardAt, externalUrl }: Hearing, cluster: ClusterIdentity): SeriesClaim {
  const { status, startsAt, generatorUrl, annotations } = alert;
  const [runbook, graph, alertmanager] = [annotations.runbook_url, generatorUrl, externalUrl].map(boundedLink);
  const links = { runbook, graph, alertmanager };
  const [fingerprint, group] = [boundedId(alert.fingerprint), boundedId(groupKey)];
  const image = alert.labels[IMAGE_LABEL];
  const about = image ? { image: boundedId(image) } : {};
  return { fingerprint, groupKey: group, status, startsAt: startsAt ?? heardAt, heardAt, links, ...about, ...namedBy(alert, cluster) };
}

/** The labels that name this cluster, as our settings do: none is ever cut, for a silence must match them. */
function namedBy(alert: Alert, { name, id, labels }: ClusterIdentity): Pick<SeriesClaim, 'cluster'> {
  const ours = labels.flatMap((label) => {
    const value = alert.labels[label];
    return value !== undefined && value !== '' && (value === name || value === id) ? [[label, value] as const] : [];
  });
  return ours.length > 0 ? { cluster: Object.fromEntries(ours) } : {};
}
