/** Text that comes from outside, made short and safe for Slack. */
import { count, listOf } from '../golden-images/words.ts';
import { plain } from '../plain.ts';

/** At most `max` characters as Slack counts them, the last an ellipsis where something was cut. Never cuts a character in two. */
export function clip(text: string, max: number): string {
  if (lengthInSlack(text) <= max) return text;
  let kept = '';
  let left = max - 1;
  for (const character of text) {
    left -= lengthInSlack(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

/** A name for a sentence: harmless, no longer than a person reads, and never empty. */
export function shortName(text: string): string {
  return nameOf(text, MAX_NAME);
}

/** The same of a name in its namespace, or of something that is called after one. */
export function longName(text: string): string {
  return nameOf(text, 2 * MAX_NAME + 1);
}

/** Kubernetes names go up to 253 characters; none that a person chose is longer than this. */
const MAX_NAME = 63;

function nameOf(text: string, max: number): string {
  return notACommand(clip(plain(text), max)) || '(no name)';
}

/** What reads like a command is quoted: a line that begins with one, outside quotes, is ours. */
export function notACommand(text: string): string {
  return /^\s*(?:kubectl|oc)\s/i.test(text) ? `“${text}”` : text;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** For mrkdwn: https://docs.slack.dev/messaging/formatting-message-text#escaping. Clip first, so that no entity is cut. */
export function escapeMrkdwn(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}

/** How many characters Slack takes a text for: it counts `&`, `<` and `>` as the entities that they become. */
export function lengthInSlack(text: string): number {
  return escapeMrkdwn(text).length;
}

/** The first `shown` names, and how many more; `none` for an empty list. */
export function namesOf(names: readonly string[], shown: number): string {
  return listOf(names, shown, shortName);
}

/** The first names as `namesOf` says them; only how many there are where none may be shown. */
export function namesOrCount(names: readonly string[], shown: number, noun: string): string {
  return shown > 0 ? namesOf(names, shown) : count(names.length, noun);
}

/** The address, if it is one that a person can safely follow; undefined for everything else. */
export function webAddress(address: string | undefined, maxLength: number): string | undefined {
  if (address === undefined) return undefined;
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  return lengthInSlack(url.href) <= maxLength ? url.href : undefined;
}
