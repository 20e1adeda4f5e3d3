/** Remedy: import the golden images for every architecture of the cluster. */
import type { Evidence } from '../conditions.ts';
import { ARCHITECTURES_ANNOTATION, IMPORT_PATH } from '../hyperconverged.ts';
import { listOf } from '../words.ts';
import type { Draft, Prediction, Remedy, Situation } from './remedy.ts';
import { simulate } from './simulate.ts';
import { sspRefusal } from './ssp.ts';
import { releaseHasField } from './version.ts';

const COSTS = [
  'New virtual machines from these images wait until the images are imported again; running ones are untouched.',
  'Storage: each image once more for each architecture that it supports, on top of what is there.',
  'Images and disks that are wrong already stay wrong.',
  'Whether the registries hold each image for every architecture was not checked.',
];

export const enableImport: Remedy = {
  alert: 'HCOMultiArchGoldenImagesDisabled',
  propose: (situation) => [proposeImport(situation)],
};

function proposeImport(situation: Situation): Draft {
  const change = simulate(situation, IMPORT_PATH[situation.version], true);
  const reason = change.prediction.clears ? objection(situation, change.prediction) : 'By HCO’s rule the alert would stay.';
  return {
    id: 'enable-multi-arch-import',
    title: 'Import the images for every architecture',
    feasible: change.prediction.clears,
    advised: reason === undefined,
    reason,
    change,
    costs: costsOf(situation),
    checkFirst: [],
  };
}

function costsOf(situation: Situation): readonly string[] {
  return [
    ...COSTS,
    ...plainNames(situation.evidence),
    ...(isPreview(situation) ? ['In this release of HCO the multi-architecture import is a preview feature.'] : []),
  ];
}

/** SSP points an image's plain name to the control plane's first architecture, without a control plane to the first by name (`reconcile.go:780`). */
function plainNames({ architectures: { workload, controlPlane } }: Evidence): readonly string[] {
  const plain = controlPlane[0] ?? workload[0];
  const others = workload.filter((architecture) => architecture !== plain);
  if (plain === undefined || others.length === 0) return [];
  return [`Then an image’s plain name means ${plain}: a virtual machine of ${listOf(others)} must name the image of its own architecture.`];
}

/** It left preview with the release that made it a field of v1 (`docs/cluster-configuration-v1beta1-api.md:234-239`). */
function isPreview({ version, hyperConverged, snapshot }: Situation): boolean {
  return version === 'v1beta1' && (snapshot.served?.v1HasImportField.ok === true || !releaseHasField(hyperConverged));
}

/** Why we would not do it although it clears the alert; the gravest first. */
function objection({ evidence }: Situation, { starts }: Prediction): string | undefined {
  return sspRefusal(evidence) ?? tradedAlert(starts) ?? danglingSources(evidence) ?? closedNodes(evidence);
}

function tradedAlert([traded]: Prediction['starts']): string | undefined {
  if (traded === undefined) return undefined;
  const { alert, goldenImages } = traded;
  return `It would start ${alert} for ${listOf(goldenImages)}: annotate first which architectures the image really has (${ARCHITECTURES_ANNOTATION}).`;
}

/** HCO filters by the workload nodes (`golden_images.go:337`), SSP points to the control plane's first (ssp-operator `reconcile.go:780`). */
function danglingSources({ architectures: { workload, controlPlane } }: Evidence): string | undefined {
  const [first] = controlPlane;
  if (first === undefined || workload.includes(first)) return undefined;
  return `The control plane is ${first}, and no workload node is: SSP would point the images’ plain names to a ${first} image that is not imported.`;
}

function closedNodes({ rows }: Evidence): string | undefined {
  const closed = rows.find(({ open, architecture, ready }) => architecture !== '' && (open ?? ready) === 0);
  if (closed === undefined) return undefined;
  const why = closed.obstacles[0]?.reason ?? 'not ready';
  return `No virtual machine can run on the ${closed.architecture} nodes now (${why}): its images would be imported for nothing, or not at all, and CDIDataImportCronOutdated may start after 15 minutes.`;
}
