/** Words for sentences: lists and numbers. */

const NAMED = 5;

/**
 * `a`, `a and b`, `a, b and c`; of a longer list the first `shown`, and how many more; `none` for an empty one.
 * `write` makes of a name what the reader gets.
 */
export function listOf(names: readonly string[], shown = NAMED, write = (name: string) => name): string {
  const written = names.slice(0, shown).map(write);
  const items = names.length > shown ? [...written, `${names.length - shown} more`] : written;
  const last = items.pop() ?? 'none';
  return items.length === 0 ? last : `${items.join(', ')} and ${last}`;
}

/** `1 node`, `2 nodes`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
