/** A delivery of Alertmanager → claims → look again. */
import { type Alert, MalformedWebhookError, parseWebhook, type Webhook } from '../../shared/alertmanager/webhook.ts';
import { ALERT_RULES, type AlertName } from '../../shared/golden-images/conditions.ts';
import { BadRequestError, NO_CONTENT, type Route, TooLargeError } from '../../shared/http.ts';
import type { SeriesClaim } from '../../shared/incidents/incident.ts';
import type { Logger } from '../../shared/log.ts';
import type { LookAgain, Signal } from '../../shared/look-again.ts';
import { counter } from '../../shared/metrics.ts';

export interface AlertsHandlerDependencies {
  readonly authenticate: NonNullable<Route['authenticate']>;
  readonly looking: LookAgain;
  readonly cluster: ClusterIdentity;
  readonly log: Logger;
  readonly now: () => Date;
}

/** By what an alert is known to come from this cluster, and from no other of the same hub. */
export interface ClusterIdentity {
  readonly name: string;
  readonly id: string | undefined;
  /** Alert labels that name a cluster. */
  readonly labels: readonly string[];
}

const MAX_BODY = 1024 * 1024;
/** Rule 10; Alertmanager's peers send again after 15 s. */
const ANSWER_TIME_MS = 10_000;

const alertsSeen = counter('archwatch_alerts_total', 'Alerts in deliveries: ours, of another cluster, or not watched.', ['kind']);

/** `POST /alerts`: 204 when the effect is recorded and said. */
export function createAlertsHandler(dependencies: AlertsHandlerDependencies): Route {
  const { authenticate, looking, cluster, log, now } = dependencies;
  return {
    method: 'post',
    path: '/alerts',
    bodyLimit: MAX_BODY,
    authenticate,
    handle: async ({ body }) => {
      const webhook = parse(body);
      const kinds = Map.groupBy(webhook.alerts, (alert) => kindOf(alert, cluster));
      for (const [kind, alerts] of kinds) alertsSeen.inc({ kind }, alerts.length);
      const ours = kinds.get('ours') ?? [];
      const isForUs = ours.length > 0 || (await looking.isWatchedGroup(webhook.groupKey));
      const verdicts = isForUs ? await inTime(looking.lookAgain(toSignal(webhook, ours, now()))) : {};
      log.info({ groupKey: webhook.groupKey, alerts: webhook.alerts.length, verdicts }, summaryOf(kinds));
      return NO_CONTENT;
    },
  };
}

function parse(body: Buffer): Webhook {
  try {
    return parseWebhook(JSON.parse(body.toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) throw new BadRequestError('the body is not JSON');
    if (error instanceof MalformedWebhookError) throw new (error.tooLarge ? TooLargeError : BadRequestError)(error.message);
    throw error;
  }
}

type Kind = 'ours' | 'other-cluster' | 'not-watched';

function kindOf(alert: Alert, cluster: ClusterIdentity): Kind {
  if (alertName(alert) === undefined) return 'not-watched';
  return isElsewhere(alert, cluster) ? 'other-cluster' : 'ours';
}

function summaryOf(kinds: ReadonlyMap<Kind, readonly Alert[]>): string {
  const elsewhere = kinds.get('other-cluster')?.length ?? 0;
  return elsewhere > 0 ? `delivery; ${elsewhere} not watched from here: of another cluster` : 'delivery';
}

function alertName({ labels }: Alert): AlertName | undefined {
  return ALERT_RULES.map(({ alert }) => alert).find((name) => name === labels.alertname);
}

/** Rule 12: a hub's Alertmanager carries the alerts of many clusters. */
function isElsewhere(alert: Alert, { name, id, labels }: ClusterIdentity): boolean {
  const named = labels.map((label) => alert.labels[label]).filter((value) => value !== undefined && value !== '');
  return named.length > 0 && !named.some((value) => value === name || value === id);
}

/** What the delivery says of every alert: of one that is no longer in its group, that it has gone. */
function toSignal(webhook: Webhook, ours: readonly Alert[], now: Date): Signal {
  const { groupKey, truncated } = webhook;
  const heardAt = now.toISOString();
  return new Map(
    ALERT_RULES.map(({ alert: name }) => {
      const series = ours.filter((alert) => alertName(alert) === name).map((alert) => toSeries(alert, webhook, heardAt));
      return [name, { heardAt, groupKey, truncated, series }];
    }),
  );
}

function toSeries({ fingerprint, status, startsAt, generatorUrl, annotations }: Alert, webhook: Webhook, heardAt: string): SeriesClaim {
  const links = { runbook: annotations.runbook_url, graph: generatorUrl, alertmanager: webhook.externalUrl };
  return { fingerprint, groupKey: webhook.groupKey, status, startsAt: startsAt ?? heardAt, heardAt, links };
}

/** Gives up waiting, not the work: what it does is recorded, and the delivery that comes again finds it done. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error(`not done within ${ANSWER_TIME_MS} ms`)), ANSWER_TIME_MS);
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
