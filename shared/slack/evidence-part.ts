/** Why: the inputs of the predicate with their values, as they were read. */
import type { Evidence, GoldenImageCondition } from '../golden-images/conditions.ts';
import { differenceSentence } from '../golden-images/counterpart.ts';
import { ARCH_LABEL, WORKER_LABEL } from '../golden-images/node.ts';
import type { NodePlacement } from '../golden-images/node-selector.ts';
import { count } from '../golden-images/words.ts';
import type { Facts } from '../incidents/incident.ts';
import { bold, bullets, code, type Piece, paragraph, richText, words } from './rich-text.ts';
import { namesOf, namesOrCount, shortName } from './text.ts';

export interface EvidenceDetail {
  /** How many names a list may have. */
  readonly names: number;
  /** How many architectures a list may have. */
  readonly architectures: number;
}

export function evidencePart({ condition }: Facts, detail: EvidenceDetail) {
  const { evidence } = condition;
  if (!evidence) return undefined;
  const rows = [gate(evidence), nodes(evidence, detail), architectures(evidence, detail), images(evidence, detail)];
  const hit = condition.goldenImages.filter((image) => image.condition === 'present');
  const hits = hit.slice(0, Math.max(detail.names, 1)).map((image) => hitImage(image, evidence, detail));
  const more = hit.length > hits.length ? [[words(`and ${count(hit.length - hits.length, 'more image')}`)]] : [];
  return richText(paragraph(bold('Why')), bullets(...rows, ...hits, ...more, ...remarks(evidence, detail)));
}

function gate({ gate: { enabled, path, explicit, overruled } }: Evidence): readonly Piece[] {
  const said = explicit ? ` is ${enabled}` : ' is not set';
  const wins = overruled === undefined ? [] : [words(', and wins over '), code(overruled), words(`, which says ${!enabled}`)];
  return [words(`Multi-architecture import: ${enabled ? 'on' : 'off'}; `), code(path), words(said), ...wins];
}

function nodes({ rows, placement }: Evidence, { names: shown }: EvidenceDetail): readonly Piece[] {
  const total = count(
    rows.reduce((sum, { nodes: names }) => sum + names.length, 0),
    'workload node',
  );
  if (placement) return [words(`${total}, selected by `), code(placement.path), words(`: ${selection(placement, shown)}`)];
  return [words(`${total}, by the label `), code(WORKER_LABEL), words(' (the CR selects no nodes)')];
}

/** The rule in force: what must hold of a node. Terms of an affinity are many and deep, so only their number is said. */
function selection({ nodeSelector, requiredTerms }: NodePlacement, shown: number): string {
  const labels = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
  return [
    ...(labels.length > 0 ? [namesOrCount(labels.sort(), shown, 'label')] : []),
    ...(requiredTerms ? [`required affinity of ${count(requiredTerms.length, 'term')}`] : []),
  ].join(', and ');
}

function architectures(
  { architectures: { workload, controlPlane } }: Evidence,
  { architectures: shown }: EvidenceDetail,
): readonly Piece[] {
  const [nodes, control] = [namesOf(workload, shown), namesOf(controlPlane, shown)];
  return [words(`Workload architectures: ${nodes}; control plane: ${control}`)];
}

function images({ goldenImages }: Evidence, { names: shown }: EvidenceDetail): readonly Piece[] {
  return [
    words(`Golden images: ${goldenImages.length}${goldenImages.length > 0 && shown > 0 ? ` (${namesOf(goldenImages, shown)})` : ''}`),
  ];
}

function hitImage(
  { name, declaredArchitectures }: GoldenImageCondition,
  { architectures: { workload } }: Evidence,
  { architectures: shown }: EvidenceDetail,
): readonly Piece[] {
  if (!declaredArchitectures) return [code(shortName(name)), words(' does not say which architectures it supports')];
  return [
    code(shortName(name)),
    words(' supports '),
    code(shortName(declaredArchitectures)),
    words(`, and the workload nodes are ${namesOf(workload, shown)}`),
  ];
}

/** What a reader would otherwise take for an error of ours. */
function remarks(
  { disagreeing, mislabelled, counterpart, hyperConverged }: Evidence,
  detail: EvidenceDetail,
): readonly (readonly Piece[])[] {
  const reported = disagreeing && [
    words(`HCO’s own status says ${namesOf(disagreeing, detail.architectures)}: it lags behind, or has just restarted`),
  ];
  const labels = mislabelled.length > 0 && [
    words(
      `On ${namesOrCount(mislabelled, detail.names, 'node')} the label ${ARCH_LABEL} is not what the kubelet reports: HCO counts by the kubelet, placement selects by the label`,
    ),
  ];
  const versions = counterpart && [words(`HyperConverged: ${differenceSentence(counterpart, hyperConverged.version)}`)];
  return [reported, labels, versions].flatMap((remark) => (remark ? [remark] : []));
}
