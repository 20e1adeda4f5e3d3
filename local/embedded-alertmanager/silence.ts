/** A silence as Alertmanager's API takes it: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml. */
import { BadRequestError } from '../../shared/http/route.ts';
import { isRecord } from '../embedded-slack/schema.ts';

export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export interface NewSilence {
  readonly matchers: readonly Matcher[];
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly createdBy: string;
  readonly comment: string;
}

/** Throws `BadRequestError` where Alertmanager would not take it either. */
export function parseSilence(body: Buffer, now: Date): NewSilence {
  const { matchers, startsAt, endsAt, createdBy, comment } = parseObject(body);
  if (!Array.isArray(matchers) || matchers.length === 0) throw new BadRequestError('invalid silence: at least one matcher required');
  const [from, until] = [readTime(startsAt, 'startsAt'), readTime(endsAt, 'endsAt')];
  if (until <= from) throw new BadRequestError('invalid silence: end time must not be before start time');
  if (until <= now) throw new BadRequestError("invalid silence: end time can't be in the past");
  return {
    matchers: matchers.map(readMatcher),
    startsAt: from < now ? now : from, // the past is not silenced any more
    endsAt: until,
    createdBy: readText(createdBy, 'createdBy'),
    comment: readText(comment, 'comment'),
  };
}

/** Whether it is about an alert with these labels; a label that is missing is empty. */
export function isAbout({ matchers }: Pick<NewSilence, 'matchers'>, labels: Readonly<Record<string, string>>): boolean {
  return matchers.every((matcher) => matches(matcher, labels[matcher.name] ?? ''));
}

export function matches({ value, isRegex, isEqual }: Matcher, text: string): boolean {
  const found = isRegex ? new RegExp(`^(?:${value})$`).test(text) : text === value;
  return found === isEqual;
}

function readMatcher(matcher: unknown): Matcher {
  if (!isRecord(matcher)) throw new BadRequestError('matchers in body must be of type object');
  const { isRegex, isEqual = true } = matcher;
  if (typeof isRegex !== 'boolean' || typeof isEqual !== 'boolean') throw new BadRequestError('matchers.isRegex in body is required');
  return { name: readText(matcher.name, 'matchers.name'), value: readText(matcher.value, 'matchers.value'), isRegex, isEqual };
}

function readTime(value: unknown, name: string): Date {
  const time = new Date(readText(value, name));
  if (Number.isNaN(time.getTime())) throw new BadRequestError(`${name} in body must be of type date-time`);
  return time;
}

function readText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new BadRequestError(`${name} in body is required`);
  return value;
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString());
    if (isRecord(value)) return value;
  } catch {
    // said below
  }
  throw new BadRequestError('parsing silence body from "" failed: it is no JSON object');
}
