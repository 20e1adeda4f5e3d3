/** What is known of the architecture of a version of an image: proofs, and hints where there is no proof. */
import { type DataSource, type DataVolume, PREFERENCE_LABEL } from './data-source.ts';
import { type Catalog, isPlainImage, keyOf } from './disk-origin.ts';
import type { HyperConverged } from './hyperconverged.ts';
import { stringMapAt } from './json.ts';
import { readTemplates } from './templates.ts';

/** Proofs: the guest of a clone, or that it was imported for one architecture. Hints: its preference, and the age of a clone. */
export type Clue = 'guest' | 'label' | 'preference' | 'age';

const PROOFS: readonly Clue[] = ['guest', 'label'];
const HINTS: readonly Clue[] = ['preference', 'age'];

export interface Finding {
  /** As `keyOf` names it. */
  readonly version: string;
  readonly architecture: string;
  readonly clue: Clue;
}

export type Known =
  | { readonly kind: 'known'; readonly architecture: string; readonly clue: Clue }
  /** They do not agree, so none of them is believed. */
  | { readonly kind: 'contradictory' }
  | { readonly kind: 'nothing' };

/** Answers for each version what its findings say together. */
export function weigh(findings: readonly Finding[]): (version: string) => Known {
  const byVersion = Map.groupBy(findings, ({ version }) => version);
  return (version) => {
    const found = byVersion.get(version) ?? [];
    const proofs = found.filter(({ clue }) => PROOFS.includes(clue));
    return agree(proofs.length > 0 ? proofs : found);
  };
}

function agree(findings: readonly Finding[]): Known {
  const [first, ...others] = findings;
  if (first === undefined) return { kind: 'nothing' };
  if (others.some(({ architecture }) => architecture !== first.architecture)) return { kind: 'contradictory' };
  const clue = [...PROOFS, ...HINTS].find((candidate) => findings.some((finding) => finding.clue === candidate)) ?? first.clue;
  return { kind: 'known', architecture: first.architecture, clue };
}

/** What the imported images themselves say. */
export function findingsOfImages({ images, dataSources, dataVolumes }: Catalog, hyperConverged: HyperConverged): readonly Finding[] {
  const stated = statedPreferences(hyperConverged);
  const sources = [...dataSources.values()].flatMap((dataSource) =>
    dataSource.source ? [{ ...dataSource, source: dataSource.source }] : [],
  );
  return [
    ...sources.flatMap((dataSource) => findingsOfImage(dataSource, keyOf(dataSource.source), images, stated)),
    ...[...dataVolumes.values()].flatMap((dataVolume) =>
      findingsOfImage(dataVolume, keyOf({ ...dataVolume, kind: 'pvc' }), images, stated),
    ),
  ];
}

function findingsOfImage(
  image: DataSource | DataVolume,
  version: string,
  images: ReadonlySet<string>,
  stated: ReadonlySet<string>,
): readonly Finding[] {
  const finding = (clue: Clue, architecture: string | undefined) => (architecture === undefined ? [] : [{ version, architecture, clue }]);
  if (image.cron === undefined) return []; // a person's own, who may have labelled it as they like
  if (!isPlainImage(image, images)) return finding('label', image.architecture);
  return stated.has(image.cron) ? [] : finding('preference', architectureOfPreference(image.preference));
}

/** Images whose template states a default preference: then it is not the imported image that says it. */
function statedPreferences(hyperConverged: HyperConverged): ReadonlySet<string> {
  const stating = readTemplates(hyperConverged).filter(
    ({ reported, own }) => PREFERENCE_LABEL in stringMapAt(reported ?? own, 'metadata', 'labels'),
  );
  return new Set(stating.map(({ name }) => name));
}

/**
 * The architecture in the name of a preference, `fedora.arm64`. Without one it says nothing: `fedora` is also what an image says
 * whose preference was named before there were others.
 */
function architectureOfPreference(preference: string | undefined): string | undefined {
  return /\.(amd64|arm64|s390x|ppc64le|riscv64)$/.exec(preference ?? '')?.[1];
}
