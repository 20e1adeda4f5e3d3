/** The cluster's nodes, and their list in pages: every page of one list shows the state of its first. */
import { buildNode, type EmbeddedNode, type NewNode } from './node.ts';
import type { Revisions } from './revisions.ts';

export interface PageRequest {
  readonly limit: number | undefined;
  readonly token: string | undefined;
}

export type PageAnswer =
  | {
      readonly kind: 'page';
      readonly items: readonly EmbeddedNode[];
      readonly resourceVersion: string;
      readonly next?: { readonly token: string; readonly remaining: number };
    }
  /** The state is gone; `token` goes on with the state of now. */
  | { readonly kind: 'expired'; readonly token: string }
  | { readonly kind: 'bad-token' };

export interface NodeStore {
  all(): readonly EmbeddedNode[];
  add(node: NewNode, now: Date): void;
  remove(name: string): void;
  page(request: PageRequest): PageAnswer;
  /** The next page that is asked for by a token answers that the token is too old. */
  expireNextPage(): void;
}

/** How many past states can be continued; a real server keeps those of some minutes. */
const KEPT_STATES = 20;
/** The revision in a token that asks for whatever is there now. */
const ANY_REVISION = '-1';

/** A store without nodes. */
export function createNodeStore(revisions: Revisions): NodeStore {
  let nodes: readonly EmbeddedNode[] = [];
  let expireNext = false;
  const states = new Map<string, readonly EmbeddedNode[]>();
  const replace = (replaced: readonly EmbeddedNode[]) => {
    nodes = replaced.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  };
  const stateNow = () => {
    const revision = revisions.current();
    states.set(revision, nodes);
    for (const old of [...states.keys()].slice(0, -KEPT_STATES)) states.delete(old);
    return { revision, state: nodes };
  };
  return {
    all: () => nodes,
    add: (node, now) => {
      if (nodes.some(({ metadata }) => metadata.name === node.name)) throw new Error(`there is a node ${node.name} already`);
      replace([...nodes, buildNode(node, revisions.next(), now)]);
    },
    remove: (name) => {
      if (!nodes.some(({ metadata }) => metadata.name === name)) throw new Error(`there is no node ${name}`);
      revisions.next();
      replace(nodes.filter(({ metadata }) => metadata.name !== name));
    },
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

function pageOf(from: { revision: string; state: readonly EmbeddedNode[]; after: string }, limit: number | undefined): PageAnswer {
  const rest = from.state.filter(({ metadata }) => metadata.name > from.after);
  const items = limit === undefined || limit === 0 ? rest : rest.slice(0, limit);
  const last = items.at(-1);
  const remaining = rest.length - items.length;
  const next = last === undefined || remaining === 0 ? {} : { next: { token: writeToken(from.revision, last.metadata.name), remaining } };
  return { kind: 'page', items, resourceVersion: from.revision, ...next };
}

function writeToken(revision: string, after: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: Number(revision), start: `/${after}\u0000` })).toString('base64url');
}

function readToken(token: string): { revision: string; after: string } | undefined {
  const match = /^\{"v":"meta\.k8s\.io\/v1","rv":(-?\d+),"start":"\/([a-z0-9.-]+)\\u0000"\}$/.exec(
    Buffer.from(token, 'base64url').toString(),
  );
  const [, revision, after] = match ?? [];
  return revision === undefined || after === undefined ? undefined : { revision, after };
}
