/** A Node as a kubelet, KubeVirt and Node Feature Discovery leave it: 10 to 20 kB, most of it noise. */
import { createHash, randomUUID } from 'node:crypto';
import { containerImages } from './node-images.ts';
import { featureLabels } from './node-labels.ts';

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** What a caller says about a node that joins; the rest follows. */
export interface NewNode {
  readonly name: string;
  /** GOARCH spelling. */
  readonly architecture: string;
  /** On top of the usual ones; without a `node-role.kubernetes.io/…` label here the node is a worker. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly ready?: boolean;
  readonly unschedulable?: boolean;
  readonly createdAt?: Date;
}

export interface NodeCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastHeartbeatTime: string;
  readonly lastTransitionTime: string;
}

/** A Node without kind and apiVersion, as it stands in a NodeList. */
export interface EmbeddedNode {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly providerID: string; readonly taints?: readonly Taint[]; readonly unschedulable?: true };
  readonly status: {
    readonly addresses: readonly { readonly type: string; readonly address: string }[];
    readonly allocatable: Readonly<Record<string, string>>;
    readonly capacity: Readonly<Record<string, string>>;
    readonly conditions: readonly NodeCondition[];
    readonly daemonEndpoints: { readonly kubeletEndpoint: { readonly Port: number } };
    readonly images: readonly { readonly names: readonly string[]; readonly sizeBytes: number }[];
    readonly nodeInfo: Readonly<Record<string, string>> & { readonly architecture: string };
  };
}

/** The Node that the API server stores when one joins. */
export function buildNode(node: NewNode, resourceVersion: string, now: Date): EmbeddedNode {
  const created = timestamp(node.createdAt ?? now);
  const taints = taintsOf(node);
  return {
    metadata: {
      name: node.name,
      uid: randomUUID(),
      resourceVersion,
      creationTimestamp: created,
      labels: labelsOf(node, taints),
      annotations: annotationsOf(node.name, timestamp(now)),
    },
    spec: {
      providerID: `aws:///eu-1a/i-${digest(node.name).slice(0, 17)}`,
      ...(taints.length === 0 ? {} : { taints }),
      ...(node.unschedulable ? { unschedulable: true } : {}),
    },
    status: statusOf(node, created, timestamp(now)),
  };
}

/** The time as Kubernetes writes it: in whole seconds. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function taintsOf({ taints = [], ready = true, unschedulable = false }: NewNode): readonly Taint[] {
  return [
    ...taints,
    ...(ready ? [] : [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const]),
    ...(unschedulable ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const] : []),
  ];
}

const ROLE = 'node-role.kubernetes.io/';

/** KubeVirt marks a node as schedulable once its virt-handler runs there, which tolerates no taints by default. */
function labelsOf({ name, architecture, labels = {}, ready = true }: NewNode, taints: readonly Taint[]): Record<string, string> {
  const roles = Object.keys(labels).some((label) => label.startsWith(ROLE)) ? {} : { [`${ROLE}worker`]: '' };
  const isWorker = `${ROLE}worker` in { ...roles, ...labels };
  const keepsOff = taints.some(({ key, effect }) => effect !== 'PreferNoSchedule' && !key.startsWith('node.kubernetes.io/'));
  return {
    'beta.kubernetes.io/arch': architecture,
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': architecture,
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': architecture === 'arm64' ? 'm7g.metal' : 'm5.metal',
    'topology.kubernetes.io/region': 'eu-1',
    'topology.kubernetes.io/zone': 'eu-1a',
    ...(isWorker ? featureLabels(architecture) : {}),
    ...(isWorker && !keepsOff ? { 'kubevirt.io/schedulable': String(ready) } : {}),
    ...roles,
    ...labels,
  };
}

function annotationsOf(name: string, heartbeat: string): Record<string, string> {
  return {
    'csi.volume.kubernetes.io/nodeid': JSON.stringify({ 'ebs.csi.aws.com': `i-${digest(name).slice(0, 17)}` }),
    'kubevirt.io/heartbeat': heartbeat,
    'machineconfiguration.openshift.io/currentConfig': `rendered-worker-${digest('config').slice(0, 32)}`,
    'machineconfiguration.openshift.io/state': 'Done',
    'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
  };
}

function statusOf({ name, architecture, ready = true }: NewNode, since: string, now: string): EmbeddedNode['status'] {
  const address = `10.0.${digest(name).charCodeAt(0)}.${digest(name).charCodeAt(1)}`;
  return {
    addresses: [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: name },
    ],
    allocatable: {
      cpu: '95500m',
      memory: '395030264Ki',
      pods: '250',
      'devices.kubevirt.io/kvm': '1k',
      'ephemeral-storage': '114396791822',
    },
    capacity: { cpu: '96', memory: '396181240Ki', pods: '250', 'devices.kubevirt.io/kvm': '1k', 'ephemeral-storage': '125293548Ki' },
    conditions: conditionsOf(ready, since, now),
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    images: containerImages(architecture),
    nodeInfo: nodeInfoOf(name, architecture),
  };
}

const PRESSURES = [
  { type: 'MemoryPressure', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
  { type: 'DiskPressure', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  { type: 'PIDPressure', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
];

function conditionsOf(ready: boolean, since: string, now: string): readonly NodeCondition[] {
  const times = { lastHeartbeatTime: now, lastTransitionTime: since };
  const isReady = ready
    ? { status: 'True' as const, reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { status: 'False' as const, reason: 'KubeletNotReady', message: 'container runtime network not ready: NetworkReady=false' };
  return [...PRESSURES.map((pressure) => ({ ...pressure, status: 'False' as const, ...times })), { type: 'Ready', ...isReady, ...times }];
}

function nodeInfoOf(name: string, architecture: string): EmbeddedNode['status']['nodeInfo'] {
  const id = digest(name);
  return {
    architecture,
    bootID: `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20, 32)}`,
    containerRuntimeVersion: 'cri-o://1.34.1-2.rhaos4.21.git0a1b2c3.el9',
    kernelVersion: `5.14.0-570.22.1.el9_6.${architecture === 'arm64' ? 'aarch64' : 'x86_64'}`,
    kubeProxyVersion: '',
    kubeletVersion: 'v1.34.1',
    machineID: id.slice(0, 32),
    operatingSystem: 'linux',
    osImage: 'Red Hat Enterprise Linux CoreOS 9.6.20261101-0 (Plow)',
    systemUUID: `ec2${id.slice(0, 5)}-${id.slice(5, 9)}-${id.slice(9, 13)}-${id.slice(13, 17)}-${id.slice(17, 29)}`,
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
