/** The manifests as they stand in the files, before kustomize. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

/** What a YAML file holds. Tests know what they look at, so its shape is taken as it comes. */
export type Manifest = ReturnType<typeof JSON.parse>;

/** The folder of all that `kubectl apply -k` takes. */
export const KNATIVE = fileURLToPath(new URL('../../knative/', import.meta.url));

const KUSTOMIZE = /^kustomize\.config\.k8s\.io\//;

/** Every object of that folder of `knative`, kustomizations apart. */
export function objectsIn(folder: string): readonly Manifest[] {
  return globSync('**/*.yaml', { cwd: join(KNATIVE, folder) })
    .sort()
    .flatMap((file) => parseAllDocuments(readFileSync(join(KNATIVE, folder, file), 'utf8')).map((document) => document.toJS()))
    .filter(({ apiVersion, kind }) => kind !== undefined && apiVersion !== 'builtin' && !KUSTOMIZE.test(apiVersion));
}

/** Those of a kind, by its group and its name. */
export function ofKind(objects: readonly Manifest[], group: string, kind: string): readonly Manifest[] {
  return objects.filter((object) => object.kind === kind && object.apiVersion.split('/')[0] === group);
}

export function readManifest(file: string): Manifest {
  return parse(readManifestText(file));
}

export function readManifestText(file: string): string {
  return readFileSync(join(KNATIVE, file), 'utf8');
}

/** The folders of `knative/components`, or of `knative/overlays`. */
export function foldersIn(folder: 'components' | 'overlays'): readonly string[] {
  return globSync('*/kustomization.yaml', { cwd: join(KNATIVE, folder) })
    .map((file) => file.split('/')[0] ?? '')
    .sort();
}

/** The variables of a settings.env, comments apart. */
export function readSettings(file: string): ReadonlyMap<string, string> {
  const lines = readManifestText(file)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
