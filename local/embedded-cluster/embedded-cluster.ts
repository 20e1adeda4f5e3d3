/** A Kubernetes API with nodes and one HyperConverged, in this process: for the demo that needs no cluster, and for tests. */
import type { Route } from '../../shared/http.ts';
import { type ConfigMapName, createConfigMapStore } from './config-map-store.ts';
import { createHyperConvergedStore, type PatchOutcome, type PatchRequest } from './hyperconverged-store.ts';
import type { JsonObject } from './json.ts';
import { type EmbeddedNode, type NewNode, timestamp } from './node.ts';
import { createNodeStore } from './node-store.ts';
import { decideStatus, multiArchMetric, type Observed } from './operator.ts';
import { createOperatorPod, type OperatorCondition } from './operator-pod.ts';
import { createOutageSwitch, type Outage } from './outage.ts';
import { type ApiVersion, RELEASES, type Release } from './releases.ts';
import { createRevisions } from './revisions.ts';
import { kubernetesRoutes } from './routes.ts';

export interface EmbeddedClusterOptions {
  /** What stands before every path, such as `/kubernetes`; empty for none. */
  readonly prefix: string;
  /** HyperConverged's release: it decides which API versions and fields there are. */
  readonly release: Release;
  readonly now: () => Date;
}

export interface LoggedRequest {
  readonly method: string;
  /** Without the prefix and the query. */
  readonly path: string;
}

export interface EmbeddedCluster {
  readonly release: Release;
  /** For `listen` of shared/http.ts. */
  readonly routes: readonly Route[];
  /** Throws where a node of that name is there. */
  addNode(node: NewNode): void;
  /** Throws where there is no such node. */
  removeNode(name: string): void;
  nodes(): readonly EmbeddedNode[];
  /** The CR as a read in that version shows it; throws where the release does not serve the version. */
  hyperConverged(version: ApiVersion): JsonObject;
  /** As a merge PATCH over HTTP, of a field manager if one is named; throws where the server would refuse it. */
  patchHyperConverged(version: ApiVersion, mergePatch: JsonObject, manager?: string): void;
  /** All ConfigMaps, as a read shows them. */
  configMaps(): readonly JsonObject[];
  /** Puts a ConfigMap there in place of any other of that name; undefined deletes it. Nobody is told. */
  setConfigMap(name: ConfigMapName, data: Readonly<Record<string, string>> | undefined): void;
  /** How the pod of HCO's operator does; it starts anew at that moment, by itself changing nothing else. */
  setOperator(condition: OperatorCondition, startedAt?: Date): void;
  /** `kubevirt_hco_multi_arch_boot_images_enabled`; undefined where HCO has no series. */
  metric(): 0 | 1 | undefined;
  outage(): Outage | undefined;
  setOutage(outage: Outage | undefined): void;
  /** The next page of nodes that is asked for by a continue token answers 410. */
  expireNextPage(): void;
  /** The latest requests, oldest first. */
  requests(): readonly LoggedRequest[];
  /** Called after every change of nodes, CR or outage; the answer ends it. */
  subscribe(listener: () => void): () => void;
}

const CR_AGE_MS = 40 * 24 * 3_600_000;
const KEPT_REQUESTS = 1_000;

/** A cluster without nodes, with HyperConverged installed some weeks ago as `kubevirt-hyperconverged/kubevirt-hyperconverged`. */
export function createEmbeddedCluster({ prefix, release, now }: EmbeddedClusterOptions): EmbeddedCluster {
  const revisions = createRevisions();
  const installedAt = new Date(now().getTime() - CR_AGE_MS);
  const operatorPod = createOperatorPod(installedAt);
  const nodes = createNodeStore(revisions);
  const hyperConverged = createHyperConvergedStore({ release, revisions, createdAt: installedAt, now });
  const configMaps = createConfigMapStore({ revisions, now });
  const outage = createOutageSwitch();
  const listeners = new Set<() => void>();
  const requests: LoggedRequest[] = [];

  const observe = (): Observed => ({ release, ...hyperConverged.stored(), nodes: nodes.all(), now: timestamp(now()) });
  const notify = () => {
    for (const listener of listeners) listener();
  };
  const reconcile = () => {
    hyperConverged.writeStatus(decideStatus(observe()));
    notify();
  };
  const patch = (request: PatchRequest): PatchOutcome => {
    const { generation } = hyperConverged.stored();
    const outcome = hyperConverged.patch(request);
    if (hyperConverged.stored().generation !== generation) reconcile();
    else if (outcome.kind === 'patched' && !request.dryRun) notify();
    return outcome;
  };
  const onRequest = (request: LoggedRequest) => {
    requests.push(request);
    requests.splice(0, requests.length - KEPT_REQUESTS);
  };
  reconcile();

  return {
    release,
    routes: kubernetesRoutes({
      prefix,
      release,
      nodes,
      revision: revisions.current,
      hyperConverged,
      configMaps,
      operatorPod,
      patch,
      outage,
      onRequest,
    }),
    addNode: (node) => {
      nodes.add(node, now());
      reconcile();
    },
    removeNode: (name) => {
      nodes.remove(name);
      reconcile();
    },
    nodes: nodes.all,
    hyperConverged: (version) => hyperConverged.read(served(release, version)),
    patchHyperConverged: (version, mergePatch, manager) => {
      const request = { version: served(release, version), patch: mergePatch };
      const outcome = patch(manager === undefined ? request : { ...request, manager });
      if (outcome.kind !== 'patched') throw new Error(`the patch of the HyperConverged is refused: ${JSON.stringify(outcome)}`);
    },
    configMaps: configMaps.all,
    setConfigMap: configMaps.put,
    setOperator: (condition, startedAt = now()) => {
      operatorPod.set(condition, startedAt);
      notify();
    },
    metric: () => multiArchMetric(observe()),
    outage: outage.get,
    setOutage: (next) => {
      outage.set(next);
      notify();
    },
    expireNextPage: nodes.expireNextPage,
    requests: () => [...requests],
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function served(release: Release, version: ApiVersion): ApiVersion {
  if (!RELEASES[release].served.includes(version)) throw new Error(`HyperConverged ${release} does not serve ${version}`);
  return version;
}
