/** One look at the cluster: the HyperConverged and the Nodes, each complete or failed with its reason. */
import type { HyperConverged } from '../golden-images/hyperconverged.ts';
import { placementKeys } from '../golden-images/node-selector.ts';
import type { Read } from '../golden-images/read.ts';
import type { ListVersions, ServedVersions, Snapshot } from '../golden-images/snapshot.ts';
import type { Logger } from '../log.ts';
import type { Images } from '../registry/images.ts';
import { inSpan } from '../tracing.ts';
import type { ApiConnection, Connect } from './api-connection.ts';
import { attempt, ReadError } from './failure.ts';
import type { Listed } from './kinds.ts';
import { HYPERCONVERGEDS, type NamespacedName, readServedVersions, readTheHyperConverged } from './read-hyperconverged.ts';
import { readNodes } from './read-nodes.ts';
import { readTheOperator } from './read-operator.ts';
import { readSurroundings } from './read-surroundings.ts';

/** All reads of one look, in ms: a delivery is finished within 10 s, and Slack needs the rest. */
export const LOOK_TIME_MS = 6_000;
/** What finding the HyperConverged may take of it, so that a server that hangs there leaves time for the nodes. */
const HYPERCONVERGED_TIME_MS = 3_000;
/** Machines are thousands, and what is read of them has to be judged and said: their reads end before the others do. */
const MACHINES_SHARE = 5 / 6;

export interface Cluster {
  /** Reads everything anew. Never throws for what the cluster does: a failure is part of the snapshot. */
  readonly look: () => Promise<Snapshot>;
}

export interface ClusterOptions {
  readonly connect: Connect;
  /** The HyperConverged to read; undefined for the one that the cluster has. */
  readonly hyperConverged: NamespacedName | undefined;
  readonly now: () => Date;
  readonly log: Pick<Logger, 'error'>;
  /** Asks registries; undefined where nobody may. */
  readonly readImages?: Images['read'] | undefined;
  /** All reads of one look, in ms. */
  readonly lookTimeMs?: number;
}

const NO_IMAGES: Images['read'] = async () => new Map();

export function createCluster({
  connect,
  hyperConverged,
  now,
  log,
  readImages = NO_IMAGES,
  lookTimeMs = LOOK_TIME_MS,
}: ClusterOptions): Cluster {
  return {
    look: () =>
      inSpan({ name: 'look at the cluster' }, async () => {
        const takenAt = now().toISOString();
        const signal = AbortSignal.timeout(lookTimeMs);
        const machines = AbortSignal.timeout(Math.floor(lookTimeMs * MACHINES_SHARE));
        const connection = await attempt('the API server', () => within(signal, connect().catch(withoutCredentials(log))));
        if (!connection.ok)
          return { takenAt, versions: NONE, nodes: connection, hyperConverged: connection, served: undefined, operator: undefined };
        try {
          const snapshot = await readSnapshot(connection.value, hyperConverged, takenAt, signal);
          return { ...snapshot, ...(await readSurroundings(connection.value, snapshot, readImages, signal, machines)) };
        } finally {
          await connection.value.close();
        }
      }),
  };
}

/** What a credential plugin or an identity provider says may hold secrets: it is for the log, not for the chat. */
function withoutCredentials(log: Pick<Logger, 'error'>) {
  return (error: unknown): never => {
    log.error({ err: error }, 'the connection to the API server could not be prepared');
    throw new ReadError('unauthorized', 'the connection could not be prepared, credentials included: the log says why');
  };
}

/** Credentials can hang as well: a plugin or an identity provider gives them. A connection that comes too late is closed. */
async function within(signal: AbortSignal, connecting: Promise<ApiConnection>): Promise<ApiConnection> {
  const late = Promise.withResolvers<never>();
  const giveUp = () => {
    late.reject(signal.reason);
    connecting.then((connection) => connection.close()).catch(() => undefined); // nobody waits for it any more
  };
  signal.addEventListener('abort', giveUp);
  try {
    return await Promise.race([connecting, late.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

async function readSnapshot(
  api: ApiConnection,
  wanted: NamespacedName | undefined,
  takenAt: string,
  signal: AbortSignal,
): Promise<Snapshot> {
  const part = AbortSignal.any([signal, AbortSignal.timeout(HYPERCONVERGED_TIME_MS)]);
  const served = await attempt(HYPERCONVERGEDS, () => readServedVersions(api, part));
  const hyperConverged = await whenServed(served, (versions) => readTheHyperConverged(api, versions, wanted, part));
  const keys = placementKeys(hyperConverged.ok ? hyperConverged.value.value?.placement : undefined);
  const namespace = hyperConverged.ok ? hyperConverged.value.value?.namespace : undefined;
  const [nodes, operator] = await Promise.all([
    attempt('nodes', () => readNodes(api, keys, signal)),
    namespace === undefined ? undefined : readTheOperator(api, namespace, signal),
  ]);
  return {
    takenAt,
    versions: { nodes: versionOf(nodes), hyperConverged: versionOf(hyperConverged) },
    nodes: unlisted(nodes),
    hyperConverged: unlisted(hyperConverged),
    served: served.ok ? served.value : undefined,
    operator,
  };
}

const NONE: ListVersions = { nodes: undefined, hyperConverged: undefined };

function versionOf(read: Read<Listed<unknown>>): string | undefined {
  return read.ok ? read.value.version : undefined;
}

function unlisted<T>(read: Read<Listed<T>>): Read<T> {
  return read.ok ? { ok: true, value: read.value.value } : read;
}

async function whenServed(
  served: Read<ServedVersions>,
  read: (versions: ServedVersions) => Promise<Listed<HyperConverged | undefined>>,
): Promise<Read<Listed<HyperConverged | undefined>>> {
  return served.ok ? attempt(HYPERCONVERGEDS, () => read(served.value)) : served;
}
