/** The container images of a node's status: a kubelet reports its fifty largest. */
import { createHash } from 'node:crypto';

const REPOSITORIES = [
  'quay.io/kubevirt/virt-handler',
  'quay.io/kubevirt/virt-launcher',
  'quay.io/kubevirt/virt-operator',
  'quay.io/kubevirt/virt-controller',
  'quay.io/kubevirt/virt-api',
  'quay.io/kubevirt/cdi-importer',
  'quay.io/kubevirt/cdi-cloner',
  'quay.io/kubevirt/cdi-controller',
  'quay.io/kubevirt/hyperconverged-cluster-operator',
  'quay.io/kubevirt/hyperconverged-cluster-webhook',
  'quay.io/kubevirt/ssp-operator',
  'quay.io/kubevirt/bridge-marker',
  'registry.k8s.io/nfd/node-feature-discovery',
  'registry.k8s.io/sig-storage/csi-node-driver-registrar',
  'registry.k8s.io/sig-storage/livenessprobe',
  'registry.k8s.io/coredns/coredns',
  'registry.k8s.io/kube-proxy',
  'quay.io/prometheus/node-exporter',
  'quay.io/brancz/kube-rbac-proxy',
  'quay.io/ovn-org/ovn-kubernetes',
  'ghcr.io/k8snetworkplumbingwg/multus-cni',
  'ghcr.io/k8snetworkplumbingwg/whereabouts',
];

/** Largest first, each by digest and by tag; other architectures have other digests. */
export function containerImages(architecture: string): { names: string[]; sizeBytes: number }[] {
  return REPOSITORIES.map((repository, index) => {
    const digest = createHash('sha256').update(`${repository} ${architecture}`).digest('hex');
    return { names: [`${repository}@sha256:${digest}`, `${repository}:v1.${index}.3`], sizeBytes: 912_384_511 - index * 38_412_007 };
  });
}
