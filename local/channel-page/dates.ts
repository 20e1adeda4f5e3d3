/** Slack's date templates, such as `{date_short_pretty} at {time_secs}`, in words. */
import type { View } from './view.ts';

const LOCALE = 'en-GB';
const DAY_MS = 86_400_000;

type Token = (at: Date, view: View) => string;

const format =
  (options: Intl.DateTimeFormatOptions): Token =>
  (at, { timeZone }) =>
    new Intl.DateTimeFormat(LOCALE, { ...options, timeZone }).format(at);

const long = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const full = format({ day: 'numeric', month: 'long', year: 'numeric' });
const plain = format({ day: 'numeric', month: 'long' });
const short = format({ day: 'numeric', month: 'short', year: 'numeric' });
const numbers = format({ day: '2-digit', month: '2-digit', year: 'numeric' });

/** https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
const TOKENS: Readonly<Record<string, Token>> = {
  date: plain,
  date_pretty: pretty(plain),
  date_num: (at, view) => numbers(at, view).split('/').toReversed().join('-'),
  date_slash: numbers,
  date_long: long,
  date_long_full: full,
  date_long_pretty: pretty(long),
  date_short: short,
  date_short_pretty: pretty(short),
  day_divider_pretty: pretty(long),
  time: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  time_secs: format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
  ago: (at, { now }) => ago(now.getTime() - at.getTime()),
};

/** Fills a template for a time in seconds; nothing if that is no time. Unknown tokens stay as they are. */
export function formatDate(seconds: number, template: string, view: View): string | undefined {
  const at = new Date(seconds * 1_000);
  if (Number.isNaN(at.getTime())) return undefined;
  return template.replaceAll(/\{(\w+)\}/g, (token, name: string) =>
    Object.hasOwn(TOKENS, name) ? (TOKENS[name]?.(at, view) ?? token) : token,
  );
}

function pretty(otherwise: Token): Token {
  return (at, view) => {
    const day = (time: number) => numbers(new Date(time), view);
    const today = view.now.getTime();
    const known = new Map([
      [day(today), 'Today'],
      [day(today - DAY_MS), 'Yesterday'],
      [day(today + DAY_MS), 'Tomorrow'],
    ]);
    return known.get(day(at.getTime())) ?? otherwise(at, view);
  };
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

function ago(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, least]) => Math.abs(milliseconds) >= least) ?? ['second', 1_000];
  return new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' }).format(-Math.trunc(milliseconds / size), unit);
}
