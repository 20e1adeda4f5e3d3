/** Nodes from which a narrower placement takes virtual machines away: KubeVirt's rule, which is not HCO's of workload nodes. */
import { readHyperConverged } from '../hyperconverged.ts';
import type { Node } from '../node.ts';
import { matchesPlacement, type NodePlacement, restrictsNodes } from '../node-selector.ts';
import type { Change, Situation } from './remedy.ts';

/** Without a placement virt-handler runs on every node, with the worker label or without; with one, where it says. */
export function closedNodes({ nodes, hyperConverged }: Situation, { after }: Change): readonly Node[] {
  const { placement } = readHyperConverged(after);
  return nodes.filter((node) => isServed(node, hyperConverged.placement) && !isServed(node, placement));
}

function isServed(node: Node, placement: NodePlacement | undefined): boolean {
  return !restrictsNodes(placement) || matchesPlacement(node, placement);
}
