/** What was read of the cluster, for a person at a terminal: each part that was read, whether or not the others were. */
import { type ArchitectureRow, architectureRows } from '../../shared/golden-images/architecture-rows.ts';
import type { Evidence } from '../../shared/golden-images/conditions.ts';
import { type HyperConverged, PLACEMENT_PATH } from '../../shared/golden-images/hyperconverged.ts';
import { ARCH_LABEL, type Node, WORKER_LABEL } from '../../shared/golden-images/node.ts';
import { restrictsNodes } from '../../shared/golden-images/node-selector.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { listOf } from '../../shared/golden-images/words.ts';
import { plain } from '../../shared/plain.ts';

const NAMES = 8;

/** Names as a terminal gets them: harmless, and never clipped. */
export function namesOf(names: readonly string[]): string {
  return listOf(names, NAMES, (name) => plain(name) || '(no name)');
}

/** A line each; none where nothing was read. `evidence` is there where everything was. */
export function factLines({ nodes, hyperConverged }: Snapshot, evidence: Evidence | undefined): readonly string[] {
  const cr = hyperConverged.ok ? hyperConverged.value : undefined;
  return [
    ...(cr ? [importLine(cr), selectionLine(cr)] : []),
    ...(evidence ? evidence.rows.map(nodeLine) : nodes.ok ? allNodes(nodes.value) : []),
    ...(cr ? [imagesLine(cr)] : []),
    ...(evidence ? notes(evidence) : []),
  ];
}

function importLine({ gate: { enabled, path, explicit } }: HyperConverged): string {
  return `multi-arch import  ${enabled ? 'on' : 'off'}: ${path} ${explicit ? `is ${enabled}` : 'is not set'}`;
}

function selectionLine({ placement, version }: HyperConverged): string {
  return `workload nodes     ${restrictsNodes(placement) ? `selected by ${PLACEMENT_PATH[version].join('.')}` : `by the label ${WORKER_LABEL}`}`;
}

function allNodes(nodes: readonly Node[]): readonly string[] {
  return ['all nodes          which of them run workloads, a HyperConverged says', ...architectureRows(nodes, nodes).map(nodeLine)];
}

function nodeLine({ architecture, nodes, ready, open, obstacles }: ArchitectureRow): string {
  const why = obstacles.map(({ reason, nodes: hit }) => `${hit} ${plain(reason)}`).join(', ');
  const landing = open === undefined ? 'where VMs can run is not known' : `VMs can run on ${open}`;
  return `  ${(plain(architecture) || '?').padEnd(8)} ${nodes.length}, ready ${ready}, ${landing}${why ? ` (${why})` : ''}: ${namesOf(nodes)}`;
}

function imagesLine({ goldenImages }: HyperConverged): string {
  return `golden images      ${goldenImages.length}: ${namesOf(goldenImages.map(({ name }) => name).sort())}`;
}

function notes({ disagreeing, mislabelled }: Evidence): readonly string[] {
  return [
    ...(disagreeing ? [`note               HCO’s own status says ${namesOf(disagreeing)}: it lags behind, or has just restarted`] : []),
    ...(mislabelled.length > 0
      ? [`note               the label ${ARCH_LABEL} is not what the kubelet reports on ${namesOf(mislabelled)}`]
      : []),
  ];
}
