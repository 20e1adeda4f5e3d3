/** The cluster's Nodes, page by page: only the fields in use are kept, so memory hardly grows with the cluster. */
import { stringAt } from '../golden-images/json.ts';
import { isLabelInUse, type Node, readNode } from '../golden-images/node.ts';
import type { ApiConnection } from './api-client.ts';
import { ApiStatusError } from './api-status-error.ts';
import { ReadError } from './failure.ts';
import { itemsOf, type Listed } from './kinds.ts';

/** A node is 15 to 60 kB of JSON: a page stays at a few MB. */
const PAGE_SIZE = 100;
/** A list that expires more often than this while it is read is not going to end. */
const MAX_RESTARTS = 3;

/** Every Node. A list whose continue token has expired is read again from its start: two halves of different times are no list. */
export async function readNodes(
  api: ApiConnection,
  placementKeys: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Listed<readonly Node[]>> {
  const keepsLabel = (key: string) => isLabelInUse(key, placementKeys);
  for (let restarts = 0; restarts <= MAX_RESTARTS; restarts++) {
    const nodes = await readPages(api, keepsLabel, signal);
    if (nodes !== 'expired') return nodes;
  }
  throw new ReadError('server-error', `the list expired ${MAX_RESTARTS + 1} times while it was read`);
}

async function readPages(
  api: ApiConnection,
  keepsLabel: (key: string) => boolean,
  signal: AbortSignal,
): Promise<Listed<readonly Node[]> | 'expired'> {
  const nodes: Node[] = [];
  let version: string | undefined;
  let next: string | undefined;
  do {
    const page = await readPage(api, next, signal);
    if (page === 'expired') return 'expired';
    for (const item of itemsOf('NodeList', page)) nodes.push(readNode(item, keepsLabel));
    version = stringAt(page, 'metadata', 'resourceVersion');
    next = stringAt(page, 'metadata', 'continue');
  } while (next);
  return { value: nodes, version };
}

async function readPage(api: ApiConnection, next: string | undefined, signal: AbortSignal): Promise<unknown> {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(next ? { continue: next } : {}) });
  try {
    return await api.get(`/api/v1/nodes?${query}`, signal);
  } catch (error) {
    // https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
    if (next && error instanceof ApiStatusError && error.status === 410) return 'expired';
    throw error;
  }
}
