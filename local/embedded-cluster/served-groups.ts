/** The API groups besides Kubernetes' own: what each has, and in which versions. */
import { RELEASES, type Release } from './releases.ts';

/** HyperConverged's group. */
export const GROUP = 'hco.kubevirt.io';

/** KubeVirt's and CDI's. */
export const MACHINE_GROUPS: readonly string[] = ['kubevirt.io', 'cdi.kubevirt.io'];

/** What imports golden images. */
export const SSP_GROUP = 'ssp.kubevirt.io';

/** OpenShift's own, by which HCO tells it. */
export const CONFIG_GROUP = 'config.openshift.io';

export interface ServedGroup {
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly string[];
  readonly resources: readonly ServedResource[];
}

/** As discovery has it. */
export interface ServedResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs: readonly string[];
}

/** In the order of discovery. HCO deploys SSP on OpenShift, and only there. */
export function servedGroups(release: Release, hasSsp: boolean): readonly ServedGroup[] {
  return [CDI, ...(hasSsp ? [CONFIG] : []), { ...HCO, versions: RELEASES[release].served }, KUBEVIRT, ...(hasSsp ? [SSP] : [])];
}

const READ = ['get', 'list'];

function resource(kind: string, shortNames: readonly string[], verbs: readonly string[] = READ): ServedResource {
  const singularName = kind.toLowerCase();
  return { name: `${singularName}s`, singularName, namespaced: true, kind, shortNames, categories: ['all'], verbs };
}

const HCO = { name: GROUP, resources: [resource('HyperConverged', ['hco', 'hcos'], [...READ, 'patch'])] };
const KUBEVIRT: ServedGroup = {
  name: 'kubevirt.io',
  versions: ['v1'],
  resources: [resource('VirtualMachine', ['vm', 'vms']), resource('VirtualMachineInstance', ['vmi', 'vmis'])],
};
const CDI: ServedGroup = {
  name: 'cdi.kubevirt.io',
  versions: ['v1beta1'],
  resources: [resource('DataSource', ['das']), resource('DataVolume', ['dv', 'dvs'])],
};
const CONFIG: ServedGroup = {
  name: CONFIG_GROUP,
  versions: ['v1'],
  resources: [
    { name: 'clusterversions', singularName: 'clusterversion', namespaced: false, kind: 'ClusterVersion', shortNames: [], verbs: READ },
  ],
};
/** Its objects are not played. */
const SSP: ServedGroup = { name: SSP_GROUP, versions: ['v1beta3', 'v1beta2'], resources: [] };
