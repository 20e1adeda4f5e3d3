/** What was read of the cluster: each part that was read, whether or not the others were. Names in it are harmless. */
import { type ArchitectureRow, architectureRows } from '../../shared/golden-images/architecture-rows.ts';
import type { Evidence } from '../../shared/golden-images/conditions.ts';
import { differenceSentence } from '../../shared/golden-images/counterpart.ts';
import { crOwnerSentence } from '../../shared/golden-images/cr-owner.ts';
import { gateSource } from '../../shared/golden-images/gate.ts';
import { type HyperConverged, PLACEMENT_PATH } from '../../shared/golden-images/hyperconverged.ts';
import { ARCH_LABEL, WORKER_LABEL } from '../../shared/golden-images/node.ts';
import { restrictsNodes } from '../../shared/golden-images/node-selector.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { listOf } from '../../shared/golden-images/words.ts';
import { plain } from '../../shared/plain.ts';

export interface Fact {
  readonly label: string;
  readonly text: string;
}

export interface Facts {
  /** What comes before the nodes, and after them. */
  readonly before: readonly Fact[];
  readonly after: readonly Fact[];
  readonly nodes: readonly NodesFact[];
}

/** The nodes of one architecture. */
export interface NodesFact {
  /** `?` where they have not said. */
  readonly architecture: string;
  readonly count: number;
  readonly ready: number;
  /** On how many of them a VM can run; undefined where that is not known. */
  readonly open: number | undefined;
  /** What stands in the way; empty where nothing does. */
  readonly obstacles: string;
  readonly names: string;
}

/** As many of a list are named. */
export const NAMES = 8;

/** Names as a terminal gets them: harmless, and never clipped. */
export function namesOf(names: readonly string[]): string {
  return listOf(names, NAMES, (name) => plain(name) || '(no name)');
}

/** `evidence` is there where everything was read. */
export function factsOf({ nodes, hyperConverged }: Snapshot, evidence: Evidence | undefined): Facts {
  const cr = hyperConverged.ok ? hyperConverged.value : undefined;
  const allNodes = !evidence && nodes.ok ? nodes.value : [];
  return {
    before: [...(cr ? [importFact(cr), selectionFact(cr)] : []), ...(!evidence && nodes.ok ? [ALL_NODES] : [])],
    nodes: (evidence ? evidence.rows : architectureRows(allNodes, allNodes)).map(nodesFact),
    after: [...(cr ? [imagesFact(cr)] : []), ...(evidence ? [...ownerFacts(evidence), ...notes(evidence)] : [])],
  };
}

const ALL_NODES: Fact = { label: 'all nodes', text: 'which of them run workloads, a HyperConverged says' };

function importFact({ gate }: HyperConverged): Fact {
  return { label: 'multi-arch import', text: `${gate.enabled ? 'on' : 'off'}: ${gateSource(gate)}` };
}

function selectionFact({ placement, version }: HyperConverged): Fact {
  const how = restrictsNodes(placement) ? `selected by ${PLACEMENT_PATH[version].join('.')}` : `by the label ${WORKER_LABEL}`;
  return { label: 'workload nodes', text: how };
}

function nodesFact({ architecture, nodes, ready, open, obstacles }: ArchitectureRow): NodesFact {
  return {
    architecture: plain(architecture) || '?',
    count: nodes.length,
    ...{ ready, open },
    obstacles: obstacles.map(({ reason, nodes: hit }) => `${hit} ${plain(reason)}`).join(', '),
    names: namesOf(nodes),
  };
}

function imagesFact({ goldenImages }: HyperConverged): Fact {
  return { label: 'golden images', text: `${goldenImages.length}: ${namesOf(goldenImages.map(({ name }) => name).sort())}` };
}

/** Where a change belongs, and what was changed last. */
function ownerFacts({ owners, lastChange }: Evidence): readonly Fact[] {
  const last = lastChange ? [`the spec was last changed by ${lastChange.manager} at ${lastChange.at}`] : [];
  return [...owners.map(crOwnerSentence), ...last].map((text) => ({ label: 'owner', text: plain(text) }));
}

function notes({ disagreeing, mislabelled, counterpart, hyperConverged }: Evidence): readonly Fact[] {
  const texts = [
    ...(counterpart ? [differenceSentence(counterpart, hyperConverged.version)] : []),
    ...(disagreeing ? [`HCO’s own status says ${namesOf(disagreeing)}: it lags behind, or has just restarted`] : []),
    ...(mislabelled.length > 0 ? [`the label ${ARCH_LABEL} is not what the kubelet reports on ${namesOf(mislabelled)}`] : []),
  ];
  return texts.map((text) => ({ label: 'note', text }));
}
