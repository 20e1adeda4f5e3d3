/** Remedy: import the golden images for every architecture of the cluster. */
import { ARCHITECTURES_ANNOTATION, IMPORT_PATH } from '../hyperconverged.ts';
import { listOf } from '../words.ts';
import type { Draft, Prediction, Remedy, Situation } from './remedy.ts';
import { simulate } from './simulate.ts';
import { releaseHasField } from './version.ts';

/** SSP's webhook refuses every change of its CR while the cluster has another one (ssp-operator, validating webhook). */
const SSP_ARCHITECTURES = ['amd64', 'arm64', 's390x'];

const COSTS = [
  'New virtual machines from these images wait until the images are imported again; running ones are untouched.',
  'Storage: each image once more for each architecture that it supports, on top of what is there.',
  'Images and disks that are wrong already stay wrong.',
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
    costs: isPreview(situation) ? [...COSTS, 'In this release of HCO the multi-architecture import is a preview feature.'] : COSTS,
    checkFirst: [],
  };
}

/** It left preview with the release that made it a field of v1 (`docs/cluster-configuration-v1beta1-api.md:234-239`). */
function isPreview({ version, hyperConverged }: Situation): boolean {
  return version === 'v1beta1' && !releaseHasField(hyperConverged);
}

/** Why we would not do it although it clears the alert; the gravest first. */
function objection({ evidence }: Situation, { starts }: Prediction): string | undefined {
  const known = new Set([...evidence.architectures.workload, ...evidence.architectures.controlPlane]);
  const refused = [...known].filter((architecture) => !SSP_ARCHITECTURES.includes(architecture)).sort();
  if (refused.length > 0)
    return `SSP accepts no change while the cluster has nodes of ${listOf(refused)}: the server is likely to refuse this.`;
  const [traded] = starts;
  if (traded)
    return `It would start ${traded.alert} for ${listOf(traded.goldenImages)}: annotate first which architectures the image really has (${ARCHITECTURES_ANNOTATION}).`;
  const [closed] = evidence.rows.filter(({ open, architecture, ready }) => architecture !== '' && (open ?? ready) === 0);
  if (!closed) return undefined;
  const why = closed.obstacles[0]?.reason ?? 'not ready';
  return `No virtual machine can run on the ${closed.architecture} nodes now (${why}): its images would be imported for nothing, or not at all.`;
}
