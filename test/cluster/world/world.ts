/** A world of its own: nodes, a HyperConverged, a record and a channel that no other test touches, on an API server that all share. */

import type { Incident } from '../../../shared/incidents/incident.ts';
import { decodeIncident } from '../../../shared/incidents/store/incident-json.ts';
import { addHyperConverged, pathOf } from '../hyperconverged.ts';
import { accessTo } from '../servers/access.ts';
import type { ApiServer } from '../servers/api-server.ts';
import { type Answer, RefusedError } from '../servers/kubernetes-client.ts';
import { createNode } from '../servers/objects.ts';
import { startProxy } from '../servers/proxy.ts';
import { type RunningSlack, startSlack } from '../servers/slack.ts';
import { environmentOf, RECORD } from './environment.ts';
import { createGate, type Gate } from './gate.ts';
import { type FunctionName, type Replica, startReplica } from './replica.ts';
import { isSlack } from './steps.ts';

export interface World {
  /** A namespace, and part of the names of its nodes. */
  readonly name: string;
  readonly slack: RunningSlack;
  /** All requests of its functions pass here. The first function is the one that is killed. */
  readonly gate: Gate;
  /** A worker that this world's HyperConverged selects; as the API server has it then. */
  addNode(name: string, architecture: string): Promise<Answer>;
  /** A merge patch of the HyperConverged, or of its status. */
  patchHyperConverged(patch: object, subresource?: '/status'): Promise<void>;
  start(name: FunctionName): Promise<Replica>;
  /** What is on record. */
  incidents(): Promise<readonly Incident[]>;
  /** All that its functions have logged. */
  output(): string;
  stop(): Promise<void>;
}

let worlds = 0;

/** Opens one on this API server, with a HyperConverged of version v1 and no nodes. */
export async function openWorld(server: ApiServer): Promise<World> {
  worlds += 1;
  const name = `run-${worlds}`;
  const path = pathOf({ version: 'v1', namespace: name });
  const [replicas, nodes]: [Replica[], string[]] = [[], []];
  const slack = await startSlack();
  const kubernetes = await accessTo(server);
  const channel = { url: new URL(slack.apiUrl).origin };
  const gate = createGate(async () => replicas[0]?.kill());
  const proxy = await startProxy({ backend: (path) => (isSlack({ path }) ? channel : kubernetes), watcher: gate });
  const environment = await environmentOf({ namespace: name, proxyUrl: proxy.url, slack });
  const placement = { deployment: { nodePlacements: { workload: { nodeSelector: { pool: name } } } } };
  await addHyperConverged(server, { version: 'v1', namespace: name, spec: placement });
  return {
    name,
    slack,
    gate,
    addNode: async (node, architecture) => {
      const full = `${name}-${node}`;
      nodes.push(full);
      await createNode(server, { name: full, architecture, labels: { pool: name } });
      return server.send('GET', `/api/v1/nodes/${full}`);
    },
    patchHyperConverged: async (patch, subresource = undefined) => {
      await server.send('PATCH', `${path}${subresource ?? ''}`, patch);
    },
    start: async (which) => {
      const replica = await startReplica(which, environment);
      replicas.push(replica);
      return replica;
    },
    incidents: () => readIncidents(server, name),
    output: () => replicas.map((replica) => replica.output()).join('=== another function ===\n'),
    stop: async () => {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await Promise.all([proxy.stop(), slack.stop(), server.send('DELETE', path)]);
      await Promise.all(nodes.map((node) => server.send('DELETE', `/api/v1/nodes/${node}`)));
    },
  };
}

async function readIncidents(server: ApiServer, namespace: string): Promise<readonly Incident[]> {
  try {
    const { data = {} } = await server.send('GET', `/api/v1/namespaces/${namespace}/configmaps/${RECORD}`);
    return Object.values<string>(data).map((text) => decodeIncident(text));
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return [];
    throw error;
  }
}
