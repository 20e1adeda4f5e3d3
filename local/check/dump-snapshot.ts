/** A saved dump of a cluster, read as one look would have read the cluster. Never touches the network. */
import { stat } from 'node:fs/promises';
import { readNode } from '../../shared/golden-images/node.ts';
import type { Read } from '../../shared/golden-images/read.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { attempt } from '../../shared/kubernetes/failure.ts';
import { chooseHyperConverged, HYPERCONVERGEDS, type NamespacedName } from '../../shared/kubernetes/read-hyperconverged.ts';
import { kubeVirtFrom } from '../../shared/kubernetes/read-virtual-machines.ts';
import { UsageError } from './arguments.ts';
import { readDumpFile } from './dump.ts';
import { CLUSTER_VERSION, type Dump, HYPERCONVERGED, NODE, OF_KUBEVIRT } from './dumped.ts';
import { readMustGather } from './must-gather.ts';
import { hasTheVersion } from './open-shift.ts';

export interface DumpSnapshot {
  readonly snapshot: Snapshot;
  /** Whether it is of OpenShift; undefined where the dump does not say. */
  readonly openShift: Read<boolean> | undefined;
  /** For standard error. */
  readonly notes: readonly string[];
}

/** Reads a file of `kubectl get nodes,hyperconvergeds -A -o json` (or yaml), or the folder of a must-gather. Throws `UsageError`. */
export async function readDump(path: string, wanted: NamespacedName | undefined, now: Date): Promise<DumpSnapshot> {
  const dump = await ((await isFolder(path)) ? readMustGather(path) : readDumpFile(path));
  const { itemsOf, notes } = dump;
  const snapshot: Snapshot = {
    takenAt: now.toISOString(),
    versions: { nodes: undefined, hyperConverged: undefined },
    nodes: await attempt('nodes', async () => itemsOf(NODE.kind).map((node) => readNode(node))),
    hyperConverged: await attempt(HYPERCONVERGEDS, async () => chooseHyperConverged(itemsOf(HYPERCONVERGED.kind), wanted)),
    served: undefined,
    operator: undefined,
    kubeVirt: await kubeVirtOf(dump),
  };
  return { snapshot, openShift: await openShiftOf(dump), notes };
}

async function openShiftOf({ itemsOf }: Dump): Promise<Read<boolean> | undefined> {
  const read = await attempt(CLUSTER_VERSION.resource, async () => hasTheVersion(itemsOf(CLUSTER_VERSION.kind)));
  return read.ok ? read : undefined;
}

/** Undefined for a dump that was made without any of it. */
async function kubeVirtOf({ itemsOf }: Dump): Promise<Snapshot['kubeVirt']> {
  const reads = await Promise.all(OF_KUBEVIRT.map(({ kind }) => attempt(kind, async () => itemsOf(kind))));
  const isWithout = reads.every((read) => !read.ok && read.failure.reason === 'not-in-file');
  return isWithout ? undefined : kubeVirtFrom(itemsOf);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
