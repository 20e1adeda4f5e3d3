/** Links that may be clicked: only to the web or to a mailbox, and never with a hold on our page. */
import { type Html, html, type Part } from './html.ts';

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** Whether an address is of a kind that a browser may open. */
export function isSafe(address: string): boolean {
  return URL.canParse(address) && SCHEMES.has(new URL(address).protocol);
}

/** A link; for an address of another kind only its label. */
export function link(address: string, label: Part): Html {
  if (!isSafe(address)) return html`<span class="unsafe-link">${label}</span>`;
  return html`<a href="${address}" target="_blank" rel="noopener noreferrer">${label}</a>`;
}
