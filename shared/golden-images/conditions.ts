/** The predicates of HCO's three alerts (`pkg/monitoring/hyperconverged`: collectors and rules), as data: snapshot → condition with its evidence. */

import type { HyperConvergedVersion } from './api-version.ts';
import { type ArchitectureRow, architectureRows } from './architecture-rows.ts';
import type { Cause } from './cause.ts';
import { type CounterpartDifference, differenceTo } from './counterpart.ts';
import { type CrOwner, readCrOwners } from './cr-owner.ts';
import { supportedArchitectures } from './declared-architectures.ts';
import type { FieldOwner } from './field-owner.ts';
import type { Gate } from './gate.ts';
import { type GoldenImage, type HyperConverged, PLACEMENT_PATH } from './hyperconverged.ts';
import { ARCH_LABEL, type Node } from './node.ts';
import { type NodePlacement, restrictsNodes } from './node-selector.ts';
import type { FailedRead } from './read.ts';
import { readSetBy, type SetBy } from './set-by.ts';
import { failedReads, type Snapshot } from './snapshot.ts';
import { type NodeArchitectures, nodeArchitectures } from './workload-nodes.ts';
import { lastChange } from './writers.ts';

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
  /** What the other version that is served says otherwise: HCO reads this one. */
  readonly counterpart: CounterpartDifference | undefined;
  /** Tools that write the CR from a source of their own. */
  readonly owners: readonly CrOwner[];
  /** Who changed its spec last. */
  readonly lastChange: FieldOwner | undefined;
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
  /** Whether new virtual machines may get a wrong architecture while it is present. */
  readonly isRiskForMachines: boolean;
  /** Why the condition is absent for the cluster as a whole; undefined where it is not. */
  readonly absentBecause: (inputs: Inputs) => Cause | undefined;
  /** For alerts about single golden images: whether one is hit, and the cause when none is. */
  readonly goldenImages?: { readonly isHit: (image: GoldenImage, inputs: Inputs) => boolean; readonly otherwise: Cause };
}

export const ALERT_RULES: readonly AlertRule[] = [
  {
    alert: 'HCOMultiArchGoldenImagesDisabled',
    isRiskForMachines: true,
    absentBecause: ({ hyperConverged, architectures }) => {
      if (hyperConverged.gate.enabled) return 'import-enabled';
      if (architectures.workload.length === 0) return 'no-workload-nodes';
      if (architectures.workload.length === 1) return 'one-architecture';
      return hyperConverged.goldenImages.length === 0 ? 'no-golden-images' : undefined;
    },
  },
  {
    alert: 'HCOGoldenImageWithNoSupportedArchitecture',
    isRiskForMachines: false, // HCO deploys none of these images
    absentBecause: absentWithoutImportedImages,
    goldenImages: {
      isHit: ({ declaredArchitectures }, { architectures }) =>
        Boolean(declaredArchitectures) && supportedArchitectures(declaredArchitectures ?? '', architectures.workload).length === 0,
      otherwise: 'all-supported',
    },
  },
  {
    alert: 'HCOGoldenImageWithNoArchitectureAnnotation',
    isRiskForMachines: true,
    absentBecause: absentWithoutImportedImages,
    goldenImages: { isHit: ({ declaredArchitectures }) => !declaredArchitectures, otherwise: 'all-annotated' },
  },
];

/** HCO looks at single images only while the import is on (`golden_images.go:74-98`). */
function absentWithoutImportedImages({ hyperConverged }: Inputs): Cause | undefined {
  if (!hyperConverged.gate.enabled) return 'import-disabled';
  return hyperConverged.goldenImages.length === 0 ? 'no-golden-images' : undefined;
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
  const evidence = gatherEvidence(inputs, nodes.value, snapshot.counterpart);
  const clusterWide = hasNoSsp(snapshot, inputs) ? 'no-ssp' : rule.absentBecause(inputs);
  const goldenImages = judgeGoldenImages(rule, inputs, clusterWide !== undefined);
  const cause = clusterWide ?? (goldenImages.length > 0 ? causeOfImages(rule, goldenImages) : undefined);
  return cause === undefined ? { kind: 'present', evidence, goldenImages } : { kind: 'absent', cause, evidence, goldenImages };
}

/** The alerts whose condition is present on a snapshot, with it. */
export function presentConditions(snapshot: Snapshot): ReadonlyMap<AlertName, Extract<Condition, { readonly kind: 'present' }>> {
  const judged = ALERT_RULES.map((rule) => [rule.alert, judgeCondition(rule, snapshot)] as const);
  return new Map(judged.flatMap(([alert, condition]) => (condition.kind === 'present' ? [[alert, condition]] : [])));
}

/** HCO writes what it knows of golden images only where SSP is, which it deploys on OpenShift alone (`operandHandler.go:87-89`). */
function hasNoSsp({ served }: Snapshot, { hyperConverged }: Inputs): boolean {
  return hyperConverged.goldenImages.length === 0 && served?.hasSsp?.ok === true && !served.hasSsp.value;
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

function gatherEvidence({ hyperConverged, architectures }: Inputs, nodes: readonly Node[], counterpart: Snapshot['counterpart']): Evidence {
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
    counterpart: differenceTo(counterpart, hyperConverged),
    owners: readCrOwners(hyperConverged.object),
    lastChange: lastChange(hyperConverged.object),
  };
}

/** Whether a node's label says another architecture than its kubelet, or none. */
export function isMislabelled({ labels, architecture }: Node): boolean {
  return architecture !== '' && labels[ARCH_LABEL] !== architecture;
}

function byName(images: readonly GoldenImage[]): readonly GoldenImage[] {
  return [...images].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
