/** A delivery of Alertmanager → claims → look again. */
import { type AlertKind, alertName, type ClusterIdentity, kindOf, toSeries } from '../../shared/alert-claims.ts';
import type { Alert } from '../../shared/alertmanager/alert.ts';
import { MalformedWebhookError, parseWebhook, type Webhook } from '../../shared/alertmanager/webhook.ts';
import { noteDelivery } from '../../shared/delivery.ts';
import { ALERT_RULES } from '../../shared/golden-images/conditions.ts';
import { BadRequestError, NO_CONTENT, type Route, TooLargeError } from '../../shared/http/route.ts';
import { inTime } from '../../shared/in-time.ts';
import { boundedId } from '../../shared/incidents/bounded.ts';
import type { LookAgain } from '../../shared/look-again/look-again.ts';
import type { Signal } from '../../shared/look-again/signal.ts';
import { counter } from '../../shared/metrics.ts';
import { plain } from '../../shared/plain.ts';

export interface AlertsHandlerDependencies {
  readonly authenticate: NonNullable<Route['authenticate']>;
  readonly looking: LookAgain;
  readonly cluster: ClusterIdentity;
  readonly now: () => Date;
}

const MAX_BODY = 1024 * 1024;
/** Rule 10; Alertmanager's peers send again after 15 s. */
const ANSWER_TIME_MS = 10_000;

const alertsSeen = counter('archwatch_alerts_total', 'Alerts in deliveries: ours, of another cluster, or not watched.', ['kind']);

/** `POST /alerts`: 204 when the effect is recorded and said. */
export function createAlertsHandler(dependencies: AlertsHandlerDependencies): Route {
  const { authenticate, looking, cluster, now } = dependencies;
  return {
    method: 'post',
    path: '/alerts',
    bodyLimit: MAX_BODY,
    isDelivery: true,
    authenticate,
    handle: async ({ body }) => {
      const webhook = parse(body);
      const kinds = Map.groupBy(webhook.alerts, (alert) => kindOf(alert, cluster));
      for (const [kind, alerts] of kinds) alertsSeen.inc({ kind }, alerts.length);
      const ours = kinds.get('ours') ?? [];
      const groupKey = boundedId(webhook.groupKey);
      noteDelivery({ groupKey: plain(groupKey), alerts: webhook.alerts.length, ...unwatchedIn(kinds) });
      const isForUs = ours.length > 0 || (await looking.isWatchedGroup(groupKey));
      if (!isForUs) return NO_CONTENT;
      const { verdicts } = await inTime(looking.lookAgain(toSignal(webhook, ours, cluster, now())), ANSWER_TIME_MS);
      noteDelivery({ verdicts });
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

/** Rule 12: what is not about this cluster is said. */
function unwatchedIn(kinds: ReadonlyMap<AlertKind, readonly Alert[]>): object {
  const elsewhere = kinds.get('other-cluster')?.length ?? 0;
  return elsewhere > 0 ? { why: `${elsewhere} not watched from here: of another cluster` } : {};
}

/** What the delivery says of every alert: of one that is no longer in its group, that it has gone. */
function toSignal(webhook: Webhook, ours: readonly Alert[], cluster: ClusterIdentity, now: Date): Signal {
  const { truncated, externalUrl } = webhook;
  const groupKey = boundedId(webhook.groupKey);
  const heardAt = now.toISOString();
  const hearing = { groupKey, heardAt, externalUrl };
  return new Map(
    ALERT_RULES.map(({ alert: name }) => {
      const series = ours.filter((alert) => alertName(alert) === name).map((alert) => toSeries(alert, hearing, cluster));
      return [name, { heardAt, groupKey, truncated, series }];
    }),
  );
}
