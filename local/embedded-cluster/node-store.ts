/** The cluster's nodes. */
import { buildNode, type EmbeddedNode, type NewNode } from './node.ts';
import { createPages, type Pages } from './pages.ts';
import type { Revisions } from './revisions.ts';

export interface NodeStore extends Pages<EmbeddedNode> {
  /** By name. */
  all(): readonly EmbeddedNode[];
  add(node: NewNode, now: Date): void;
  remove(name: string): void;
}

/** A store without nodes. */
export function createNodeStore(revisions: Revisions): NodeStore {
  let nodes: readonly EmbeddedNode[] = [];
  const replace = (replaced: readonly EmbeddedNode[]) => {
    nodes = replaced.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  };
  return {
    ...createPages({ revisions, items: () => nodes, keyOf: ({ metadata }) => metadata.name }),
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
  };
}
