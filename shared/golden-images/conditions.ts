/** The predicates of HCO's three alerts (`pkg/monitoring/hyperconverged`: collectors and rules), as data: snapshot → condition with its evidence. */

import type { HyperConvergedVersion } from './api-version.ts';
import { type ArchitectureRow, architectureRows } from './architecture-rows.ts';
import type { Cause } from './cause.ts';
import type { Gate } from './gate.ts';
import { type GoldenImage, type HyperConverged, PLACEMENT_PATH } from './hyperconverged.ts';
import { ARCH_LABEL, type Node } from './node.ts';
import { type NodePlacement, restrictsNodes } from './node-selector.ts';
import { readSetBy, type SetBy } from './set-by.ts';
import { type FailedRead, failedReads, type Snapshot } from './snapshot.ts';
import { type NodeArchitectures, nodeArchitectures } from './workload-nodes.ts';

export type AlertName =
  | 'HCOMultiArchGoldenImagesDisabled'
  | 'HCOGoldenImageWithNoSupportedArchitecture'
  | 'HCOGoldenImageWithNoArchitectureAnnotation';

/** The inputs of the predicates, with their values. */
export interface Evidence {
  readonly hyperConverged: { readonly version: HyperConvergedVersion; readonly namespace: string; readonly name: string };
  readonly gate: Gate;
  /** The rule that picks the workload nodes, and where it stands; undefined where the worker label decides. */
  readonly placement: (NodePlacement & { readonly path: string }) | undefined;
  readonly architectures: Pick<NodeArchitectures, 'workload' | 'controlPlane' | 'default'>;
  readonly rows: readonly ArchitectureRow[];
  /** Names of the golden images that HCO reports, sorted. */
  readonly goldenImages: readonly string[];
  /** HCO's own list of workload architectures, where it differs from the live nodes. */
  readonly disagreeing: readonly string[] | undefined;
  /** Workload nodes whose label says another architecture than their kubelet. */
  readonly mislabelled: readonly string[];
  /** Who wrote the gate and the placement, by the CR's own record. */
  readonly setBy: SetBy;
}

export interface GoldenImageCondition {
  readonly name: string;
  readonly condition: 'present' | 'absent';
  /** What its author declared; undefined without the annotation. */
  readonly declaredArchitectures: string | undefined;
}

export type Condition =
  | { readonly kind: 'present'; readonly evidence: Evidence; readonly goldenImages: readonly GoldenImageCondition[] }
  | {
      readonly kind: 'absent';
      readonly cause: Cause;
      /** Undefined only without a HyperConverged. */
      readonly evidence: Evidence | undefined;
      readonly goldenImages: readonly GoldenImageCondition[];
    }
  | { readonly kind: 'unknown'; readonly unread: readonly FailedRead[] };

/** What the predicates look at. */
interface Inputs {
  readonly hyperConverged: HyperConverged;
  readonly architectures: NodeArchitectures;
}

export interface AlertRule {
  readonly alert: AlertName;
  /** Why the condition is absent for the cluster as a whole; undefined where it is not. */
  readonly absentBecause: (inputs: Inputs) => Cause | undefined;
  /** For alerts about single golden images: whether one is hit, and the cause when none is. */
  readonly goldenImages?: { readonly isHit: (image: GoldenImage, inputs: Inputs) => boolean; readonly otherwise: Cause };
}

export const ALERT_RULES: readonly AlertRule[] = [
  {
    alert: 'HCOMultiArchGoldenImagesDisabled',
    absentBecause: ({ hyperConverged, architectures }) => {
      if (hyperConverged.gate.enabled) return 'import-enabled';
      if (architectures.workload.length === 0) return 'no-workload-nodes';
      if (architectures.workload.length === 1) return 'one-architecture';
      return hyperConverged.goldenImages.length === 0 ? 'no-golden-images' : undefined;
    },
  },
  {
    alert: 'HCOGoldenImageWithNoSupportedArchitecture',
    absentBecause: absentWithoutImportedImages,
    goldenImages: {
      isHit: ({ declaredArchitectures }, { architectures }) =>
        Boolean(declaredArchitectures) && supportedArchitectures(declaredArchitectures ?? '', architectures.workload).length === 0,
      otherwise: 'all-supported',
    },
  },
  {
    alert: 'HCOGoldenImageWithNoArchitectureAnnotation',
    absentBecause: absentWithoutImportedImages,
    goldenImages: { isHit: ({ declaredArchitectures }) => !declaredArchitectures, otherwise: 'all-annotated' },
  },
];

/** HCO looks at single images only while the import is on (`golden_images.go:74-98`). */
function absentWithoutImportedImages({ hyperConverged }: Inputs): Cause | undefined {
  if (!hyperConverged.gate.enabled) return 'import-disabled';
  return hyperConverged.goldenImages.length === 0 ? 'no-golden-images' : undefined;
}

/** HCO compares letter by letter: no trimming, no aliases, no case (`golden_images.go:331-353`). */
function supportedArchitectures(declared: string, workload: readonly string[]): readonly string[] {
  return declared.split(',').filter((architecture) => workload.includes(architecture));
}

/** Judges one alert's predicate. Unknown as soon as anything it needs was not read. */
export function judgeCondition(rule: AlertRule, snapshot: Snapshot): Condition {
  const { hyperConverged, nodes } = snapshot;
  if (!hyperConverged.ok || !nodes.ok) return { kind: 'unknown', unread: failedReads(snapshot) };
  if (hyperConverged.value === undefined) return { kind: 'absent', cause: 'no-hyperconverged', evidence: undefined, goldenImages: [] };
  const inputs = {
    hyperConverged: hyperConverged.value,
    architectures: nodeArchitectures(nodes.value, hyperConverged.value.placement),
  };
  const evidence = gatherEvidence(inputs, nodes.value);
  const clusterWide = rule.absentBecause(inputs);
  const goldenImages = judgeGoldenImages(rule, inputs, clusterWide !== undefined);
  const cause = clusterWide ?? (goldenImages.length > 0 ? causeOfImages(rule, goldenImages) : undefined);
  return cause === undefined ? { kind: 'present', evidence, goldenImages } : { kind: 'absent', cause, evidence, goldenImages };
}

function judgeGoldenImages({ goldenImages }: AlertRule, inputs: Inputs, noneIsHit: boolean): readonly GoldenImageCondition[] {
  if (goldenImages === undefined) return [];
  return byName(inputs.hyperConverged.goldenImages).map((image) => ({
    name: image.name,
    condition: !noneIsHit && goldenImages.isHit(image, inputs) ? 'present' : 'absent',
    declaredArchitectures: image.declaredArchitectures,
  }));
}

function causeOfImages(rule: AlertRule, images: readonly GoldenImageCondition[]): Cause | undefined {
  return images.some(({ condition }) => condition === 'present') ? undefined : rule.goldenImages?.otherwise;
}

function gatherEvidence({ hyperConverged, architectures }: Inputs, nodes: readonly Node[]): Evidence {
  const { version, namespace, name, gate, placement, reported } = hyperConverged;
  const { workloadNodes, workload, controlPlane } = architectures;
  const reportedArchitectures = reported.workloadArchitectures;
  const disagrees = reportedArchitectures !== undefined && [...reportedArchitectures].sort().join() !== workload.join();
  return {
    hyperConverged: { version, namespace, name },
    gate,
    placement: restrictsNodes(placement) ? { ...placement, path: PLACEMENT_PATH[version].join('.') } : undefined,
    architectures: { workload, controlPlane, default: architectures.default },
    rows: architectureRows(workloadNodes, nodes),
    goldenImages: byName(hyperConverged.goldenImages).map((image) => image.name),
    disagreeing: disagrees ? reportedArchitectures : undefined,
    mislabelled: workloadNodes
      .filter(isMislabelled)
      .map((node) => node.name)
      .sort(),
    setBy: readSetBy(hyperConverged),
  };
}

/** Whether a node's label says another architecture than its kubelet, or none. */
export function isMislabelled({ labels, architecture }: Node): boolean {
  return architecture !== '' && labels[ARCH_LABEL] !== architecture;
}

function byName(images: readonly GoldenImage[]): readonly GoldenImage[] {
  return [...images].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
