/** The packages that something of is in the bundles. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { stringAt } from '../../shared/golden-images/json.ts';

export interface BundledPackage {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** An SPDX expression: https://spdx.org/licenses */
  readonly license: string;
}

/** Sorted by where they are. Throws where one does not say its name, version or licence. */
export function packagesIn(root: string, made: readonly Metafile[]): readonly BundledPackage[] {
  const inputs = made.flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => used(output.inputs)));
  const folders = new Set(inputs.map((path) => FOLDER.exec(path)?.[0]).filter((path) => path !== undefined));
  return [...folders].sort().map((path) => read(path, join(root, path)));
}

/** Of the innermost package that a file belongs to. */
const FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

function used(inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>): readonly string[] {
  return Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
}

function read(path: string, folder: string): BundledPackage {
  const about: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const say = (key: string) => {
    const value = stringAt(about, key);
    if (value === undefined) throw new Error(`${path} is bundled and has no ${key}`);
    return value;
  };
  return { folder, name: say('name'), version: say('version'), license: say('license') };
}
