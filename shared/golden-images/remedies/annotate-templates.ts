/** Remedy: say which architectures each golden image really has; those that have none of this cluster's are disabled with it. */
import { ARCHITECTURES_ANNOTATION } from '../hyperconverged.ts';
import { ENABLED_ANNOTATION } from '../templates.ts';
import { listOf } from '../words.ts';
import { type Annotations, annotateTemplates as patchFor } from './edit-templates.ts';
import { type Finding, findingsOf, namesWith, otherwiseMended } from './findings.ts';
import { likelyRefusal, notYetTaken } from './refusal.ts';
import { type Draft, draft, type Remedy, type Situation } from './remedy.ts';
import { simulate } from './simulate.ts';

export const annotateTemplates: Remedy = {
  alerts: ['HCOGoldenImageWithNoArchitectureAnnotation', 'HCOGoldenImageWithNoSupportedArchitecture'],
  propose: (situation) => {
    const findings = findingsOf(situation);
    const isOurs = namesWith(findings, 'annotate').length > 0 && !otherwiseMended(findings);
    if (isOurs) return [propose(situation, findings)];
    const asked = findings.filter(({ todo }) => todo.kind === 'ask');
    return asked.length > 0 && asked.some(({ todo }) => todo.kind === 'ask' && todo.isOurs) ? [cannotSay(findings)] : [];
  },
};

const ID = 'annotate-golden-images';

function propose(situation: Situation, findings: readonly Finding[]): Draft {
  const change = simulate(situation, patchFor(situation, annotationsOf(findings)));
  const { clears, starts } = change.prediction;
  const [traded] = starts;
  const objection = likelyRefusal(situation) ?? notYetTaken(situation);
  return draft({
    id: ID,
    title: titleFor(findings),
    feasible: clears,
    advised: clears && traded === undefined && objection === undefined,
    reason: clears
      ? (objection ?? (traded && `It would start ${traded.alert} for ${listOf(traded.goldenImages)}.`))
      : `The alert would stay. ${whyNot(findings)}`,
    change,
    costs: costsOf(situation, findings),
  });
}

/** The value of the annotation, or `false` for those that go. */
export function annotationsOf(findings: readonly Finding[]): Annotations {
  return new Map(findings.map(({ name, todo }) => [name, annotationsFor(todo)] as const).filter(([, set]) => Object.keys(set).length > 0));
}

function annotationsFor(todo: Finding['todo']): Readonly<Record<string, string>> {
  if (todo.kind === 'annotate') return { [ARCHITECTURES_ANNOTATION]: todo.architectures.join(',') };
  return todo.kind === 'disable' ? { [ENABLED_ANNOTATION]: 'false' } : {};
}

function titleFor(findings: readonly Finding[]): string {
  const title = 'Say which architectures the images really have';
  return namesWith(findings, 'disable').length > 0 ? `${title}, and disable those that fit no node` : title;
}

function costsOf({ alert }: Situation, findings: readonly Finding[]): readonly string[] {
  const stated = findings.flatMap(({ name, todo }) =>
    todo.kind === 'annotate' ? [`${name}: ${todo.architectures.join(', ')} (${todo.how}).`] : [],
  );
  const disabled = namesWith(findings, 'disable');
  return [
    ...stated,
    ...(disabled.length > 0
      ? [
          `${listOf(disabled)} would be disabled: no node could run what is in there.${alert === 'HCOGoldenImageWithNoSupportedArchitecture' ? ' HCO does not deploy that now either.' : ' What was imported for it goes too, and no new virtual machine can be made of it.'}`,
        ]
      : []),
    'HCO imports each image again, for the architectures that it then has here. Disks that are there already stay as they are.',
  ];
}

function cannotSay(findings: readonly Finding[]): Draft {
  return draft({
    id: ID,
    title: titleFor(findings),
    reason: `Which architectures the image has could not be asked: ${whyNot(findings)} Ask whoever builds it, and put that into ${ARCHITECTURES_ANNOTATION}: never the architectures of the cluster.`,
  });
}

function whyNot(findings: readonly Finding[]): string {
  return findings.flatMap(({ name, todo }) => (todo.kind === 'ask' ? [`${name}: ${todo.why}.`] : [])).join(' ');
}
