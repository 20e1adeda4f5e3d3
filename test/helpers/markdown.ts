/** Markdown as CommonMark reads it, as far as a report uses it: written apart from what writes it. */

export interface MarkdownBlock {
  readonly kind: 'heading 1' | 'heading 2' | 'heading 3' | 'bullet' | 'row' | 'paragraph' | 'diff' | 'sh' | 'yaml';
  /** Of a fence its content; of a row its cells; else what stands there, code spans included. */
  readonly text: string;
}

/** Throws where a line is something else than these kinds. */
export function readMarkdown(document: string): readonly MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  const lines = document.split('\n').values();
  for (const line of lines) {
    const fence = /^(`{3,})(diff|sh|yaml)$/.exec(line);
    if (fence) blocks.push({ kind: kindOfFence(fence[2]), text: contentOf(lines, fence[1]?.length ?? 0) });
    else if (line !== '') blocks.push(readLine(line));
  }
  return blocks;
}

function kindOfFence(language: string | undefined): MarkdownBlock['kind'] {
  return language === 'diff' || language === 'sh' ? language : 'yaml';
}

/** https://spec.commonmark.org/0.31.2/#fenced-code-blocks: closed by at least as many, or by the end. */
function contentOf(lines: IterableIterator<string>, opened: number): string {
  const content: string[] = [];
  for (let next = lines.next(); !next.done; next = lines.next()) {
    const closing = /^ {0,3}(`+)[ \t]*$/.exec(next.value)?.[1] ?? '';
    if (closing.length >= opened) return content.join('\n');
    content.push(next.value);
  }
  throw new Error('a fence that nothing closes');
}

function readLine(line: string): MarkdownBlock {
  const [, marks, title = ''] = /^(#{1,3}) (.*)$/.exec(line) ?? [];
  if (marks === '#' || marks === '##' || marks === '###')
    return { kind: `heading ${marks.length === 1 ? 1 : marks.length === 2 ? 2 : 3}`, text: title };
  if (line.startsWith('|')) return { kind: 'row', text: line };
  const [kind, text] = line.startsWith('- ') ? (['bullet', line.slice(2)] as const) : (['paragraph', line] as const);
  if (BEGINS_BLOCK.test(text)) throw new Error(`a line that begins a block: ${line}`);
  return { kind, text };
}

const BEGINS_BLOCK = /^(?: {4}|\t|[-+*>=~_#]|`{3}[^`]*$|\d{1,9}[.)](?: |$)|<)/;

/** https://spec.commonmark.org/0.31.2/#code-spans: what is left of a line with a mark in their place, and they themselves. */
export function splitCode(text: string): { readonly prose: string; readonly code: readonly string[] } {
  const runs = [...text.matchAll(/`+/g)];
  const code: string[] = [];
  let [prose, from] = ['', 0];
  for (const [index, opening] of runs.entries()) {
    if (opening.index < from) continue;
    const closing = runs.slice(index + 1).find(([ticks]) => ticks.length === opening[0].length);
    if (closing === undefined) continue;
    code.push(text.slice(opening.index + opening[0].length, closing.index));
    prose += `${text.slice(from, opening.index)}◆`;
    from = closing.index + closing[0].length;
  }
  return { prose: prose + text.slice(from), code };
}
