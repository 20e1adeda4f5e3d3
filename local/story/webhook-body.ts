/** The body of an Alertmanager webhook delivery, version 4. */

export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: Date;
  /** Set once it is over. */
  readonly endsAt?: Date;
  /** PromQL, for the link to the graph. */
  readonly expression: string;
}

const EXTERNAL_URL = 'https://console-openshift-console.apps.example.org/monitoring';
const ROUTE = '{}/{alertname=~"HCOMultiArch.*|HCOGoldenImage.*"}';
const NO_TIME = '0001-01-01T00:00:00Z';
const GROUP_BY = ['alertname', 'namespace'];

/** One group: the alerts have the same name and namespace. */
export function webhookBody(alerts: readonly Alert[], now: Date): object {
  const groupLabels = common(alerts.map(({ labels }) => Object.fromEntries(GROUP_BY.map((name) => [name, labels[name] ?? '']))));
  const named = Object.entries(groupLabels).map(([name, value]) => `${name}="${value}"`);
  return {
    receiver: 'archwatch',
    status: alerts.every((alert) => isOver(alert, now)) ? 'resolved' : 'firing',
    alerts: alerts.map((alert) => alertBody(alert, now)),
    groupLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: EXTERNAL_URL,
    version: '4',
    groupKey: `${ROUTE}:{${named.join(', ')}}`,
    truncatedAlerts: 0,
  };
}

function alertBody(alert: Alert, now: Date): object {
  const { labels, annotations, startsAt, endsAt, expression } = alert;
  return {
    status: isOver(alert, now) ? 'resolved' : 'firing',
    labels,
    annotations,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt?.toISOString() ?? NO_TIME,
    generatorURL: `${EXTERNAL_URL}/graph?${new URLSearchParams({ 'g0.expr': expression, 'g0.tab': '1' })}`,
    fingerprint: fingerprint(labels),
  };
}

function isOver({ endsAt }: Alert, now: Date): boolean {
  return endsAt !== undefined && endsAt <= now;
}

/** What all of them say alike. */
function common(all: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first = {}, ...rest] = all;
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => rest.every((other) => other[name] === value)));
}

/** Prometheus' own: 64-bit FNV-1a over the labels by name, a 0xff byte after each name and value. */
export function fingerprint(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const bytes = sorted.flatMap(([name, value]) => [...Buffer.from(name), 0xff, ...Buffer.from(value), 0xff]);
  const hash = bytes.reduce((sum, byte) => BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n), 0xcbf29ce484222325n);
  return hash.toString(16).padStart(16, '0');
}
