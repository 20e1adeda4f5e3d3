/** The one virtual machine of the story that runs on an arm64 node. */
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';

type Machines = Pick<EmbeddedCluster, 'virtualMachines' | 'addVirtualMachine' | 'removeVirtualMachine' | 'nodes'>;

/** From the same image as the others: if that was imported for amd64, it will not boot. */
const ARM_MACHINE = { namespace: 'lab', name: 'arm-build-1', image: 'fedora', architecture: 'arm64' } as const;

export function isArmMachineThere(cluster: Pick<Machines, 'virtualMachines'>): boolean {
  return cluster.virtualMachines().some(({ namespace, name }) => namespace === ARM_MACHINE.namespace && name === ARM_MACHINE.name);
}

/** Starts it, or takes it away if it is there. Throws where there is no node for it. */
export function startOrRemoveArmMachine(cluster: Machines): void {
  if (isArmMachineThere(cluster)) cluster.removeVirtualMachine(ARM_MACHINE.namespace, ARM_MACHINE.name);
  else start(cluster);
}

function start(cluster: Machines): void {
  const hasNode = cluster.nodes().some(({ status }) => status.nodeInfo.architecture === ARM_MACHINE.architecture);
  if (!hasNode) throw new Error('there is no arm64 node to start it on: let arm64 workers join first');
  cluster.addVirtualMachine(ARM_MACHINE);
}
