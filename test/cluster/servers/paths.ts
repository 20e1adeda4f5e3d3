/** Where the tests find what lies outside this repository. A missing file is an error, never a reason to skip. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this repository. */
export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** The folder of material that the project shares: beside the repository, or where `ARCHWATCH_SHARED` says. */
export const SHARED = resolve(REPOSITORY, process.env.ARCHWATCH_SHARED ?? '../shared');

export type HyperConvergedRelease = '1.17' | '1.18' | '1.19';
export type TruthName = HyperConvergedRelease | '1.19-webhooks';

/** The file of a custom resource definition, named without `.yaml`: `kubevirt-open`. */
export function crdFile(name: string): string {
  return present(join(SHARED, 'crds', `${name}.yaml`));
}

/** The file of HyperConverged's definition as that release of its operator ships it. */
export function hyperConvergedCrd(release: HyperConvergedRelease): string {
  return crdFile(`hyperconverged-${release}`);
}

/** The folder of what a real operator decided: dumps and `truth.json`. */
export function truthFolder(name: TruthName): string {
  return present(join(SHARED, 'truth', name));
}

/** The file of a captured delivery, by its whole name. */
export function captureFile(name: string): string {
  return present(join(SHARED, 'captures', name));
}

/** A program of the test cluster: `etcd`, `kube-apiserver` or `kubectl`. */
export function clusterProgram(name: string): string {
  return present(join(clusterPrograms(), name));
}

/** The folder of the test cluster's programs. */
export function clusterPrograms(): string {
  const folder = process.env.KUBEBUILDER_ASSETS;
  if (!folder) {
    throw new Error(
      'KUBEBUILDER_ASSETS is not set: run export KUBEBUILDER_ASSETS="$(../shared/test-cluster/build)" in the repository first',
    );
  }
  return folder;
}

function present(path: string): string {
  if (!existsSync(path)) throw new Error(`${path} is missing: see ARCHWATCH_SHARED (now ${SHARED}) and KUBEBUILDER_ASSETS`);
  return path;
}
