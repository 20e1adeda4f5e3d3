/** The cluster's Nodes: only the labels in use are kept. */
import { isLabelInUse, type Node, readNode } from '../golden-images/node.ts';
import type { ApiConnection } from './api-connection.ts';
import type { Listed } from './kinds.ts';
import { readPages } from './read-pages.ts';

/** A node is 15 to 60 kB of JSON. */
const PAGE_SIZE = 100;

/** Every Node. */
export async function readNodes(
  api: ApiConnection,
  placementKeys: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Listed<readonly Node[]>> {
  const read = (object: unknown) => readNode(object, (key) => isLabelInUse(key, placementKeys));
  return readPages(api, { path: '/api/v1/nodes', kind: 'Node', limit: PAGE_SIZE, read }, signal);
}
