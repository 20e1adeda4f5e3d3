/** A list in pages: every page of one list shows the state of its first. */
import type { Revisions } from './revisions.ts';

export interface PageRequest {
  readonly limit: number | undefined;
  readonly token: string | undefined;
}

export type PageAnswer<T> =
  | {
      readonly kind: 'page';
      readonly items: readonly T[];
      readonly resourceVersion: string;
      readonly next?: { readonly token: string; readonly remaining: number };
    }
  /** The state is gone; `token` goes on with the state of now. */
  | { readonly kind: 'expired'; readonly token: string }
  | { readonly kind: 'bad-token' };

export interface Pages<T> {
  page(request: PageRequest): PageAnswer<T>;
  /** The next page that is asked for by a token answers that the token is too old. */
  expireNextPage(): void;
}

export interface PagesOptions<T> {
  readonly revisions: Revisions;
  /** All that are there now, sorted by their keys. */
  readonly items: () => readonly T[];
  /** As in etcd: a name, or `namespace/name`. */
  readonly keyOf: (item: T) => string;
}

/** How many past states can be continued; a real server keeps those of some minutes. */
const KEPT_STATES = 20;
/** The revision in a token that asks for whatever is there now. */
const ANY_REVISION = '-1';

export function createPages<T>({ revisions, items, keyOf }: PagesOptions<T>): Pages<T> {
  let expireNext = false;
  const states = new Map<string, readonly T[]>();
  const stateNow = () => {
    const revision = revisions.current();
    const state = items();
    states.set(revision, state);
    for (const old of [...states.keys()].slice(0, -KEPT_STATES)) states.delete(old);
    return { revision, state };
  };
  const pageOf = (from: { revision: string; state: readonly T[]; after: string }, limit: number | undefined): PageAnswer<T> => {
    const rest = from.state.filter((item) => keyOf(item) > from.after);
    const shown = limit === undefined || limit === 0 ? rest : rest.slice(0, limit);
    const last = shown.at(-1);
    const remaining = rest.length - shown.length;
    const next = last === undefined || remaining === 0 ? {} : { next: { token: writeToken(from.revision, keyOf(last)), remaining } };
    return { kind: 'page', items: shown, resourceVersion: from.revision, ...next };
  };
  return {
    expireNextPage: () => {
      expireNext = true;
    },
    page: ({ limit, token }) => {
      if (token === undefined) return pageOf({ ...stateNow(), after: '' }, limit);
      const place = readToken(token);
      if (place === undefined) return { kind: 'bad-token' };
      if (place.revision === ANY_REVISION) return pageOf({ ...stateNow(), after: place.after }, limit);
      const state = expireNext ? undefined : states.get(place.revision);
      expireNext = false;
      if (state === undefined) return { kind: 'expired', token: writeToken(ANY_REVISION, place.after) };
      return pageOf({ ...place, state }, limit);
    },
  };
}

function writeToken(revision: string, after: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: Number(revision), start: `/${after}\u0000` })).toString('base64url');
}

function readToken(token: string): { revision: string; after: string } | undefined {
  const match = /^\{"v":"meta\.k8s\.io\/v1","rv":(-?\d+),"start":"\/([a-z0-9./-]+)\\u0000"\}$/.exec(
    Buffer.from(token, 'base64url').toString(),
  );
  const [, revision, after] = match ?? [];
  return revision === undefined || after === undefined ? undefined : { revision, after };
}
