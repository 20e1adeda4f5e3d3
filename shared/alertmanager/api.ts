/** Alertmanager's own list of alerts, for where no receiver can be configured. */
import { type Alert, MalformedAlertError, objectOf, readAlertFields, show } from './alert.ts';
import { type AlertmanagerApiOptions, apiUrl, ask } from './request.ts';

export type { AlertmanagerApiOptions } from './request.ts';

/** An alert that has not ended. */
export interface ListedAlert extends Alert {
  /** Silenced or inhibited: it is there, and Alertmanager tells nobody. */
  readonly suppressed: boolean;
}

export interface AlertmanagerApi {
  /** All alerts of these names that have not ended. Throws where the list could not be read, or not as a whole. */
  readonly alerts: (names: readonly string[]) => Promise<readonly ListedAlert[]>;
}

export function createAlertmanagerApi(options: AlertmanagerApiOptions): AlertmanagerApi {
  return {
    alerts: async (names) => {
      const url = listUrl(options.url, names);
      try {
        return parseList(await ask(url, options));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`cannot read the alerts at ${url.origin}${url.pathname}: ${why}`, { cause: error });
      }
    },
  };
}

/** Suppressed ones are asked for too: what was silenced has not ended. */
function listUrl(base: string, names: readonly string[]): URL {
  return apiUrl(base, 'alerts', { active: 'true', silenced: 'true', inhibited: 'true', filter: `alertname=~"${names.join('|')}"` });
}

function parseList(list: unknown): readonly ListedAlert[] {
  if (!Array.isArray(list)) throw new MalformedAlertError(`the answer is ${show(list)}, not a list`);
  return list.map((item: unknown, index) => readListed(item, `[${index}]`));
}

/** `active`, `suppressed`, or `unprocessed` in its first moments. */
function readListed(item: unknown, where: string): ListedAlert {
  const alert = objectOf(item, where);
  const { state } = objectOf(alert.status ?? {}, `${where}.status`);
  return { status: 'firing', suppressed: state === 'suppressed', ...readAlertFields(alert, where), endsAt: undefined };
}
