/** A Kubernetes Node, reduced to what decides where workloads and virtual machines run. */
import { booleanAt, isObject, listAt, MalformedError, objectAt, stringAt, stringMapAt } from './json.ts';

export const ARCH_LABEL = 'kubernetes.io/arch';
export const WORKER_LABEL = 'node-role.kubernetes.io/worker';
const ROLE_PREFIX = 'node-role.kubernetes.io/';
const CONTROL_PLANE_LABELS = [`${ROLE_PREFIX}control-plane`, `${ROLE_PREFIX}master`];
/** virt-handler keeps it: `true` where virtual machines can be scheduled (kubevirt `pkg/virt-handler/heartbeat/heartbeat.go`). */
export const SCHEDULABLE_LABEL = 'kubevirt.io/schedulable';

/** Labels by which a provider names a node's pool, the surest first. */
const POOL_LABELS = [
  'hypershift.openshift.io/nodePool',
  'karpenter.sh/nodepool',
  'cloud.google.com/gke-nodepool',
  'eks.amazonaws.com/nodegroup',
  'kubernetes.azure.com/agentpool',
];

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface Node {
  readonly name: string;
  /** Only the labels in use: see `isLabelInUse`. */
  readonly labels: Readonly<Record<string, string>>;
  /** `status.nodeInfo.architecture`, raw; empty while the kubelet has not reported it. */
  readonly architecture: string;
  /** RFC 3339; undefined where the object does not say. */
  readonly createdAt: string | undefined;
  /** Undefined where there is no Ready condition, or it is Unknown. */
  readonly ready: boolean | undefined;
  readonly cordoned: boolean;
  readonly taints: readonly Taint[];
}

/**
 * Whether a label decides anything: architecture, roles, pools, KubeVirt's own, and those that the placement names.
 * A node carries hundreds of others (CPU features), and thousands of nodes must fit in memory.
 */
export function isLabelInUse(key: string, placementKeys: ReadonlySet<string>): boolean {
  return (
    key === ARCH_LABEL || key === SCHEDULABLE_LABEL || key.startsWith(ROLE_PREFIX) || POOL_LABELS.includes(key) || placementKeys.has(key)
  );
}

/** Reads a Node object. Throws `MalformedError` where it is not one. */
export function readNode(object: unknown, keepsLabel: (key: string) => boolean = () => true): Node {
  const name = stringAt(object, 'metadata', 'name');
  if (!name) throw new MalformedError('a Node without metadata.name');
  return {
    name,
    labels: Object.fromEntries(Object.entries(stringMapAt(object, 'metadata', 'labels')).filter(([key]) => keepsLabel(key))),
    architecture: stringAt(object, 'status', 'nodeInfo', 'architecture') ?? '',
    createdAt: timeOf(stringAt(object, 'metadata', 'creationTimestamp')),
    ready: readyOf(object),
    cordoned: booleanAt(object, 'spec', 'unschedulable') ?? false,
    taints: (listAt(object, 'spec', 'taints') ?? []).map(readTaint),
  };
}

/** A time that is none is not known. */
function timeOf(text: string | undefined): string | undefined {
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : text;
}

function readyOf(object: unknown): boolean | undefined {
  const ready = listAt(object, 'status', 'conditions')?.find((condition) => isObject(condition) && condition.type === 'Ready');
  const status = stringAt(objectAt(ready), 'status');
  return status === 'True' ? true : status === 'False' ? false : undefined;
}

function readTaint(taint: unknown): Taint {
  const value = stringAt(taint, 'value');
  return { key: stringAt(taint, 'key') ?? '', effect: stringAt(taint, 'effect') ?? '', ...(value ? { value } : {}) };
}

/** Control-plane nodes by HCO's rule: either label, any value (`pkg/internal/nodeinfo/nodeinfo.go:25-106`). */
export function isControlPlane({ labels }: Node): boolean {
  return CONTROL_PLANE_LABELS.some((label) => label in labels);
}

/** The pool that a node belongs to, as its provider or its own role label names it; undefined where nothing says. */
export function poolOf({ labels }: Node): string | undefined {
  const provided = POOL_LABELS.map((label) => labels[label]).find((value) => value);
  if (provided) return provided;
  const roles = Object.keys(labels)
    .filter((key) => key.startsWith(ROLE_PREFIX) && !CONTROL_PLANE_LABELS.includes(key))
    .map((key) => key.slice(ROLE_PREFIX.length))
    .sort();
  return roles.find((role) => role !== 'worker') ?? roles[0];
}

/** Taints that only repeat what `cordoned` and `ready` say already (Kubernetes, "Taints and Tolerations"). */
const DERIVED_TAINTS = ['node.kubernetes.io/unschedulable', 'node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const BLOCKING_EFFECTS = ['NoSchedule', 'NoExecute'];

/** Why a node takes no new virtual machine by what Kubernetes says of it, as short phrases; empty where nothing stands in the way. */
export function obstacles({ cordoned, ready, taints }: Node): readonly string[] {
  const blocking = taints.filter(({ key, effect }) => BLOCKING_EFFECTS.includes(effect) && !DERIVED_TAINTS.includes(key));
  return [
    ...(cordoned ? ['cordoned'] : []),
    ...(ready === true ? [] : [ready === false ? 'not ready' : 'readiness unknown']),
    ...blocking.map(({ key, value }) => `tainted ${value ? `${key}=${value}` : key}`),
  ];
}
