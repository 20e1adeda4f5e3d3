/** Claims by pull: what the Alertmanager that we may ask lists now, as a signal like any other. */
import { alertName, type ClusterIdentity, kindOf, toSeries } from './alert-claims.ts';
import type { AlertmanagerApi, ListedAlert } from './alertmanager/api.ts';
import { ALERT_RULES } from './golden-images/conditions.ts';
import { boundedId } from './incidents/bounded.ts';
import { LISTED_GROUP } from './incidents/claims.ts';
import type { Logger } from './log.ts';
import type { Signal } from './look-again/signal.ts';
import { counter } from './metrics.ts';

export interface PullDependencies {
  readonly alertmanager: AlertmanagerApi;
  readonly cluster: ClusterIdentity;
  readonly log: Pick<Logger, 'error'>;
  readonly now: () => Date;
}

/** It says nothing: only look. */
const NO_CLAIMS: Signal = new Map();
const NAMES = ALERT_RULES.map(({ alert }) => alert);

const pulls = counter('archwatch_alertmanager_pulls_total', 'Lists of alerts asked of Alertmanager, by outcome.', ['outcome']);

/** Asks Alertmanager. Never throws: a list that cannot be read is logged and counted, and says nothing. */
export function createPull({ alertmanager, cluster, log, now }: PullDependencies): () => Promise<Signal> {
  return async () => {
    const heardAt = now().toISOString(); // what is heard while the answer is on its way is newer than the list
    try {
      const listed = await alertmanager.alerts(NAMES);
      pulls.inc({ outcome: 'read' });
      return toSignal(
        listed.filter((alert) => kindOf(alert, cluster) === 'ours'),
        heardAt,
        cluster,
      );
    } catch (error) {
      pulls.inc({ outcome: 'failed' });
      log.error({ err: error }, `the cluster is looked at without claims: ${error instanceof Error ? error.message : error}`);
      return NO_CLAIMS;
    }
  };
}

/** What the list says of every alert: also of one that is not in it. */
function toSignal(ours: readonly ListedAlert[], heardAt: string, cluster: ClusterIdentity): Signal {
  const hearing = { groupKey: LISTED_GROUP, heardAt, externalUrl: undefined };
  return new Map(
    NAMES.map((name) => {
      const named = ours.filter((alert) => alertName(alert) === name);
      const series = named.filter(({ suppressed }) => !suppressed).map((alert) => toSeries(alert, hearing, cluster));
      const suppressed = named.filter((alert) => alert.suppressed).map(({ fingerprint }) => boundedId(fingerprint));
      return [name, { kind: 'list' as const, heardAt, groupKey: LISTED_GROUP, truncated: false, series, suppressed }];
    }),
  );
}
