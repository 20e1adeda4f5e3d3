/** The pages that people read: the README and all of docs/. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = new URL('../../', import.meta.url);

export interface Page {
  /** From the repository: `docs/install.md`. */
  readonly path: string;
  readonly text: string;
}

export function readPage(path: string): Page {
  return { path, text: readFileSync(new URL(path, REPOSITORY), 'utf8') };
}

/** Sorted. */
export function allPages(): readonly Page[] {
  const docs = readdirSync(fileURLToPath(new URL('docs/', REPOSITORY)), { recursive: true, encoding: 'utf8' });
  return ['README.md', ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)].sort().map(readPage);
}

/** All that is no code. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

/** As GitHub makes them of headings. */
export function anchorsOf({ text }: Page): readonly string[] {
  const titles = [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
  const plain = titles.map((title) => title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase());
  return plain.map((title) => title.replaceAll(/[^\p{L}\p{N}\-_ ]/gu, '').replaceAll(' ', '-'));
}

/** Each fence of that language, also one within a list. */
export function blocksOf({ text }: Page, language = 'sh'): readonly string[] {
  const fences = [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)].filter(([, , found]) => found === language);
  return fences.map(([, indent = '', , block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

/** The one block in which that stands. Throws where there is none, or another. */
export function blockWith(page: string, text: string, language = 'sh'): string {
  const [found, ...others] = blocksOf(readPage(page), language).filter((block) => block.includes(text));
  if (found !== undefined && others.length === 0) return found;
  throw new Error(`${page} has no block, or several, with ${text}`);
}
