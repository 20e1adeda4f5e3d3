/** Remedy: disable the golden images that the alert is about. */
import { ENABLED_ANNOTATION } from '../templates.ts';
import { listOf } from '../words.ts';
import { annotateTemplates } from './edit-templates.ts';
import { type Finding, findingsOf } from './findings.ts';
import { likelyRefusal, notYetTaken } from './refusal.ts';
import { type Draft, draft, type Remedy, type Situation } from './remedy.ts';
import { simulate } from './simulate.ts';

export const disableTemplates: Remedy = {
  alerts: ['HCOGoldenImageWithNoSupportedArchitecture', 'HCOGoldenImageWithNoArchitectureAnnotation'],
  propose: (situation) => {
    const findings = findingsOf(situation);
    return findings.length > 0 ? [propose(situation, findings)] : [];
  },
};

function propose(situation: Situation, findings: readonly Finding[]): Draft {
  const disabled = new Map(findings.map(({ name }) => [name, { [ENABLED_ANNOTATION]: 'false' }]));
  const change = simulate(situation, annotateTemplates(situation, disabled));
  const { clears } = change.prediction;
  const objection = likelyRefusal(situation) ?? notYetTaken(situation) ?? noNodes(situation) ?? mayBeOfUse(findings);
  return draft({
    id: 'disable-golden-images',
    title: findings.length === 1 ? 'Disable the golden image' : 'Disable the golden images',
    feasible: clears,
    advised: clears && objection === undefined,
    reason: clears ? objection : 'By HCO’s rule the alert would stay.',
    change,
    costs: [
      ...findings.flatMap(({ name, todo }) => (todo.kind === 'disable' ? [`${name}: ${todo.why}, and no workload node is.`] : [])),
      `${listOf(findings.map(({ name }) => name))} would go, and what was imported for ${them(findings)}: no new virtual machine can be made of ${them(findings)}. Disks that were made of ${them(findings)} stay.`,
      ...(situation.alert === 'HCOGoldenImageWithNoSupportedArchitecture'
        ? ['With a workload node of a fitting architecture the alert would clear too.']
        : []),
    ],
  });
}

/** Then no image fits, and it is not for the images to change. */
function noNodes({ evidence }: Situation): string | undefined {
  return evidence.architectures.workload.length === 0
    ? 'No node runs workloads now: look at the nodes and the placement first.'
    : undefined;
}

/** What may still be made to work is not thrown away. */
function mayBeOfUse(findings: readonly Finding[]): string | undefined {
  const useful = findings.filter(({ todo }) => todo.kind !== 'disable');
  if (useful.length === 0) return undefined;
  const names = listOf(useful.map(({ name }) => name));
  return `${names} may still be of use: it is not known that no node could run ${them(useful)}. Ask first whoever builds ${them(useful)} which architectures ${useful.length === 1 ? 'it has' : 'they have'}.`;
}

function them({ length }: readonly unknown[]): string {
  return length === 1 ? 'it' : 'them';
}
