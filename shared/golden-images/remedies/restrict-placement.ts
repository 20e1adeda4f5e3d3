/** Remedy: run workloads on one architecture only; one proposal for each architecture present. */
import { isMislabelled } from '../conditions.ts';
import { PLACEMENT_PATH } from '../hyperconverged.ts';
import { ARCH_LABEL } from '../node.ts';
import { listOf } from '../words.ts';
import type { Change, Draft, Remedy, Situation } from './remedy.ts';
import { simulate } from './simulate.ts';
import { sspRefusal } from './ssp.ts';

export const restrictPlacement: Remedy = {
  alert: 'HCOMultiArchGoldenImagesDisabled',
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
  if (selected !== undefined) {
    return {
      id,
      title,
      feasible: false,
      advised: false,
      reason: alreadySelected(situation, selected),
      change: undefined,
      costs: [],
      checkFirst: [],
    };
  }
  // A nodeSelector is ANDed with everything that is there, so the existing placement is kept.
  const change = simulate(situation, [...PLACEMENT_PATH[situation.version], 'nodeSelector', ARCH_LABEL], architecture);
  const obstacle = whyNot(situation, change, architecture);
  return {
    id,
    title,
    feasible: obstacle === undefined,
    advised: false,
    reason:
      obstacle ??
      sspRefusal(situation.evidence) ??
      nowhereToRun(change) ??
      'Whether virtual machines run on the nodes that drop out was not looked at.',
    change,
    costs: costsOf(change),
    checkFirst: obstacle === undefined ? change.prediction.leaving : [],
  };
}

function nowhereToRun({ prediction }: Change): string | undefined {
  return prediction.open === 0 ? 'No virtual machine could run on the nodes that are left.' : undefined;
}

function alreadySelected({ evidence }: Situation, selected: string): string {
  return `The placement selects ${ARCH_LABEL}=${selected} already, so this would overwrite it. ${labelsDiffer(evidence.mislabelled)}`;
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

function costsOf({ prediction }: Change): readonly string[] {
  const { leaving, joining } = prediction;
  return [
    'A virtual machine that runs on a node that drops out is orphaned: it cannot migrate to another architecture, only be stopped, and cannot start again. Nothing refuses the change; OrphanedVirtualMachineInstances fires 10 minutes later.',
    ...(leaving.length > 0
      ? ['KubeVirt, CDI and the network plugins that HCO deploys leave those nodes, which other pods there may need.']
      : []),
    ...(joining.length > 0 ? [`With a placement the worker label no longer counts: HCO then also counts ${listOf(joining)}.`] : []),
    'Images that are imported already keep the architecture that they have.',
  ];
}
