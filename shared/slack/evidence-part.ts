/** Why: the inputs of the predicate with their values, as they were read. */
import type { Evidence, GoldenImageCondition } from '../golden-images/conditions.ts';
import { WORKER_LABEL } from '../golden-images/node.ts';
import type { Facts } from '../incidents/incident.ts';
import { bold, bullets, code, type Piece, paragraph, richText, words } from './rich-text.ts';
import { count, namesOf, shortName } from './text.ts';

/** `shown` is how many names a list may have. */
export function evidencePart({ condition }: Facts, shown: number) {
  const { evidence } = condition;
  if (!evidence) return undefined;
  const rows = [gate(evidence), nodes(evidence), architectures(evidence), images(evidence, shown)];
  const hit = condition.goldenImages.filter((image) => image.condition === 'present');
  const hits = hit.slice(0, Math.max(shown, 1)).map((image) => hitImage(image, evidence));
  const more = hit.length > hits.length ? [[words(`and ${hit.length - hits.length} more images`)]] : [];
  return richText(paragraph(bold('Why')), bullets(...rows, ...hits, ...more, ...remarks(evidence, shown)));
}

function gate({ gate: { enabled, path, explicit } }: Evidence): readonly Piece[] {
  return [words(`Multi-architecture import: ${enabled ? 'on' : 'off'}; `), code(path), words(explicit ? ` is ${enabled}` : ' is not set')];
}

function nodes({ rows, placementPath }: Evidence): readonly Piece[] {
  const total = count(
    rows.reduce((sum, { nodes: names }) => sum + names.length, 0),
    'workload node',
  );
  if (placementPath) return [words(`${total}, selected by `), code(placementPath)];
  return [words(`${total}, by the label `), code(WORKER_LABEL), words(' (the CR selects no nodes)')];
}

function architectures({ architectures: { workload, controlPlane, default: usual } }: Evidence): readonly Piece[] {
  return [
    words(
      `Workload architectures: ${namesOf(workload, 8)}; control plane: ${namesOf(controlPlane, 8)}; default: ${shortName(usual ?? 'none')}`,
    ),
  ];
}

function images({ goldenImages }: Evidence, shown: number): readonly Piece[] {
  return [
    words(`Golden images: ${goldenImages.length}${goldenImages.length > 0 && shown > 0 ? ` (${namesOf(goldenImages, shown)})` : ''}`),
  ];
}

function hitImage({ name, declaredArchitectures }: GoldenImageCondition, { architectures: { workload } }: Evidence): readonly Piece[] {
  if (!declaredArchitectures) return [code(shortName(name)), words(' does not say which architectures it supports')];
  return [
    code(shortName(name)),
    words(' supports '),
    code(shortName(declaredArchitectures)),
    words(`, and the workload nodes are ${namesOf(workload, 8)}`),
  ];
}

/** What a reader would otherwise take for an error of ours. */
function remarks({ disagreeing, mislabelled }: Evidence, shown: number): readonly (readonly Piece[])[] {
  const reported = disagreeing && [words(`HCO’s own status says ${namesOf(disagreeing, 8)}: it lags behind, or has just restarted`)];
  const labels = mislabelled.length > 0 && [
    words(
      `On ${namesOf(mislabelled, shown)} the label kubernetes.io/arch is not what the kubelet reports: HCO counts by the kubelet, placement selects by the label`,
    ),
  ];
  return [...(reported ? [reported] : []), ...(labels ? [labels] : [])];
}
