/** Argo CD in the story: an application of it writes the HyperConverged, and leaves its mark there. */
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import { HYPERCONVERGED } from '../embedded-cluster/hyperconverged-store.ts';
import { textAt } from '../embedded-cluster/json.ts';
import { changeHyperConverged, type RemedyOptions, storedVersion } from './remedies.ts';

const TRACKING_ID = 'argocd.argoproj.io/tracking-id';
/** https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/ */
const OF_THE_APPLICATION = `virt:hco.kubevirt.io/HyperConverged:${HYPERCONVERGED.namespace}/${HYPERCONVERGED.name}`;

export function isArgoCdsOwn(cluster: EmbeddedCluster): boolean {
  return textAt(cluster.hyperConverged(storedVersion(cluster)), 'metadata', 'annotations', TRACKING_ID) !== undefined;
}

/** Takes the HyperConverged over, or leaves it alone again. */
export function takeOverOrLeave(options: RemedyOptions): Promise<void> {
  const mark = isArgoCdsOwn(options.cluster) ? null : OF_THE_APPLICATION;
  return changeHyperConverged({ metadata: { annotations: { [TRACKING_ID]: mark } } }, 'argocd-controller', options);
}
