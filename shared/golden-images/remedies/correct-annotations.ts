/** Remedy: write the annotations as HCO reads them: GOARCH names, no spaces. */

import { annotationsOf } from './annotate-templates.ts';
import { annotateTemplates } from './edit-templates.ts';
import { type Finding, findingsOf, otherwiseMended } from './findings.ts';
import { likelyRefusal, notYetTaken } from './refusal.ts';
import { type Draft, draft, type Remedy, type Situation } from './remedy.ts';
import { simulate } from './simulate.ts';

export const correctAnnotations: Remedy = {
  alerts: ['HCOGoldenImageWithNoSupportedArchitecture', 'HCOGoldenImageWithNoArchitectureAnnotation'],
  propose: (situation) => {
    const findings = findingsOf(situation);
    return findings.length > 0 && otherwiseMended(findings) ? [propose(situation, findings)] : [];
  },
};

function propose(situation: Situation, findings: readonly Finding[]): Draft {
  const change = simulate(situation, annotateTemplates(situation, annotationsOf(findings)));
  const refusal = likelyRefusal(situation) ?? notYetTaken(situation);
  const { clears } = change.prediction;
  return draft({
    id: 'correct-architecture-annotations',
    title: 'Write the architectures as HCO reads them',
    feasible: clears,
    advised: clears && refusal === undefined,
    reason: clears ? refusal : 'By HCO’s rule the alert would stay.',
    change,
    costs: [
      ...findings.map(correction),
      'HCO compares letter by letter: GOARCH names, commas, no spaces. It imports the images again then.',
    ],
  });
}

function correction({ name, template, todo }: Finding): string {
  const value = todo.kind === 'annotate' ? todo.architectures.join(',') : '';
  return `${name}: “${template.declaredArchitectures}” becomes “${value}”${todo.kind === 'annotate' ? ` (${todo.how})` : ''}.`;
}
