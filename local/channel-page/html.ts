/** HTML that cannot be anything else than what we wrote: every value in it is escaped, unless it is HTML of ours itself. */

/** Made only by `html`, so it is safe to send. */
export interface Html {
  readonly html: string;
}

/** What may stand in a template. Nothing at all leaves no trace. */
export type Part = Html | string | number | undefined | readonly Part[];

/** A template whose values are escaped, in text and in quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((string, index) => string + (index < parts.length ? write(parts[index]) : '')).join('') };
}

/** Nothing. */
export const NONE: Html = html``;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function write(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return part.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
  if (typeof part === 'number') return String(part);
  return 'html' in part ? part.html : part.map(write).join('');
}
