/** Remedy: run workloads on one architecture only; one proposal for each architecture present. */
import { isMislabelled } from '../conditions.ts';
import { isEqual } from '../json.ts';
import { toNames } from '../names.ts';
import { ARCH_LABEL, type Node, SCHEDULABLE_LABEL } from '../node.ts';
import { listOf } from '../words.ts';
import { closedNodes } from './closed-nodes.ts';
import { neededAnnotation } from './needed-annotation.ts';
import { placementPatch } from './placement-patch.ts';
import { likelyRefusal } from './refusal.ts';
import { type Change, type Draft, draft, type Remedy, type Situation } from './remedy.ts';
import { simulate } from './simulate.ts';
import { tollOf } from './toll.ts';

export const restrictPlacement: Remedy = {
  alerts: ['HCOMultiArchGoldenImagesDisabled'],
  propose: (situation) => {
    const proposals = situation.evidence.architectures.workload.map((architecture) => proposeRestriction(situation, architecture));
    return proposals.sort((a, b) => openAfter(b) - openAfter(a));
  },
};

function openAfter({ change }: Draft): number {
  return change?.prediction.open ?? change?.prediction.workloadNodes ?? 0;
}

function proposeRestriction(situation: Situation, architecture: string): Draft {
  const id = `restrict-workload-placement-${architecture}`;
  const title = `Run virtual machines on ${architecture} nodes only`;
  const selected = situation.hyperConverged.placement?.nodeSelector[ARCH_LABEL];
  if (selected !== undefined) return draft({ id, title, reason: alreadySelected(situation, selected) });
  const patch = placementPatch(situation, architecture);
  if (patch === undefined) return draft({ id, title, reason: `No term of the placement’s node affinity lets a ${architecture} node in.` });
  const change = simulate(situation, patch);
  if (isEqual(change.before, change.after)) return draft({ id, title, reason: alreadyNarrow(situation, architecture) });
  const obstacle = whyNot(situation, change, architecture);
  if (obstacle !== undefined) return draft({ id, title, reason: obstacle, change, costs: costsOf(change) });
  const closed = closedNodes(situation, change);
  const toll = tollOf(
    situation,
    closed.map(({ name }) => name),
    change.prediction.workloadArchitectures,
  );
  const orphans = toll.orphans ?? [];
  const hurt = orphans.length > 0 ? toll.reason : undefined;
  const reason =
    hurt ??
    likelyRefusal(situation) ??
    nowhereToRun(change) ??
    toll.reason ??
    otherImages(situation, architecture) ??
    lostCapacity(situation, change) ??
    unansweredImages(situation);
  return draft({
    ...{ id, title, change, reason },
    feasible: true,
    advised: reason === undefined,
    costs: costsOf(change, toll.orphans?.length === 0),
    checkFirst: toll.orphans === undefined ? nodesToCheck(closed, change) : [],
    orphans: toNames(orphans),
  });
}

/** Workload nodes that drop out, and whatever else KubeVirt has marked as open to virtual machines: a worker label is nothing to it. */
function nodesToCheck(closed: readonly Node[], { prediction: { leaving } }: Change): readonly string[] {
  const checked = closed.filter(({ name, labels }) => leaving.includes(name) || labels[SCHEDULABLE_LABEL] === 'true');
  return checked.map(({ name }) => name).sort();
}

function nowhereToRun({ prediction }: Change): string | undefined {
  return prediction.open === 0 ? 'No virtual machine could run on the nodes that are left.' : undefined;
}

/** Images that were imported so far are for the nodes that the importer landed on, whatever the placement becomes. */
function otherImages({ evidence: { architectures } }: Situation, architecture: string): string | undefined {
  if (architectures.default === architecture) return undefined;
  return `The images that are there may be for another architecture (the cluster’s default is ${architectures.default ?? 'not known'}), and would not be imported again.`;
}

/** Only a registry's silence stands against the import, and it may speak at the next look. */
function unansweredImages({ templates, imageOf, evidence }: Situation): string | undefined {
  const asked = templates.filter(({ reported }) => reported !== undefined);
  const names = asked
    .filter((template) => neededAnnotation(template, imageOf(template), evidence.architectures.workload).kind === 'not-known')
    .map(({ name }) => name);
  if (names.length === 0) return undefined;
  return `Find out first which architectures ${listOf(names)} really ${names.length === 1 ? 'has' : 'have'}: importing the images for all of them takes no node away.`;
}

/** What is advised leaves most of the cluster as it is. */
function lostCapacity({ evidence: { rows } }: Situation, { prediction: { open } }: Change): string | undefined {
  if (open === undefined) return 'KubeVirt has marked no node, so where virtual machines could still run is not known.';
  const before = rows.reduce((sum, row) => sum + (row.open ?? 0), 0);
  return before > 2 * open
    ? `Most of the nodes on which virtual machines can run would drop out: ${before - open} of ${before}.`
    : undefined;
}

function alreadySelected({ evidence }: Situation, selected: string): string {
  return `The placement selects ${ARCH_LABEL}=${selected} already, so this would overwrite it. ${labelsDiffer(evidence.mislabelled)}`;
}

function alreadyNarrow({ evidence }: Situation, architecture: string): string {
  return `The placement is for ${architecture} nodes only already. ${labelsDiffer(evidence.mislabelled)}`;
}

function whyNot({ evidence, nodes }: Situation, { prediction }: Change, architecture: string): string | undefined {
  if (!prediction.workloadArchitectures.includes(architecture)) {
    return `No ${architecture} workload node would be left: none that the placement selects is labelled ${ARCH_LABEL}=${architecture}.`;
  }
  if (prediction.clears) return undefined;
  const joining = nodes.filter((node) => isMislabelled(node) && prediction.joining.includes(node.name)).map(({ name }) => name);
  const mislabelled = [...evidence.mislabelled, ...joining].sort();
  return `The alert would stay: ${listOf(prediction.workloadArchitectures)} would be left. ${labelsDiffer(mislabelled)}`;
}

function labelsDiffer(mislabelled: readonly string[]): string {
  if (mislabelled.length === 0) return '';
  return `On ${listOf(mislabelled)} the label ${ARCH_LABEL} is not the architecture that the kubelet reports.`;
}

function costsOf({ prediction: { leaving, joining } }: Change, isKnownEmpty = false): readonly string[] {
  return [
    isKnownEmpty
      ? 'No virtual machine runs on the nodes that drop out.'
      : 'A virtual machine that runs on a node that drops out is orphaned: it cannot migrate to another architecture, only be stopped, and cannot start again. Nothing refuses the change; OrphanedVirtualMachineInstances fires 10 minutes later.',
    ...(leaving.length > 0
      ? ['KubeVirt, CDI and the network plugins that HCO deploys leave those nodes, which other pods there may need.']
      : []),
    ...(joining.length > 0 ? [`With a placement the worker label no longer counts: HCO then also counts ${listOf(joining)}.`] : []),
    'Images that are imported already keep the architecture that they have.',
  ];
}
