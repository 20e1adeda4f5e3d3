/** A Kubernetes API with nodes and one HyperConverged, in this process: for the demo that needs no cluster, and for tests. */
import type { Route } from '../../shared/http/route.ts';
import { type ConfigMapName, createConfigMapStore } from './config-map-store.ts';
import { createHyperConvergedStore, type PatchOutcome, type PatchRequest } from './hyperconverged-store.ts';
import { createGaugeKeeper, type ImageGauges } from './image-gauges.ts';
import { createImageStore } from './image-store.ts';
import { wantedSources } from './imported-images.ts';
import { at, type JsonObject, objectsAt } from './json.ts';
import { type EmbeddedNode, type NewNode, timestamp } from './node.ts';
import { createNodeStore } from './node-store.ts';
import { decideStatus, isImportEnabled, multiArchMetric, type Observed, runsWorkloads, workloadPlacement } from './operator.ts';
import { createOperatorPod, type OperatorCondition } from './operator-pod.ts';
import { createOutageSwitch, type Outage } from './outage.ts';
import { type ApiVersion, RELEASES, type Release } from './releases.ts';
import { createRevisions } from './revisions.ts';
import { kubernetesRoutes } from './routes.ts';
import type { NewVirtualMachine, StoredMachine } from './virtual-machine.ts';
import { createVirtualMachineStore } from './virtual-machine-store.ts';

export interface EmbeddedClusterOptions {
  /** What stands before every path, such as `/kubernetes`; empty for none. */
  readonly prefix: string;
  /** HyperConverged's release: it decides which API versions and fields there are. */
  readonly release: Release;
  readonly now: () => Date;
  /** Whether SSP is there, by which golden images come about; it is unless said otherwise. */
  readonly hasSsp?: boolean;
}

export interface LoggedRequest {
  readonly method: string;
  /** Without the prefix and the query. */
  readonly path: string;
}

export interface EmbeddedCluster {
  readonly release: Release;
  /** For `listen` of shared/http/listen.ts. */
  readonly routes: readonly Route[];
  /** Throws where a node of that name is there. */
  addNode(node: NewNode): void;
  /** Throws where there is no such node. */
  removeNode(name: string): void;
  nodes(): readonly EmbeddedNode[];
  /** It is put onto a node of its architecture. Throws where one of that name is there, or there is no such image. */
  addVirtualMachine(machine: NewVirtualMachine): void;
  /** Throws where there is no such machine. */
  removeVirtualMachine(namespace: string, name: string): void;
  virtualMachines(): readonly StoredMachine[];
  /** The image of a DataSource has become newer, and is imported then. Throws where there is no such image. */
  refreshImage(dataSource: string, at: Date): void;
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
  /** HCO's gauges of each golden image, also those that nothing sets any more. */
  imageGauges(): readonly ImageGauges[];
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
export function createEmbeddedCluster({ prefix, release, now, hasSsp = true }: EmbeddedClusterOptions): EmbeddedCluster {
  const revisions = createRevisions();
  const installedAt = new Date(now().getTime() - CR_AGE_MS);
  const operatorPod = createOperatorPod(installedAt);
  const nodes = createNodeStore(revisions);
  const hyperConverged = createHyperConvergedStore({ release, revisions, createdAt: installedAt, now });
  const images = createImageStore(revisions);
  const virtualMachines = createVirtualMachineStore(revisions, images);
  const gauges = createGaugeKeeper();
  const configMaps = createConfigMapStore({ revisions, now });
  const outage = createOutageSwitch();
  const listeners = new Set<() => void>();
  const requests: LoggedRequest[] = [];

  const observe = (): Observed => ({ release, ...hyperConverged.stored(), nodes: nodes.all(), now: timestamp(now()), hasSsp });
  const notify = () => {
    for (const listener of listeners) listener();
  };
  const place = () => {
    const placement = workloadPlacement(hyperConverged.stored().spec, release);
    virtualMachines.place(nodes.all(), (node) => runsWorkloads(node, placement));
  };
  const isImportOn = () => isImportEnabled(hyperConverged.stored().spec, release);
  const setGauges = (templates: readonly JsonObject[]) => {
    if (isImportOn()) gauges.set(templates);
  };
  const reconcile = (at = now()) => {
    const status = decideStatus(observe());
    const templates = imagesIn(status);
    hyperConverged.writeStatus(status);
    images.follow(wantedSources(templates, { isOn: isImportOn(), cluster: clusterArchitectures(status) }), at);
    setGauges(templates);
    place();
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
  reconcile(installedAt);

  return {
    release,
    routes: kubernetesRoutes({
      prefix,
      ...{ release, hasSsp, nodes, images, virtualMachines, revisions },
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
    addVirtualMachine: (machine) => {
      virtualMachines.add(machine, now());
      place();
      notify();
    },
    removeVirtualMachine: (namespace, name) => {
      virtualMachines.remove(namespace, name);
      notify();
    },
    virtualMachines: virtualMachines.all,
    refreshImage: (dataSource, at) => {
      images.refresh(dataSource, at);
      notify();
    },
    setOperator: (condition, startedAt = now()) => {
      operatorPod.set(condition, startedAt);
      gauges.forget();
      if (condition === 'ready') setGauges(imagesIn(decideStatus(observe())));
      notify();
    },
    metric: () => multiArchMetric(observe()),
    imageGauges: gauges.all,
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

function imagesIn(status: JsonObject): readonly JsonObject[] {
  return objectsAt(status, 'dataImportCronTemplates');
}

/** In the order in which SSP tries them: the control plane's, then the workload nodes'. */
function clusterArchitectures(status: JsonObject): readonly string[] {
  const listed = ['controlPlaneArchitectures', 'workloadsArchitectures'].flatMap((name) => at(status, 'nodeInfo', name) ?? []);
  return listed.filter((architecture) => typeof architecture === 'string');
}
