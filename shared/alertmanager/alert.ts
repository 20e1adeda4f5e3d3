/** One alert as Alertmanager words it, in a delivery or in its API; read leniently: unknown fields are ignored, optional ones may be missing. */
import { plain } from '../plain.ts';

export interface Alert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339; undefined where Alertmanager does not say. */
  readonly startsAt: string | undefined;
  /** Undefined while it fires: Alertmanager delivers the year 1 then, and lists the time by which Prometheus must repeat it. */
  readonly endsAt: string | undefined;
  readonly generatorUrl: string | undefined;
  /** Identifies the series by all its labels; built from them where Alertmanager sends none. */
  readonly fingerprint: string;
}

/** What is not an alert. The message says what was wrong and where. */
export class MalformedAlertError extends Error {
  override readonly name: string = 'MalformedAlertError';
}

/** Prometheus sets no bound; Kubernetes names and values are far below it. */
export const MAX_LABEL_LENGTH = 4_096;
const MAX_ANNOTATION_LENGTH = 16_384;

export type Fields = Readonly<Record<string, unknown>>;

/** All of an alert but its status, which each source words in its own way. Throws `MalformedAlertError`. */
export function readAlertFields(alert: Fields, where: string): Omit<Alert, 'status'> {
  const labels = textMap(alert.labels, `${where}.labels`, MAX_LABEL_LENGTH);
  return {
    labels,
    annotations: textMap(alert.annotations, `${where}.annotations`, MAX_ANNOTATION_LENGTH),
    startsAt: readTime(alert, 'startsAt', where),
    endsAt: readTime(alert, 'endsAt', where),
    generatorUrl: optionalText(alert, 'generatorURL', `${where}.generatorURL`),
    fingerprint: optionalText(alert, 'fingerprint', `${where}.fingerprint`) || JSON.stringify(Object.entries(labels).sort()),
  };
}

/** Go's zero time, year 1, means that there is none. */
function readTime(alert: Fields, name: string, where: string): string | undefined {
  const time = optionalText(alert, name, `${where}.${name}`);
  if (time === undefined || time.startsWith('0001-')) return undefined;
  if (Number.isNaN(Date.parse(time))) throw new MalformedAlertError(`${where}.${name} is ${show(time)}, not a time`);
  return time;
}

export function objectOf(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new MalformedAlertError(`${where} is ${show(value)}, not an object`);
}

export function optionalText(fields: Fields, name: string, where: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new MalformedAlertError(`${where} is ${show(value)}, not a string`);
}

function textMap(value: unknown, where: string, maxLength: number): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  return Object.fromEntries(
    Object.entries(objectOf(value, where)).map(([name, text]) => {
      const at = `${where}[${show(name)}]`;
      if (typeof text !== 'string') throw new MalformedAlertError(`${at} is ${show(text)}, not a string`);
      if (text.length > maxLength || name.length > maxLength) {
        throw new MalformedAlertError(`${at} is ${Math.max(name.length, text.length)} characters long, at most ${maxLength} are taken`);
      }
      return [name, text];
    }),
  );
}

/** A value for an error message: short, whatever it is. Lists and objects are only named: they can be nested too deeply to be written out. */
export function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = plain(JSON.stringify(value));
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
