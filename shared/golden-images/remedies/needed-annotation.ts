/** What a template's annotation should say, so that HCO imports the image for what it really is. */
import { isMalformed, meantArchitectures, supportedArchitectures } from '../declared-architectures.ts';
import type { ImageReading } from '../image.ts';
import { annotationOf, type Template } from '../templates.ts';

export type NeededAnnotation =
  | { readonly kind: 'fine' }
  /** HCO would not look at an annotation of ours: it is a common image with its own registry. */
  | { readonly kind: 'not-ours' }
  | { readonly kind: 'wrong'; readonly because: 'missing' | 'malformed' | 'not-in-image'; readonly architectures: readonly string[] }
  /** It has no annotation, and nobody could tell what the image is. */
  | { readonly kind: 'not-known'; readonly why: string };

/** `workload` are the architectures that HCO would import it for. */
export function neededAnnotation(template: Template, image: ImageReading, workload: readonly string[]): NeededAnnotation {
  if (!template.takesOwnAnnotation) return { kind: 'not-ours' };
  const declared = annotationOf(template.own) ?? '';
  const meant = meantArchitectures(declared);
  if (meant.length === 0) return missing(image);
  if (isMalformed(declared)) return { kind: 'wrong', because: 'malformed', architectures: real(meant, image, workload) };
  if (image.kind === 'unknown' || !claimsTooMuch(declared, image.architectures, workload)) return { kind: 'fine' };
  return { kind: 'wrong', because: 'not-in-image', architectures: image.architectures };
}

function missing(image: ImageReading): NeededAnnotation {
  if (image.kind === 'unknown') return { kind: 'not-known', why: image.why };
  return { kind: 'wrong', because: 'missing', architectures: image.architectures };
}

/** What was meant, less what the image does not have; what it has, where only the rest of it is of use here. */
function real(meant: readonly string[], image: ImageReading, workload: readonly string[]): readonly string[] {
  if (image.kind === 'unknown') return meant;
  const both = meant.filter((architecture) => image.architectures.includes(architecture));
  return overlap(both, workload) || (both.length > 0 && !overlap(image.architectures, workload)) ? both : image.architectures;
}

/** It would be imported for an architecture that it does not have, or for none though it has one. */
function claimsTooMuch(declared: string, real: readonly string[], workload: readonly string[]): boolean {
  const imported = supportedArchitectures(declared, workload);
  const lacks = imported.some((architecture) => !real.includes(architecture));
  return lacks || (imported.length === 0 && overlap(real, workload));
}

function overlap(some: readonly string[], others: readonly string[]): boolean {
  return some.some((architecture) => others.includes(architecture));
}
