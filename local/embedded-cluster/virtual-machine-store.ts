/** The cluster's virtual machines, and where they run. */
import { randomUUID } from 'node:crypto';
import type { ImageStore } from './image-store.ts';
import { type EmbeddedNode, timestamp } from './node.ts';
import type { Revisions } from './revisions.ts';
import type { NewVirtualMachine, StoredMachine } from './virtual-machine.ts';

export interface VirtualMachineStore {
  all(): readonly StoredMachine[];
  /** Throws where one of that name is there, or there is no such image. */
  add(machine: NewVirtualMachine, now: Date): void;
  /** Throws where there is no such machine. */
  remove(namespace: string, name: string): void;
  /** Puts each machine that is to run onto a node of its architecture. One whose node is there stays, wherever that is. */
  place(nodes: readonly EmbeddedNode[], isOpen: (node: EmbeddedNode) => boolean): void;
}

export function createVirtualMachineStore(revisions: Revisions, images: Pick<ImageStore, 'claimOf'>): VirtualMachineStore {
  let machines: readonly StoredMachine[] = [];
  const isThere = (namespace: string, name: string) => machines.some((each) => each.namespace === namespace && each.name === name);
  return {
    all: () => machines,
    add: ({ createdAt, architecture = 'amd64', ...machine }, now) => {
      const { namespace, name, image } = machine;
      if (isThere(namespace, name)) throw new Error(`there is a virtual machine ${namespace}/${name} already`);
      const found = images.claimOf(image);
      if (found === undefined) throw new Error(`there is no golden image ${image} to clone`);
      const identity = { uid: randomUUID(), resourceVersion: revisions.next(), createdAt: timestamp(createdAt ?? now) };
      machines = [...machines, { ...machine, ...identity, architecture, cloned: found.claim, size: found.size, nodeName: undefined }];
    },
    remove: (namespace, name) => {
      if (!isThere(namespace, name)) throw new Error(`there is no virtual machine ${namespace}/${name}`);
      revisions.next();
      machines = machines.filter((each) => each.namespace !== namespace || each.name !== name);
    },
    place: (nodes, isOpen) => {
      const placed: StoredMachine[] = [];
      for (const machine of machines) {
        const nodeName = placeOf(machine, nodes, isOpen, placed);
        placed.push(nodeName === machine.nodeName ? machine : { ...machine, nodeName, resourceVersion: revisions.next() });
      }
      machines = placed;
    },
  };
}

function placeOf(
  { nodeName, architecture, isStopped = false }: StoredMachine,
  nodes: readonly EmbeddedNode[],
  isOpen: (node: EmbeddedNode) => boolean,
  placed: readonly StoredMachine[],
): string | undefined {
  if (isStopped) return undefined;
  if (nodeName !== undefined && nodes.some(({ metadata }) => metadata.name === nodeName)) return nodeName;
  const fitting = nodes.filter((node) => isOpen(node) && takesMachines(node, architecture)).map(({ metadata }) => metadata.name);
  const load = (node: string) => placed.filter((machine) => machine.nodeName === node).length;
  return fitting.toSorted((a, b) => load(a) - load(b))[0];
}

/** As virt-launcher's own node selector asks. */
function takesMachines({ metadata: { labels }, spec }: EmbeddedNode, architecture: string): boolean {
  return labels['kubevirt.io/schedulable'] === 'true' && labels['kubernetes.io/arch'] === architecture && !spec.unschedulable;
}
