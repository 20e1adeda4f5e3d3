/** What the import for every architecture costs, and whom it makes wait. */
import { IMPORT_GATE } from '../gate.ts';
import { isObject, listAt, stringAt, stringMapAt } from '../json.ts';
import { listOf } from '../words.ts';
import type { NeededAnnotation } from './needed-annotation.ts';
import { plainArchitecture, staysWrongSentences } from './plain-names.ts';
import type { Change, Situation } from './remedy.ts';
import { storageSentence } from './storage-cost.ts';
import { releaseHasField } from './version.ts';

/** A template whose annotation HCO would read as something else than the image is. */
export interface Correction {
  readonly name: string;
  readonly architectures: readonly string[];
  readonly because: Extract<NeededAnnotation, { kind: 'wrong' }>['because'];
}

export function importCosts(situation: Situation, change: Change, corrections: readonly Correction[]): readonly string[] {
  return [
    ...corrections.map(correctionSentence),
    'New virtual machines from these images wait until the images are imported again; running ones are untouched.',
    storageSentence(situation, change),
    'Images and disks that are wrong already stay wrong.',
    ...plainNames(situation),
    ...staysWrongSentences(situation, change),
    ...registries(situation),
    ...cpuModel(situation),
    ...overrides(situation),
    ...listedGate(situation),
    ...(isPreview(situation) ? ['In this release of HCO the multi-architecture import is a preview feature.'] : []),
  ];
}

const WHY: Readonly<Record<Correction['because'], string>> = {
  missing: 'it has no annotation',
  malformed: 'HCO would not read its annotation as it is meant',
  'not-in-image': 'its annotation names what the image does not have',
};

function correctionSentence({ name, architectures, because }: Correction): string {
  return `It also annotates ${name} with ${architectures.join(',')}: ${WHY[because]}.`;
}

function plainNames({ evidence: { architectures } }: Situation): readonly string[] {
  const plain = plainArchitecture(architectures);
  const others = architectures.workload.filter((architecture) => architecture !== plain);
  if (plain === undefined || others.length === 0) return [];
  return [`Then an image’s plain name means ${plain}: a virtual machine of ${listOf(others)} must name the image of its own architecture.`];
}

/** Only images that the CR itself names are asked for. */
function registries({ templates, imageOf, snapshot }: Situation): readonly string[] {
  const deployed = templates.filter(({ reported }) => reported !== undefined);
  const own = deployed.filter((template) => template.own !== undefined);
  const unknown = own.filter((template) => imageOf(template).kind === 'unknown').map(({ name }) => name);
  return [
    ...(unknown.length > 0
      ? [
          `What ${listOf(unknown)} really ${unknown.length === 1 ? 'has' : 'have'} ${snapshot.images === undefined ? 'was not asked' : 'was not to be learned from the registry'}.`,
        ]
      : []),
    ...(own.length < deployed.length
      ? ['The images that HCO brings along are taken for what it says they are; a mirror may hold less.']
      : []),
  ];
}

/** One model for all virtual machines: a node of another architecture never has it. */
function cpuModel({ snapshot: { hyperConverged } }: Situation): readonly string[] {
  const object = hyperConverged.ok ? hyperConverged.value?.object : undefined; // as it was read: another version shows it elsewhere
  const model =
    stringAt(object, 'spec', 'virtualization', 'virtualMachineOptions', 'defaultCPUModel') ?? stringAt(object, 'spec', 'defaultCPUModel');
  return model
    ? [`The CR’s defaultCPUModel ${model} is for all virtual machines: those of another architecture cannot be scheduled with it.`]
    : [];
}

/** An annotation of HCO's for emergencies: it changes SSP's CR after HCO, whatever the HyperConverged says (`docs/cluster-configuration.md`). */
function overrides({ hyperConverged: { object } }: Situation): readonly string[] {
  return stringMapAt(object, 'metadata', 'annotations')[SSP_PATCH] === undefined
    ? []
    : [`The CR’s annotation ${SSP_PATCH} changes what HCO tells SSP: whether it takes this back is not looked at.`];
}

const SSP_PATCH = 'ssp.kubevirt.io/jsonpatch';

/** An entry that stays as it is gives way to the field (`hyperConvergedMutator.go:263-331`). */
function listedGate({ version, hyperConverged: { object } }: Situation): readonly string[] {
  const listed =
    version === 'v1' && isObject(object.spec) && Array.isArray(object.spec.featureGates) ? listAt(object, 'spec', 'featureGates') : [];
  const isListed = listed?.some((entry) => stringAt(entry, 'name')?.toLowerCase() === IMPORT_GATE.toLowerCase());
  return isListed ? [`HCO takes the deprecated entry ${IMPORT_GATE} out of spec.featureGates with it.`] : [];
}

/** It left preview with the release that made it a field of v1 (`docs/cluster-configuration-v1beta1-api.md:234-239`). */
function isPreview({ version, hyperConverged, snapshot }: Situation): boolean {
  return version === 'v1beta1' && (snapshot.served?.v1HasImportField.ok === true || !releaseHasField(hyperConverged));
}
