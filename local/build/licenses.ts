/** The licences of what is in the bundles, with their texts: most of them ask to be handed on with every copy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundledPackage } from './packages.ts';

export function licensesOf(packages: readonly BundledPackage[]): string {
  return packages.map(licenseOf).join(`\n${'-'.repeat(80)}\n\n`);
}

function licenseOf({ folder, name, version, license }: BundledPackage): string {
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .sort();
  const said = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version}: ${license}`, ...said].join('\n\n').concat('\n');
}
