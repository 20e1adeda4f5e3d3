/** Remedy: import the golden images for every architecture of the cluster. */
import type { Evidence } from '../conditions.ts';
import { ARCHITECTURES_ANNOTATION, IMPORT_PATH } from '../hyperconverged.ts';
import { type JsonObject, nest } from '../json.ts';
import { isEnabled } from '../templates.ts';
import { listOf } from '../words.ts';
import { annotateTemplates, mergePatches } from './edit-templates.ts';
import { type Correction, importCosts } from './import-costs.ts';
import { neededAnnotation } from './needed-annotation.ts';
import { plainArchitecture } from './plain-names.ts';
import { likelyRefusal } from './refusal.ts';
import { type Draft, draft, type Prediction, type Remedy, type Situation } from './remedy.ts';
import { simulate } from './simulate.ts';

export const enableImport: Remedy = {
  alerts: ['HCOMultiArchGoldenImagesDisabled'],
  propose: (situation) => [proposeImport(situation)],
};

function proposeImport(situation: Situation): Draft {
  const corrections = correctionsIn(situation);
  const change = simulate(situation, patchFor(situation, corrections));
  const { clears } = change.prediction;
  const reason = clears ? objection(situation, change.prediction) : 'By HCO’s rule the alert would stay.';
  return draft({
    id: 'enable-multi-arch-import',
    title: 'Import the images for every architecture',
    feasible: clears,
    advised: reason === undefined,
    reason,
    change,
    costs: importCosts(situation, change, corrections),
  });
}

/** The annotations go into the same patch: else this alert would be traded for another. */
function correctionsIn(situation: Situation): readonly Correction[] {
  const { templates, imageOf, evidence } = situation;
  return templates.flatMap((template) => {
    if (template.own && !isEnabled(template.own)) return [];
    const needed = neededAnnotation(template, imageOf(template), evidence.architectures.workload);
    return needed.kind === 'wrong' ? [{ name: template.name, architectures: needed.architectures, because: needed.because }] : [];
  });
}

function patchFor(situation: Situation, corrections: readonly Correction[]): JsonObject {
  const gate = nest(IMPORT_PATH[situation.version], true);
  if (corrections.length === 0) return gate;
  const annotations = corrections.map(
    ({ name, architectures }) => [name, { [ARCHITECTURES_ANNOTATION]: architectures.join(',') }] as const,
  );
  return mergePatches(annotateTemplates(situation, new Map(annotations)), gate);
}

/** Why we would not do it although it clears the alert; the gravest first. */
function objection(situation: Situation, { starts }: Prediction): string | undefined {
  const { evidence } = situation;
  return (
    likelyRefusal(situation) ??
    tradedAlert(situation, starts) ??
    danglingSources(evidence) ??
    otherDefault(evidence) ??
    closedNodes(evidence)
  );
}

function tradedAlert(situation: Situation, [traded]: Prediction['starts']): string | undefined {
  if (traded === undefined) return undefined;
  const { alert, goldenImages } = traded;
  const start = `It would start ${alert} for ${listOf(goldenImages)}`;
  if (alert === 'HCOGoldenImageWithNoSupportedArchitecture')
    return `${start}, which no node could run by what is known of it: disable or correct it first.`;
  const asked = situation.templates.filter(({ name, own }) => own !== undefined && goldenImages.includes(name));
  const [why] = asked.flatMap((template) => {
    const image = situation.imageOf(template);
    return image.kind === 'unknown' ? [` What ${template.name} really has could not be asked: ${image.why}.`] : [];
  });
  return `${start}: annotate first which architectures the image really has (${ARCHITECTURES_ANNOTATION}).${why ?? ''}`;
}

/** HCO filters by the workload nodes (`golden_images.go:337`), SSP points to the control plane's first (ssp-operator `reconcile.go:780`). */
function danglingSources({ architectures: { workload, controlPlane } }: Evidence): string | undefined {
  const [first] = controlPlane;
  if (first === undefined || workload.includes(first)) return undefined;
  return `The control plane is ${first}, and no workload node is: SSP would point the images’ plain names to a ${first} image that is not imported.`;
}

/** Without control-plane nodes SSP takes the first by name, and KubeVirt what most nodes have (`architectures.go:68-109`). */
function otherDefault({ architectures }: Evidence): string | undefined {
  const plain = plainArchitecture(architectures);
  if (plain === undefined || architectures.default === undefined || plain === architectures.default) return undefined;
  return `An image’s plain name would mean ${plain}, and a virtual machine that names no architecture is ${architectures.default}: it would get the wrong image.`;
}

function closedNodes({ rows }: Evidence): string | undefined {
  const closed = rows.find(({ open, architecture, ready }) => architecture !== '' && (open ?? ready) === 0);
  if (closed === undefined) return undefined;
  const why = closed.obstacles[0]?.reason ?? 'not ready';
  return `No virtual machine can run on the ${closed.architecture} nodes now (${why}): its images would be imported for nothing, or not at all, and CDIDataImportCronOutdated may start after 15 minutes.`;
}
