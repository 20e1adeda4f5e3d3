/** The licences of what is in the bundles, with their texts: most of them ask to be handed on with every copy. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { stringAt } from '../../shared/golden-images/json.ts';

/** Throws where a package that is bundled says nothing of its licence. */
export function licensesOf(root: string, made: readonly Metafile[]): string {
  const inputs = made.flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => used(output.inputs)));
  const packages = new Set(inputs.map((path) => PACKAGE.exec(path)?.[0]).filter((path) => path !== undefined));
  return [...packages]
    .sort()
    .map((path) => licenseOf(root, path))
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** The innermost package that a file belongs to. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

function used(inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>): readonly string[] {
  return Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
}

function licenseOf(root: string, path: string): string {
  const folder = join(root, path);
  const about: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const license = stringAt(about, 'license');
  if (license === undefined) throw new Error(`${path} is bundled and names no licence`);
  const texts = globSync('{LICENSE,LICENCE,license,licence,NOTICE,COPYING}*', { cwd: folder }).sort();
  const said = texts.map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return [`${stringAt(about, 'name')} ${stringAt(about, 'version')}: ${license}`, ...said].join('\n\n').concat('\n');
}
