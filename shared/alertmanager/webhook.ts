/**
 * What Alertmanager's webhook receiver delivers (payload version 4), read leniently: unknown fields are ignored, optional ones may be missing.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */

export interface Alert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339; undefined where the delivery does not say. */
  readonly startsAt: string | undefined;
  /** Undefined while it fires: Alertmanager sends the year 1 then. */
  readonly endsAt: string | undefined;
  readonly generatorUrl: string | undefined;
  /** Identifies the series by all its labels; built from them where Alertmanager sends none. */
  readonly fingerprint: string;
}

export interface Webhook {
  readonly groupKey: string;
  readonly externalUrl: string | undefined;
  /** Whether `max_alerts` cut the group: then it says nothing about the alerts that are not in it. */
  readonly truncated: boolean;
  readonly alerts: readonly Alert[];
}

/** A body that is not a version 4 delivery. The message says what was wrong and where. */
export class MalformedWebhookError extends Error {
  override readonly name = 'MalformedWebhookError';
  /** Whether it is only too much of a good thing. */
  readonly tooLarge: boolean;

  constructor(message: string, { tooLarge = false } = {}) {
    super(message);
    this.tooLarge = tooLarge;
  }
}

/** More than any group of ours can hold; Alertmanager's `max_alerts` bounds it at the sender. */
export const MAX_ALERTS = 1_000;
/** Prometheus sets no bound; Kubernetes names and values are far below it. */
export const MAX_LABEL_LENGTH = 4_096;
const MAX_ANNOTATION_LENGTH = 16_384;

/** Reads a delivery. Throws `MalformedWebhookError`. */
export function parseWebhook(body: unknown): Webhook {
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

type Fields = Readonly<Record<string, unknown>>;

function readAlert(value: unknown, where: string, groupStatus: unknown): Alert {
  const alert = objectOf(value, where);
  const labels = textMap(alert.labels, `${where}.labels`, MAX_LABEL_LENGTH);
  return {
    status: readStatus(alert.status ?? groupStatus, where),
    labels,
    annotations: textMap(alert.annotations, `${where}.annotations`, MAX_ANNOTATION_LENGTH),
    startsAt: readTime(alert, 'startsAt', where),
    endsAt: readTime(alert, 'endsAt', where),
    generatorUrl: optionalText(alert, 'generatorURL', `${where}.generatorURL`),
    fingerprint: optionalText(alert, 'fingerprint', `${where}.fingerprint`) || JSON.stringify(Object.entries(labels).sort()),
  };
}

function readStatus(status: unknown, where: string): Alert['status'] {
  if (status === 'firing' || status === 'resolved') return status;
  throw new MalformedWebhookError(`${where}.status is ${show(status)}, not "firing" or "resolved"`);
}

/** Go's zero time, year 1, means that there is none. */
function readTime(alert: Fields, name: string, where: string): string | undefined {
  const time = optionalText(alert, name, `${where}.${name}`);
  if (time === undefined || time.startsWith('0001-')) return undefined;
  if (Number.isNaN(Date.parse(time))) throw new MalformedWebhookError(`${where}.${name} is ${show(time)}, not a time`);
  return time;
}

function isTruncated(count: unknown): boolean {
  if (count === undefined || count === null) return false;
  if (typeof count === 'number') return count > 0;
  throw new MalformedWebhookError(`truncatedAlerts is ${show(count)}, not a number`);
}

function objectOf(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new MalformedWebhookError(`${where} is ${show(value)}, not an object`);
}

function optionalText(fields: Fields, name: string, where: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new MalformedWebhookError(`${where} is ${show(value)}, not a string`);
}

function textMap(value: unknown, where: string, maxLength: number): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  return Object.fromEntries(
    Object.entries(objectOf(value, where)).map(([name, text]) => {
      const at = `${where}[${show(name)}]`;
      if (typeof text !== 'string') throw new MalformedWebhookError(`${at} is ${show(text)}, not a string`);
      if (text.length > maxLength || name.length > maxLength) {
        throw new MalformedWebhookError(`${at} is ${Math.max(name.length, text.length)} characters long, at most ${maxLength} are taken`);
      }
      return [name, text];
    }),
  );
}

/** A value for an error message: short, whatever it is. Lists and objects are only named: they can be nested too deeply to be written out. */
function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
