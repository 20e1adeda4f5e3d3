/** Slack's own markup over several lines: code fences and quotes, and in between what `inline-mrkdwn.ts` knows. */
import { decodeEntities } from './entities.ts';
import { type Html, html } from './html.ts';
import { renderInline } from './inline-mrkdwn.ts';
import type { View } from './view.ts';

/** Renders a mrkdwn text. Line ends stay; the style sheet keeps them. */
export function renderMrkdwn(text: string, view: View): Html {
  const pieces = text.split(/```\n?([\s\S]*?)\n?```\n?/);
  return html`${pieces.map((piece, index) => (index % 2 === 1 ? renderFence(piece) : renderLines(piece, view)))}`;
}

function renderFence(code: string): Html {
  return html`<pre class="fence">${decodeEntities(code)}</pre>`;
}

const QUOTED = /^(?:>|&gt;) ?/;

function renderLines(text: string, view: View): readonly Html[] {
  return groupQuotes(text.split('\n')).map(({ quoted, lines }, index, groups) => {
    if (quoted) return html`<blockquote>${renderInline(lines.map((line) => line.replace(QUOTED, '')).join('\n'), view)}</blockquote>`;
    const end = groups[index + 1]?.quoted === false ? '\n' : '';
    return html`${renderInline(lines.join('\n'), view)}${end}`;
  });
}

interface Lines {
  readonly quoted: boolean;
  readonly lines: string[];
}

function groupQuotes(lines: readonly string[]): readonly Lines[] {
  const groups: Lines[] = [];
  for (const line of lines) {
    const quoted = QUOTED.test(line);
    const last = groups.at(-1);
    if (last?.quoted === quoted) last.lines.push(line);
    else groups.push({ quoted, lines: [line] });
  }
  return groups;
}
