/** Preformatted text; one that looks like a diff gets a diff's colours. */
import type { RichTextPreformatted } from '@slack/types';
import { type Html, html } from './html.ts';
import { renderElement } from './rich-text-inline.ts';
import type { View } from './view.ts';

/** Renders the text as it is. */
export function renderPreformatted({ elements, border }: RichTextPreformatted, view: View): Html {
  const looks = border === 1 ? 'code bordered' : 'code';
  const text = elements.flatMap((element) => (element.type === 'text' ? [element.text] : [])).join('');
  const isPlain = elements.every(({ type, style }) => type === 'text' && style === undefined);
  if (isPlain && isDiff(text)) return html`<pre class="${looks} diff">${text.split('\n').map(renderDiffLine)}</pre>`;
  return html`<pre class="${looks}">${elements.map((element) => renderElement(element, view))}</pre>`;
}

/** A list in YAML has lines that begin with `-`, too; only a diff adds some or names its files. */
function isDiff(text: string): boolean {
  return /^(?:\+|--- |@@ )/m.test(text);
}

const LINES: readonly (readonly [RegExp, string])[] = [
  [/^(?:\+\+\+|---) /, 'diff-file'],
  [/^@@/, 'diff-place'],
  [/^\+/, 'diff-added'],
  [/^-/, 'diff-removed'],
];

function renderDiffLine(line: string): Html {
  const kind = LINES.find(([pattern]) => pattern.test(line))?.[1] ?? 'diff-same';
  return html`<span class="${kind}">${line}\n</span>`;
}
