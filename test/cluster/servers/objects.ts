/** Puts objects on an API server as a cluster would have them, status included. */
import type { ApiServer } from './api-server.ts';
import type { Answer } from './kubernetes-client.ts';

type Server = Pick<ApiServer, 'send'>;

/** Any Kubernetes object, such as an item of a dump. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly status?: object;
  readonly [field: string]: unknown;
}

/** Creates an object, then writes its status if its kind keeps that apart. Its namespace must be there. */
export async function createObject(server: Server, object: KubernetesObject): Promise<void> {
  const { collection, hasStatus } = await locate(server, object);
  await server.send('POST', collection, { ...object, metadata: { ...object.metadata, resourceVersion: undefined } });
  if (object.status && hasStatus) await server.send('PATCH', `${collection}/${object.metadata.name}/status`, { status: object.status });
}

export interface NodeSettings {
  readonly name: string;
  /** As the kubelet reports it; empty while it has not. */
  readonly architecture: string;
  /** `worker` unless given. */
  readonly roles?: readonly string[];
  /** On top of those that every node has and those of its roles. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly unschedulable?: boolean;
  readonly ready?: boolean;
}

/** Creates a node as its kubelet would. */
export async function createNode(server: Server, node: NodeSettings): Promise<void> {
  const { name, architecture, roles = ['worker'], labels = {}, taints = [], unschedulable = false, ready = true } = node;
  await createObject(server, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...(architecture ? { 'kubernetes.io/arch': architecture } : {}),
        ...Object.fromEntries(roles.map((role) => [`node-role.kubernetes.io/${role}`, ''])),
        ...labels,
      },
    },
    spec: { taints, unschedulable },
    status: { nodeInfo: nodeInfo(name, architecture), conditions: [readyCondition(ready)] },
  });
}

function nodeInfo(name: string, architecture: string): object {
  return {
    architecture,
    bootID: `boot-${name}`,
    containerRuntimeVersion: 'cri-o://1.34.0',
    kernelVersion: '6.12.0',
    kubeProxyVersion: '',
    kubeletVersion: 'v1.34.4',
    machineID: `machine-${name}`,
    operatingSystem: 'linux',
    osImage: 'Linux',
    systemUUID: `system-${name}`,
  };
}

function readyCondition(ready: boolean): object {
  const since = '2026-11-22T10:00:00Z';
  const [status, reason] = ready ? ['True', 'KubeletReady'] : ['False', 'KubeletNotReady'];
  return { type: 'Ready', status, reason, message: '', lastHeartbeatTime: since, lastTransitionTime: since };
}

/** Creates a namespace unless it is there. */
export async function createNamespace(server: Server, name: string): Promise<void> {
  await server.send('APPLY', `/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

/** Creates a HyperConverged in the API version that it names, with its namespace, and its status where one is given. */
export async function createHyperConverged(server: Server, object: KubernetesObject, status?: object): Promise<void> {
  await createNamespace(server, object.metadata.namespace ?? 'default');
  await createObject(server, status ? { ...object, status } : object);
}

/** Deletes every node, custom object and ConfigMap, so that the next test finds the server as new; namespaces and definitions stay. */
export async function deleteAll(server: Server): Promise<void> {
  const definitions = await server.send('GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
  const custom: string[] = definitions.items.map(({ spec }: Answer) => {
    const version = spec.versions.find(({ storage }: Answer) => storage);
    return `/apis/${spec.group}/${version.name} ${spec.names.plural}`;
  });
  for (const resource of ['/api/v1 nodes', '/api/v1 configmaps', ...custom]) await deleteEach(server, resource);
}

async function deleteEach(server: Server, resource: string): Promise<void> {
  const [groupVersion, plural] = resource.split(' ');
  const { items } = await server.send('GET', `${groupVersion}/${plural}`);
  for (const { metadata } of items.filter((item: Answer) => !item.metadata.namespace?.startsWith('kube-'))) {
    const path = [groupVersion, ...(metadata.namespace ? ['namespaces', metadata.namespace] : []), plural, metadata.name].join('/');
    // Nobody is here to finish what a finalizer waits for.
    if (metadata.finalizers) await server.send('PATCH', path, { metadata: { finalizers: null } });
    await server.send('DELETE', path);
  }
}

interface Location {
  readonly collection: string;
  readonly hasStatus: boolean;
}

async function locate(server: Server, { apiVersion, kind, metadata }: KubernetesObject): Promise<Location> {
  const groupVersion = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { resources } = await server.send('GET', groupVersion);
  const resource = resources.find((candidate: Answer) => candidate.kind === kind && !candidate.name.includes('/'));
  if (!resource) throw new Error(`the API server does not serve ${kind} of ${apiVersion}`);
  const within = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
  const hasStatus = resources.some(({ name }: Answer) => name === `${resource.name}/status`);
  return { collection: `${groupVersion}${within}/${resource.name}`, hasStatus };
}
