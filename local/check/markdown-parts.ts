/** The pieces of a Markdown document (CommonMark, with GitHub's tables). Nothing of a text that comes from outside becomes markup there. */

/** One word of ours, or an ordinary one of anybody: letters and digits, which mean nothing in any dialect. */
const WORD = /^(?:[\p{L}\p{M}\p{N}]+|\p{L}[\p{L}\p{M}]*(?:[-’'][\p{L}\p{M}]+)*(?:’s)?)$/u;
/** Taken by forges for a commit or an issue. */
const REFERENCE = /^(?:[0-9a-f]{7,}|gh-.*)$/i;

/** A line of text that begins no list: `1.` would. */
export function sentence(text: string): string {
  return inline(text).replace(/^(\d+)(?=[.)])/, '$1\\');
}

/**
 * Whatever is more than a word becomes code: there neither markup, links, mentions, references nor emoji are read.
 * Backslashes alone would not do: forges look for mentions and addresses in what is left when they are gone.
 */
function inline(text: string): string {
  const words = text.split(/\s+/u).filter((word) => word !== '');
  return words.map(inlineWord).join(' ');
}

function inlineWord(token: string): string {
  const [, before = '', word = '', after = ''] = /^([(“]*)(.*?)([.,;:?)”]*)$/u.exec(token) ?? [];
  if (word === '') return code(token);
  return WORD.test(word) && !REFERENCE.test(word) ? token : `${before}${code(word)}${after}`;
}

/** A pipe ends a cell of a table even in code, and whether a backslash helps depends on what stands before it. */
function code(text: string): string {
  return text
    .split('|')
    .map((part) => (part === '' ? '' : span(part)))
    .join('&#124;');
}

/** https://spec.commonmark.org/0.31.2/#code-spans */
function span(text: string): string {
  const ticks = '`'.repeat(longestRun(text) + 1);
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${ticks}${space}${text}${space}${ticks}`;
}

export function heading(level: 1 | 2 | 3, text: string): string {
  return `${'#'.repeat(level)} ${inline(text)}`;
}

export function bullets(texts: readonly string[]): string {
  return texts.map((text) => `- ${sentence(text)}`).join('\n');
}

/** Lines that are copied as they are. */
export function fence(language: 'diff' | 'sh' | 'yaml', text: string): string {
  const ticks = '`'.repeat(Math.max(longestRun(text) + 1, 3));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inline).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
