/** What is to be done about each golden image that an alert is about. */
import { ARCHITECTURES_ANNOTATION } from '../hyperconverged.ts';
import { registryOf, type Template } from '../templates.ts';
import { listOf } from '../words.ts';
import { type NeededAnnotation, neededAnnotation } from './needed-annotation.ts';
import type { Situation } from './remedy.ts';

export interface Finding {
  readonly name: string;
  readonly template: Template;
  readonly todo: Todo;
}

export type Todo =
  | {
      readonly kind: 'annotate';
      readonly architectures: readonly string[];
      readonly isMalformed: boolean;
      /** Where the architectures are from. */
      readonly how: string;
    }
  /** It is known that no node of the cluster can run it. */
  | { readonly kind: 'disable'; readonly why: string }
  /** Somebody must say something first. */
  | { readonly kind: 'ask'; readonly why: string; readonly isOurs: boolean };

/** The golden images that the alert is about, by name. */
export function findingsOf(situation: Situation): readonly Finding[] {
  const hit = new Set(situation.judged.filter(({ condition }) => condition === 'present').map(({ name }) => name));
  return situation.templates
    .filter(({ name }) => hit.has(name))
    .map((template) => ({ name: template.name, template, todo: todoFor(template, situation) }));
}

function todoFor(template: Template, situation: Situation): Todo {
  const { workload } = situation.evidence.architectures;
  const needed = neededAnnotation(template, situation.imageOf(template), workload);
  if (needed.kind === 'wrong') return mend(needed, workload, situation.imageOf(template).kind === 'known');
  if (needed.kind === 'not-known') return { kind: 'ask', why: needed.why, isOurs: true };
  if (needed.kind === 'not-ours') return ofCommonImage(template);
  return ofHonestImage(template, situation);
}

function mend(needed: Extract<NeededAnnotation, { kind: 'wrong' }>, workload: readonly string[], isRead: boolean): Todo {
  const { architectures, because } = needed;
  const fits = architectures.some((architecture) => workload.includes(architecture));
  if (!fits)
    return isRead
      ? { kind: 'disable', why: `the image is for ${listOf(architectures)}` }
      : { kind: 'ask', why: `it says ${listOf(architectures)}, and the image could not be asked`, isOurs: true };
  return {
    kind: 'annotate',
    architectures,
    isMalformed: because === 'malformed',
    how: isRead ? 'read from the image' : 'as its annotation means it',
  };
}

/** HCO's own build wrote the annotation from the image (`tools/annotate-dicts`), and takes no other for it. */
function ofCommonImage({ declaredArchitectures, own }: Template): Todo {
  if (own && registryOf(own) === undefined)
    return { kind: 'ask', why: 'it comes from no registry, and HCO keeps the architectures of its own image for it', isOurs: false };
  if (declaredArchitectures) return { kind: 'disable', why: `HCO’s own image is for ${declaredArchitectures}` };
  return { kind: 'ask', why: `HCO brings it along without ${ARCHITECTURES_ANNOTATION}, and ignores one that is set here`, isOurs: false };
}

/** Its annotation is well written, and fits no node. */
function ofHonestImage(template: Template, { imageOf }: Situation): Todo {
  const image = imageOf(template);
  if (image.kind === 'known') return { kind: 'disable', why: `the image is for ${listOf(image.architectures)}` };
  return { kind: 'ask', why: `it says ${template.declaredArchitectures}, and the image could not be asked (${image.why})`, isOurs: true };
}

export function namesWith(findings: readonly Finding[], kind: Todo['kind']): readonly string[] {
  return findings.filter(({ todo }) => todo.kind === kind).map(({ name }) => name);
}

/** Whether only the writing is wrong, which `correct-annotations` mends. */
export function otherwiseMended(findings: readonly Finding[]): boolean {
  return findings.every(({ todo }) => todo.kind === 'annotate' && todo.isMalformed);
}
