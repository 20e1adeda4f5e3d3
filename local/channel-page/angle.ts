/** What stands between `<` and `>` in mrkdwn: a link, a mention or a date. */
import { formatDate } from './dates.ts';
import { decodeEntities } from './entities.ts';
import { type Html, html } from './html.ts';
import { link } from './links.ts';
import { nameOf } from './people.ts';
import type { View } from './view.ts';

/** Renders the inside of an angle. */
export function renderAngle(inner: string, view: View): Html {
  const [target = '', ...rest] = inner.split('|');
  const label = rest.length > 0 ? decodeEntities(rest.join('|')) : undefined;
  if (target.startsWith('!date^')) return renderDate(target, label, view);
  if (target.startsWith('!')) return mention(`@${label ?? target.slice(1)}`);
  if (/^[@#]/.test(target)) return mention(`${target.slice(0, 1)}${label ?? nameOf(target.slice(1))}`);
  return link(decodeEntities(target), label ?? decodeEntities(target).replace(/^mailto:/, ''));
}

/** Somebody or some channel that is called upon. */
export function mention(name: string): Html {
  return html`<span class="mention">${name}</span>`;
}

/** A moment in the reader's own words, with the exact one behind it. */
export function time(seconds: number, words: string): Html {
  const at = new Date(seconds * 1_000);
  return Number.isNaN(at.getTime())
    ? html`${words}`
    : html`<time datetime="${at.toISOString()}" title="${at.toISOString()}">${words}</time>`;
}

/** `!date^1392734382^Posted {date_num} {time_secs}^https://example.com` */
function renderDate(target: string, fallback = '', view: View): Html {
  const [, timestamp = '', template = '', address] = target.split('^');
  const seconds = Number(timestamp);
  const words = formatDate(seconds, decodeEntities(template), view) ?? fallback;
  return address === undefined ? time(seconds, words) : link(decodeEntities(address), time(seconds, words));
}
