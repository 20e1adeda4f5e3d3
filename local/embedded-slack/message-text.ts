/** How much text a message holds, counted as Slack seems to: every text in its blocks, after `&`, `<` and `>` have become entities. */
import { EXTRA_CHARACTERS_PER_HEADER } from './limits.ts';
import { isRecord } from './schema.ts';

/** The characters of a value's texts, however deep they are. */
export function countCharacters(value: unknown): number {
  if (Array.isArray(value)) return sum(value.map(countCharacters));
  if (!isRecord(value)) return 0;
  const own = typeof value.text === 'string' ? expand(value.text, value.type).length : 0;
  const header = value.type === 'header' ? EXTRA_CHARACTERS_PER_HEADER : 0;
  return own + header + sum(Object.values(value).map(countCharacters));
}

/** In mrkdwn `<` and `>` are syntax and entities are already there; a bare `&` is neither. */
function expand(text: string, type: unknown): string {
  if (type === 'mrkdwn') return text.replaceAll(/&(?!(?:amp|lt|gt);)/g, '&amp;');
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
