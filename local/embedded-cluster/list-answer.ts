/** The answer to a list, whole or in pages. */
import type { HttpAnswer, HttpRequest } from '../../shared/http/route.ts';
import { answer, badRequest, expired } from './answers.ts';
import type { Pages } from './pages.ts';

export interface Listing<T> {
  readonly pages: Pick<Pages<T>, 'page'>;
  /** Of the list: `NodeList`. */
  readonly kind: string;
  readonly apiVersion: string;
  /** Less than a request asks for, or as much. */
  readonly cap?: (limit: number) => number;
}

export function listAnswer<T>({ query }: HttpRequest, { pages, kind, apiVersion, cap = (limit) => limit }: Listing<T>): HttpAnswer {
  const asked = query.get('limit') ?? '0';
  if (!/^\d+$/.test(asked)) return badRequest(`strconv.ParseInt: parsing ${JSON.stringify(asked)}: invalid syntax`);
  const page = pages.page({ limit: cap(Number(asked)), token: query.get('continue') || undefined });
  if (page.kind === 'bad-token') return badRequest('invalid continue token: continue key is not valid');
  if (page.kind === 'expired') return expired(page.token);
  const more = page.next ? { continue: page.next.token, remainingItemCount: page.next.remaining } : {};
  return answer({ kind, apiVersion, metadata: { resourceVersion: page.resourceVersion, ...more }, items: page.items });
}
