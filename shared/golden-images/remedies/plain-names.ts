/** What an image's plain name will mean once the import is on, and for whom that is wrong. */
import { staysWrong } from '../affected-machines.ts';
import type { Evidence } from '../conditions.ts';
import { supportedArchitectures } from '../declared-architectures.ts';
import { forecast } from '../forecast-images.ts';
import { unreadWords } from '../risk-words.ts';
import { managedDataSource, type Template } from '../templates.ts';
import { count, listOf } from '../words.ts';
import type { Change, Situation } from './remedy.ts';

/**
 * The first that the image supports of the control plane's architectures, then of the workload nodes' (ssp-operator `reconcile.go:780`).
 * Undefined where it supports none. `declared` is undefined for an image without the annotation, which is imported once, for the first.
 */
export function plainArchitecture({ workload, controlPlane }: Evidence['architectures'], declared?: string): string | undefined {
  const candidates = [...controlPlane, ...workload];
  return declared ? candidates.find((architecture) => supportedArchitectures(declared, [architecture]).length > 0) : candidates[0];
}

/** Virtual machines that name the plain image and are of another architecture: no import makes them right. */
export function staysWrongSentences({ snapshot, templates, evidence, hyperConverged }: Situation, { after }: Change): readonly string[] {
  const { kubeVirt } = snapshot;
  if (kubeVirt === undefined) return [];
  const declared = new Map(forecast(hyperConverged, after).goldenImages.map((image) => [image.name, image.declaredArchitectures]));
  const images = templates.flatMap((template) => plainImage(template, declared.get(template.name), evidence.architectures));
  const names = staysWrong(kubeVirt, images);
  if (!names.ok)
    return [`Which virtual machines name an image that will then be of another architecture is not known: ${unreadWords(names.failure)}.`];
  if (names.value.length === 0) return [];
  const { length } = names.value;
  return [
    `${count(length, 'virtual machine')} ${length === 1 ? 'names' : 'name'} a plain image and ${length === 1 ? 'is' : 'are'} of another architecture; a new clone would be wrong: ${listOf(names.value)}.`,
  ];
}

function plainImage(template: Template, declared: string | undefined, architectures: Evidence['architectures']) {
  const [dataSource, architecture] = [managedDataSource(template), plainArchitecture(architectures, declared)];
  return dataSource && architecture ? [{ image: template.name, dataSource, architecture }] : [];
}
