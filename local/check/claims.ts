/** What Alertmanager lists now, for a check that may ask it. */
import { MalformedAlertError } from '../../shared/alertmanager/alert.ts';
import { createAlertmanagerApi } from '../../shared/alertmanager/api.ts';
import { alertmanagerAccess } from '../../shared/alertmanager-access.ts';
import { type Environment, readConfig } from '../../shared/config.ts';
import type { FailedRead, FailureReason } from '../../shared/golden-images/read.ts';
import type { Signal } from '../../shared/look-again/signal.ts';
import { createPull } from '../../shared/pull-claims.ts';
import { alertmanagerApiTokenFile, alertmanagerCaFile, alertmanagerUrl, clusterId, clusterLabels } from '../../shared/settings.ts';

const variables = { alertmanagerUrl, alertmanagerApiTokenFile, alertmanagerCaFile, clusterId, clusterLabels };

export interface PulledClaims {
  /** Empty where the list could not be read. */
  readonly signal: Signal;
  readonly unread: readonly FailedRead[];
}

/** Undefined where no `ALERTMANAGER_URL` is set. Throws `ConfigError`. */
export async function pullClaims(environment: Environment, cluster: string | null, now: Date): Promise<PulledClaims | undefined> {
  const config = readConfig(environment, variables);
  const access = alertmanagerAccess(config);
  if (access === undefined) return undefined;
  const unread: FailedRead[] = [];
  const signal = await createPull({
    alertmanager: createAlertmanagerApi(access),
    cluster: { name: cluster ?? '', id: config.clusterId, labels: config.clusterLabels },
    log: { error: ({ err }: { readonly err?: unknown }) => void unread.push(failureOf(err)) },
    now: () => now,
  })();
  return { signal, unread };
}

function failureOf(error: unknown): FailedRead {
  return { resource: 'alerts of Alertmanager', reason: reasonOf(error), detail: error instanceof Error ? error.message : String(error) };
}

const REASONS: Readonly<Record<string, FailureReason>> = { 401: 'unauthorized', 403: 'forbidden' };

function reasonOf(error: unknown): FailureReason {
  const { cause, message } = error instanceof Error ? error : new Error(String(error));
  if (cause instanceof MalformedAlertError || cause instanceof SyntaxError) return 'malformed';
  if (/: no answer within \d+ ms$/.test(message)) return 'timeout';
  const [, status] = /: it answered (\d+)/.exec(message) ?? [];
  return status === undefined ? 'unreachable' : (REASONS[status] ?? 'server-error');
}
