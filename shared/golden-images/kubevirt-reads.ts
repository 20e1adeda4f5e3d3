/** What KubeVirt and CDI have on the cluster, as one look read it. */
import type { DataSource, DataVolume } from './data-source.ts';
import type { Read } from './read.ts';
import type { VirtualMachine, VirtualMachineInstance } from './virtual-machine.ts';

/** What runs on the cluster, and from which images; each part complete, or failed with its reason. */
export interface KubeVirtReads {
  readonly virtualMachines: Read<readonly VirtualMachine[]>;
  readonly instances: Read<readonly VirtualMachineInstance[]>;
  readonly dataSources: Read<readonly DataSource[]>;
  readonly dataVolumes: Read<readonly DataVolume[]>;
}
