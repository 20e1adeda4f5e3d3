/** Which nodes run workloads, and of which architectures: HCO's own rule (`pkg/internal/nodeinfo/nodeinfo.go:25-106`). */
import { isControlPlane, type Node, WORKER_LABEL } from './node.ts';
import { matchesPlacement, type NodePlacement, restrictsNodes } from './node-selector.ts';

export interface NodeArchitectures {
  /** Every node that counts as a workload node, also without a known architecture. */
  readonly workloadNodes: readonly Node[];
  /** Sorted; an architecture that is not reported yet is not one. */
  readonly workload: readonly string[];
  readonly controlPlane: readonly string[];
  /** What an image for no particular architecture is taken for (`architectures.go:68-109`); undefined without workload nodes. */
  readonly default: string | undefined;
}

/** With a placement that restricts, the nodes that it selects and no others; without one, the nodes that carry the worker label. */
export function workloadNodes(nodes: readonly Node[], placement: NodePlacement | undefined): readonly Node[] {
  if (!restrictsNodes(placement)) return nodes.filter(({ labels }) => WORKER_LABEL in labels);
  return nodes.filter((node) => matchesPlacement(node, placement));
}

/** The architectures of a cluster as HCO counts them: by `status.nodeInfo`, never by label, ready or not. */
export function nodeArchitectures(nodes: readonly Node[], placement: NodePlacement | undefined): NodeArchitectures {
  const workload = workloadNodes(nodes, placement);
  const controlPlane = architecturesOf(nodes.filter(isControlPlane));
  return {
    workloadNodes: workload,
    workload: architecturesOf(workload),
    controlPlane,
    default: defaultArchitecture(workload, controlPlane),
  };
}

/** The known architectures of some nodes, sorted. */
export function architecturesOf(nodes: readonly Node[]): readonly string[] {
  return [...new Set(nodes.map(({ architecture }) => architecture))].filter((architecture) => architecture !== '').sort();
}

/** The first control-plane architecture if workloads have it, else the commonest among workload nodes, ties to the first by name. */
function defaultArchitecture(workload: readonly Node[], [firstControlPlane]: readonly string[]): string | undefined {
  const architectures = architecturesOf(workload);
  if (firstControlPlane !== undefined && architectures.includes(firstControlPlane)) return firstControlPlane;
  const count = (architecture: string) => workload.filter((node) => node.architecture === architecture).length;
  return [...architectures].sort((a, b) => count(b) - count(a))[0];
}
