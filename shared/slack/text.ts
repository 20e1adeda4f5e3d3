/** Text that comes from outside, made harmless: names, labels and addresses are whatever somebody typed. */

/** Controls, line breaks, directions and invisible characters can forge lines or hide words: each becomes a visible mark. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

/** At most `max` characters, the last of them an ellipsis where something was cut. Never cuts a character in two. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** A name for a sentence: harmless, and no longer than a person reads. */
export function shortName(text: string): string {
  return clip(plain(text), MAX_NAME);
}

/** Kubernetes names go up to 253 characters; none that a person chose is longer than this. */
const MAX_NAME = 63;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** For mrkdwn: https://docs.slack.dev/messaging/formatting-message-text#escaping. Clip first, so that no entity is cut. */
export function escapeMrkdwn(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}

/** The first `shown` names, and how many more; `none` for an empty list. */
export function namesOf(names: readonly string[], shown: number): string {
  if (names.length === 0) return 'none';
  const first = names.slice(0, shown).map(shortName);
  const more = names.length - first.length;
  if (more === 0) return first.join(', ');
  return first.length === 0 ? `${more}` : `${first.join(', ')} and ${more} more`;
}

/** `1 node`, `2 nodes`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The address, if it is one that a person can safely follow; undefined for everything else. */
export function webAddress(address: string | undefined, maxLength: number): string | undefined {
  if (address === undefined) return undefined;
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  return url.href.length <= maxLength ? url.href : undefined;
}
