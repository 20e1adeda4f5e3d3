/** How much storage the import for every architecture asks for. */
import { importsOf } from '../declared-architectures.ts';
import { forecast } from '../forecast-images.ts';
import { bytesOf, inGibibytes } from '../quantity.ts';
import { requestedStorage } from '../templates.ts';
import { count, listOf } from '../words.ts';
import type { Change, Situation } from './remedy.ts';

interface ImportedImage {
  readonly name: string;
  readonly imports: number;
  /** Of one import, in bytes; undefined where the template does not say. */
  readonly size: number | undefined;
}

/** The images that are there may stay, so the new ones come on top; only what templates ask for is counted. */
export function storageSentence(situation: Situation, change: Change): string {
  const images = importedImages(situation, change);
  const imports = count(sum(images.map((image) => image.imports)), 'import');
  const bytes = sum(images.map((image) => image.imports * (image.size ?? 0)));
  if (bytes === 0) return `Storage: ${imports}, each as large as its image, on top of what is there.`;
  const unsized = images.filter(({ size }) => size === undefined).map(({ name }) => name);
  const without = unsized.length > 0 ? `; ${listOf(unsized)} ${unsized.length === 1 ? 'does' : 'do'} not say how much` : '';
  return `Storage: ${inGibibytes(bytes)} are asked for (${imports}), on top of what is there${without}.`;
}

function importedImages({ hyperConverged, templates, evidence }: Situation, { after }: Change): readonly ImportedImage[] {
  const sizes = new Map(templates.map((template) => [template.name, requestedStorage(template)]));
  const images = forecast(hyperConverged, after).goldenImages.map(({ name, declaredArchitectures }) => ({
    name,
    imports: importsOf(declaredArchitectures, evidence.architectures.workload),
    size: bytesOf(sizes.get(name) ?? ''),
  }));
  return images.filter(({ imports }) => imports > 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
