/** The tools that write CRs from a source of their own: how each is recognised, and what that means for a person. */
import { APPLIED_MANIFEST_WORK, annotation, instance, type Mark, pair, trackingId } from './cr-owner-marks.ts';

export type CrOwnerTool =
  | 'argo-cd'
  | 'flux-kustomization'
  | 'flux-helm-release'
  | 'acm-policy'
  | 'acm-subscription'
  | 'manifest-work'
  | 'helm';

export interface ToolRow {
  readonly tool: CrOwnerTool;
  /** The best first. */
  readonly marks: readonly Mark[];
  /** By the name of a field manager. */
  readonly isManager: (manager: string) => boolean;
  /** The kind of thing that writes the CR, before its name. */
  readonly kind: string;
  /** Who writes it, where the thing is not known. */
  readonly controller: string;
  /** Where the change belongs. */
  readonly source: string;
  /** What becomes of an edit by hand. */
  readonly fate: string;
}

const isOneOf =
  (...names: readonly string[]) =>
  (manager: string) =>
    names.includes(manager);

const REVERTED = 'an edit by hand will be reverted';
/** By its settings, or because the field is not in what it applies: neither can be seen in the CR. */
const UNLESS = 'unless it leaves this field alone';

export const CR_OWNER_TOOLS: readonly ToolRow[] = [
  {
    // Argo CD, "Resource Tracking"; its ArgoCDSSAManager, and the name of its program
    tool: 'argo-cd',
    marks: [
      trackingId('argocd.argoproj.io/tracking-id'),
      instance('annotations', 'argocd.argoproj.io/instance', { isWeak: false }),
      instance('labels', 'argocd.argoproj.io/instance', { isWeak: false }),
      instance('labels', 'app.kubernetes.io/instance', { isWeak: true }), // Helm's charts have it too
    ],
    isManager: isOneOf('argocd-controller', 'argocd-application-controller'),
    kind: 'Argo CD application',
    controller: 'Argo CD',
    source: 'edit it in the repository that it renders',
    fate: `${REVERTED} when it syncs, ${UNLESS}`,
  },
  {
    // kustomize-controller: the owner labels of fluxcd/pkg/ssa, under the group of Kustomization
    tool: 'flux-kustomization',
    marks: [pair('labels', { namespace: 'kustomize.toolkit.fluxcd.io/namespace', name: 'kustomize.toolkit.fluxcd.io/name' })],
    isManager: isOneOf('kustomize-controller'),
    kind: 'Flux Kustomization',
    controller: 'Flux',
    source: 'edit it in the repository that it applies',
    fate: `${REVERTED} when it reconciles, ${UNLESS}`,
  },
  {
    // helm-controller: the labels of its post-renderer; it corrects drift only where spec.driftDetection says so
    tool: 'flux-helm-release',
    marks: [pair('labels', { namespace: 'helm.toolkit.fluxcd.io/namespace', name: 'helm.toolkit.fluxcd.io/name' })],
    isManager: isOneOf('helm-controller'),
    kind: 'Flux HelmRelease',
    controller: 'Flux',
    source: 'edit its values or its chart',
    fate: 'an edit by hand may be reverted by its next upgrade, or at once where it corrects drift',
  },
  {
    // config-policy-controller marks nothing that it enforces: there is only the name of its program
    tool: 'acm-policy',
    marks: [],
    isManager: isOneOf('config-policy-controller'),
    kind: 'ACM policy',
    controller: 'The controller of ACM policies',
    source: 'edit the policy on the hub',
    fate: `${REVERTED} while a policy enforces this field`,
  },
  {
    // multicloud-operators-subscription
    tool: 'acm-subscription',
    marks: [annotation('apps.open-cluster-management.io/hosting-subscription')],
    isManager: isOneOf('multicluster-operators-subscription'),
    kind: 'ACM subscription',
    controller: 'The controller of ACM subscriptions',
    source: 'edit it in the channel that it deploys',
    fate: `${REVERTED} when it reconciles, ${UNLESS}`,
  },
  {
    // open-cluster-management.io/api work/v1: DefaultFieldManager, with which every other must begin; else the name of its program
    tool: 'manifest-work',
    marks: [APPLIED_MANIFEST_WORK],
    isManager: (manager) => manager === 'work' || manager.startsWith('work-agent'),
    kind: 'ManifestWork',
    controller: 'The agent of ManifestWorks',
    source: 'edit it on the hub',
    fate: `${REVERTED}, ${UNLESS}`,
  },
  {
    // Helm, pkg/action/validate.go; app.kubernetes.io/managed-by alone says only that a chart was rendered, by Argo CD for one
    tool: 'helm',
    marks: [pair('annotations', { namespace: 'meta.helm.sh/release-namespace', name: 'meta.helm.sh/release-name' })],
    isManager: isOneOf('helm'),
    kind: 'Helm release',
    controller: 'Helm',
    source: 'edit its values or its chart too',
    fate: 'an edit by hand may be reverted by its next upgrade',
  },
];
