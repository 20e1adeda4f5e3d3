/** A cluster of thousands of nodes, each of the size that kubelets, KubeVirt and feature discovery make them. */

import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { buildNode, type NewNode } from '../../../local/embedded-cluster/node.ts';
import { accessTo } from '../servers/access.ts';
import type { ApiServer } from '../servers/api-server.ts';

const AT_ONCE = 8;

/** Creates each with its status, as a kubelet registers itself; connections are kept, or it would take minutes. */
export async function createManyNodes(server: ApiServer, nodes: readonly NewNode[]): Promise<void> {
  const { url, authority, token } = await accessTo(server);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const options = {
    method: 'POST',
    agent,
    ca: authority,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  };
  const create = (node: NewNode) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sent = request(`${url}/api/v1/nodes`, options).on('error', reject);
    sent.on('response', async (response) => {
      const said = await text(response).catch(reject);
      if (response.statusCode === 201) resolve();
      else reject(new Error(`${node.name}: ${response.statusCode} ${said}`));
    });
    sent.end(JSON.stringify(objectOf(node)));
    return promise;
  };
  const waiting = [...nodes];
  const lane = async () => {
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) await create(node);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  agent.destroy();
}

/** What the server decides is left to it. */
function objectOf(node: NewNode): object {
  const { metadata, ...rest } = buildNode(node, '', new Date());
  const { name, labels, annotations } = metadata;
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels, annotations }, ...rest };
}
