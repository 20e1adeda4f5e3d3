/**
 * What Alertmanager's webhook receiver delivers (payload version 4), read leniently: unknown fields are ignored, optional ones may be missing.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
import { type Alert, MalformedAlertError, objectOf, optionalText, readAlertFields, show } from './alert.ts';

export interface Webhook {
  readonly groupKey: string;
  readonly externalUrl: string | undefined;
  /** Whether `max_alerts` cut the group: then it says nothing about the alerts that are not in it. */
  readonly truncated: boolean;
  readonly alerts: readonly Alert[];
}

/** A body that is not a version 4 delivery. The message says what was wrong and where. */
export class MalformedWebhookError extends MalformedAlertError {
  override readonly name = 'MalformedWebhookError';
  /** Whether it is only too much of a good thing. */
  readonly tooLarge: boolean;

  constructor(message: string, { tooLarge = false, cause }: { readonly tooLarge?: boolean; readonly cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.tooLarge = tooLarge;
  }
}

/** More than any group of ours can hold; Alertmanager's `max_alerts` bounds it at the sender. */
export const MAX_ALERTS = 1_000;

/** Reads a delivery. Throws `MalformedWebhookError`. */
export function parseWebhook(body: unknown): Webhook {
  try {
    return readWebhook(body);
  } catch (error) {
    if (!(error instanceof MalformedAlertError) || error instanceof MalformedWebhookError) throw error;
    throw new MalformedWebhookError(error.message, { cause: error });
  }
}

function readWebhook(body: unknown): Webhook {
  const webhook = objectOf(body, 'the body');
  if (webhook.version !== '4') throw new MalformedWebhookError(`version is ${show(webhook.version)}, and only "4" is known`);
  const { alerts } = webhook;
  if (!Array.isArray(alerts)) throw new MalformedWebhookError(`alerts is ${show(alerts)}, not a list`);
  if (alerts.length > MAX_ALERTS) {
    throw new MalformedWebhookError(`${alerts.length} alerts in one delivery, at most ${MAX_ALERTS} are taken: set max_alerts`, {
      tooLarge: true,
    });
  }
  return {
    groupKey: optionalText(webhook, 'groupKey', 'groupKey') ?? '',
    externalUrl: optionalText(webhook, 'externalURL', 'externalURL'),
    truncated: isTruncated(webhook.truncatedAlerts),
    alerts: alerts.map((alert: unknown, index) => readAlert(alert, `alerts[${index}]`, webhook.status)),
  };
}

function readAlert(value: unknown, where: string, groupStatus: unknown): Alert {
  const alert = objectOf(value, where);
  return { status: readStatus(alert.status ?? groupStatus, where), ...readAlertFields(alert, where) };
}

function readStatus(status: unknown, where: string): Alert['status'] {
  if (status === 'firing' || status === 'resolved') return status;
  throw new MalformedWebhookError(`${where}.status is ${show(status)}, not "firing" or "resolved"`);
}

function isTruncated(count: unknown): boolean {
  if (count === undefined || count === null) return false;
  if (typeof count === 'number') return count > 0;
  throw new MalformedWebhookError(`truncatedAlerts is ${show(count)}, not a number`);
}
