/** Words for the sentences of the domain. */

const NAMED = 5;

/** `a`, `a and b`, `a, b and c`; of a longer list the first five, and how many more. */
export function listOf(names: readonly string[]): string {
  if (names.length > NAMED) return `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;
  const [last = 'none', ...before] = [...names].reverse();
  return before.length === 0 ? last : `${before.reverse().join(', ')} and ${last}`;
}
