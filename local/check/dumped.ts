/** What a dump can hold of what a look reads, whatever its form. */
import type { JsonObject } from '../../shared/golden-images/json.ts';
import { ReadError } from '../../shared/kubernetes/failure.ts';

export interface DumpedKind {
  readonly kind: string;
  /** `core` for the group without a name, as a must-gather calls it. */
  readonly group: string;
  readonly resource: string;
}

export const NODE: DumpedKind = { kind: 'Node', group: 'core', resource: 'nodes' };
export const HYPERCONVERGED: DumpedKind = { kind: 'HyperConverged', group: 'hco.kubevirt.io', resource: 'hyperconvergeds' };
/** What runs, and from which images: a help, where a dump has it. */
export const OF_KUBEVIRT: readonly DumpedKind[] = [
  { kind: 'VirtualMachine', group: 'kubevirt.io', resource: 'virtualmachines' },
  { kind: 'VirtualMachineInstance', group: 'kubevirt.io', resource: 'virtualmachineinstances' },
  { kind: 'DataSource', group: 'cdi.kubevirt.io', resource: 'datasources' },
  { kind: 'DataVolume', group: 'cdi.kubevirt.io', resource: 'datavolumes' },
];
/** Tells OpenShift: a help as well. */
export const CLUSTER_VERSION: DumpedKind = { kind: 'ClusterVersion', group: 'config.openshift.io', resource: 'clusterversions' };
export const DUMPED_KINDS: readonly DumpedKind[] = [NODE, HYPERCONVERGED, ...OF_KUBEVIRT, CLUSTER_VERSION];

export interface Dump {
  /** All objects of a kind. Throws `ReadError` where the dump does not say which there are: that is unknown, and never none. */
  readonly itemsOf: (kind: string) => readonly JsonObject[];
  /** For standard error. */
  readonly notes: readonly string[];
}

/** `detail` says what the dump lacks. */
export function notInFile(detail: string): ReadError {
  return new ReadError('not-in-file', detail);
}
