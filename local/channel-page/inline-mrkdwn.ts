/** Slack's own markup within a line: styles, code, links, mentions, dates and emoji. */
import { renderAngle } from './angle.ts';
import { emoji, isEmoji, renderWords } from './emoji.ts';
import { decodeEntities } from './entities.ts';
import { type Html, html } from './html.ts';
import type { View } from './view.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly render: (inner: string, view: View) => Html | undefined;
}

/** A style begins and ends at the edge of a word, and its inside neither begins nor ends with a space. */
const styled = (mark: string) => new RegExp(`(?<![\\w${mark}])${mark}(?!\\s)([^\\n${mark}]+)(?<!\\s)${mark}(?![\\w${mark}])`);

const RULES: readonly Rule[] = [
  { pattern: /`([^`\n]+)`/, render: (inner) => html`<code>${decodeEntities(inner)}</code>` },
  { pattern: /<([^<>\n]+)>/, render: renderAngle },
  { pattern: styled('\\*'), render: (inner, view) => html`<strong>${renderInline(inner, view)}</strong>` },
  { pattern: styled('_'), render: (inner, view) => html`<em>${renderInline(inner, view)}</em>` },
  { pattern: styled('~'), render: (inner, view) => html`<s>${renderInline(inner, view)}</s>` },
  { pattern: /:([a-z0-9_+-]+):/, render: (name) => (isEmoji(name) ? emoji(name) : undefined) },
];

/** Renders a piece of mrkdwn that is not a code fence. */
export function renderInline(text: string, view: View): Html {
  const parts: Html[] = [];
  let rest = text;
  for (let found = firstIn(rest); found !== undefined; found = firstIn(rest)) {
    const { match, rule } = found;
    const rendered = rule.render(match[1] ?? '', view) ?? renderWords(decodeEntities(match[0]));
    parts.push(html`${renderWords(decodeEntities(rest.slice(0, match.index)))}${rendered}`);
    rest = rest.slice(match.index + match[0].length);
  }
  return html`${parts}${renderWords(decodeEntities(rest))}`;
}

interface Found {
  readonly match: RegExpExecArray;
  readonly rule: Rule;
}

function firstIn(text: string): Found | undefined {
  const found = RULES.flatMap((rule): readonly Found[] => {
    const match = rule.pattern.exec(text);
    return match ? [{ match, rule }] : [];
  });
  return found.toSorted((one, other) => one.match.index - other.match.index)[0];
}
