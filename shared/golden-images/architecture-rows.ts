/** The workload nodes by architecture: how many, in what state, and on how many of them a virtual machine can run. */
import { type Node, obstacles, poolOf, SCHEDULABLE_LABEL } from './node.ts';

export interface ArchitectureRow {
  /** Empty for nodes that have not reported theirs yet. */
  readonly architecture: string;
  /** Names of the nodes, sorted. */
  readonly nodes: readonly string[];
  readonly ready: number;
  /** Nodes that would take a virtual machine; undefined where KubeVirt has marked no node of the cluster and nothing else closes them all. */
  readonly open: number | undefined;
  /** What stands in the way on the others, the commonest first: `tainted dedicated=arm`, how often. */
  readonly obstacles: readonly { readonly reason: string; readonly nodes: number }[];
  readonly pools: readonly string[];
  /** The node that has been there longest. */
  readonly oldest: { readonly name: string; readonly createdAt: string } | undefined;
}

/** One row per architecture, the commonest first. `all` are the cluster's nodes, by which it is known whether KubeVirt marks nodes. */
export function architectureRows(workload: readonly Node[], all: readonly Node[]): readonly ArchitectureRow[] {
  const marked = all.some(({ labels }) => SCHEDULABLE_LABEL in labels);
  const groups = Map.groupBy(workload, ({ architecture }) => architecture);
  return [...groups]
    .map(([architecture, nodes]) => toRow(architecture, nodes, marked))
    .sort((a, b) => b.nodes.length - a.nodes.length || (a.architecture < b.architecture ? -1 : 1));
}

function toRow(architecture: string, nodes: readonly Node[], marked: boolean): ArchitectureRow {
  const reasons = nodes.map((node) => obstaclesToVirtualMachines(node, marked));
  const open = reasons.filter((found) => found.length === 0).length;
  return {
    architecture,
    nodes: nodes.map(({ name }) => name).sort(),
    ready: nodes.filter(({ ready }) => ready === true).length,
    open: marked || open === 0 ? open : undefined,
    obstacles: countReasons(reasons.flat()),
    pools: [...new Set(nodes.map(poolOf).filter((pool) => pool !== undefined))].sort(),
    oldest: oldestOf(nodes),
  };
}

/** Beside Kubernetes' own reasons: without virt-handler, which sets the label, no virtual machine lands on a node. */
function obstaclesToVirtualMachines(node: Node, marked: boolean): readonly string[] {
  const stated = obstacles(node);
  if (stated.length > 0 || !marked || node.labels[SCHEDULABLE_LABEL] === 'true') return stated;
  return [`${SCHEDULABLE_LABEL} is not true`];
}

function countReasons(reasons: readonly string[]): ArchitectureRow['obstacles'] {
  return [...Map.groupBy(reasons, (reason) => reason)]
    .map(([reason, found]) => ({ reason, nodes: found.length }))
    .sort((a, b) => b.nodes - a.nodes || (a.reason < b.reason ? -1 : 1));
}

function oldestOf(nodes: readonly Node[]): ArchitectureRow['oldest'] {
  const dated = nodes.flatMap(({ name, createdAt }) => (createdAt === undefined ? [] : [{ name, createdAt }]));
  return dated.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.name < b.name ? -1 : 1))[0];
}
