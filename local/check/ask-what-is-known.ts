/** What archwatch and Alertmanager know of the alerts beside what the cluster shows; only of a live cluster. */
import type { Environment } from '../../shared/config.ts';
import { ALERT_RULES, type AlertName } from '../../shared/golden-images/conditions.ts';
import type { Claim } from '../../shared/golden-images/verdict.ts';
import { claimOf, mergeClaims } from '../../shared/incidents/claims.ts';
import type { Connect } from '../../shared/kubernetes/api-connection.ts';
import { pullClaims } from './claims.ts';
import type { Known } from './known.ts';
import { readRecord, toRecord } from './record.ts';

/** Throws `ConfigError` for variables that cannot be used; all else that fails is in `unread`. */
export async function askWhatIsKnown(environment: Environment, cluster: string | null, connect: Connect, now: Date): Promise<Known> {
  const alerts = ALERT_RULES.map(({ alert }) => alert);
  const [record, pulled] = await Promise.all([readRecord(environment, cluster, alerts, connect), pullClaims(environment, cluster, now)]);
  const claimNow = (alert: AlertName): Claim | undefined => {
    const { series = [], episode } = record?.of(alert) ?? {};
    const said = pulled?.signal.get(alert);
    return said ? claimOf(mergeClaims(series, said), episode?.openedAt ?? now.toISOString()) : undefined;
  };
  return {
    recordOf: (alert) => record && toRecord(record.of(alert) ?? { episode: undefined }),
    claimOf: claimNow,
    unread: [...(record?.unread ?? []), ...(pulled?.unread ?? [])],
  };
}
