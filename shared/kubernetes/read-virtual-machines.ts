/** What runs on the cluster, and from which images: virtual machines, their instances, DataSources and DataVolumes. */
import { type DataSource, type DataVolume, readDataSource, readDataVolume } from '../golden-images/data-source.ts';
import type { KubeVirtReads } from '../golden-images/kubevirt-reads.ts';
import type { Read } from '../golden-images/read.ts';
import {
  readVirtualMachine,
  readVirtualMachineInstance,
  type VirtualMachine,
  type VirtualMachineInstance,
} from '../golden-images/virtual-machine.ts';
import type { ApiConnection } from './api-connection.ts';
import { attempt } from './failure.ts';
import { type PagedList, readNamed, readPages } from './read-pages.ts';

/** A kind whose objects are read, each reduced to what is in use. */
interface KubeVirtKind<T> extends PagedList<T> {
  /** As Kubernetes names it: `virtualmachines.kubevirt.io`. */
  readonly resource: string;
}

/**
 * A machine or an instance is 10 to 20 kB of JSON, a DataVolume 2 to 4, and the server can leave nothing out of a custom resource.
 * Four pages are in memory at a time: with larger ones the peak of thousands of machines doubles, and nothing is faster.
 */
const LARGE = 100;
const SMALL = 250;

const MACHINES: KubeVirtKind<VirtualMachine> = {
  resource: 'virtualmachines.kubevirt.io',
  path: '/apis/kubevirt.io/v1/virtualmachines',
  kind: 'VirtualMachine',
  limit: LARGE,
  read: readVirtualMachine,
};
const INSTANCES: KubeVirtKind<VirtualMachineInstance> = {
  resource: 'virtualmachineinstances.kubevirt.io',
  path: '/apis/kubevirt.io/v1/virtualmachineinstances',
  kind: 'VirtualMachineInstance',
  limit: LARGE,
  read: readVirtualMachineInstance,
};
const DATA_SOURCES: KubeVirtKind<DataSource> = {
  resource: 'datasources.cdi.kubevirt.io',
  path: '/apis/cdi.kubevirt.io/v1beta1/datasources',
  kind: 'DataSource',
  limit: SMALL,
  read: readDataSource,
};
const DATA_VOLUMES: KubeVirtKind<DataVolume> = {
  resource: 'datavolumes.cdi.kubevirt.io',
  path: '/apis/cdi.kubevirt.io/v1beta1/datavolumes',
  kind: 'DataVolume',
  limit: SMALL,
  read: readDataVolume,
};

/** Reads all four side by side, until the signal. Never throws: what could not be read is a failed read of its own. */
export async function readKubeVirt(api: Pick<ApiConnection, 'get'>, signal: AbortSignal): Promise<KubeVirtReads> {
  return readKinds((kind) => attempt(kind.resource, async () => (await readPages(api, kind, signal)).value));
}

/** The same of a dump. `itemsOf` gives all objects of a kind, and throws `ReadError` where the dump does not say which there are. */
export async function kubeVirtFrom(itemsOf: (kind: string) => readonly unknown[]): Promise<KubeVirtReads> {
  return readKinds((kind) => attempt(kind.resource, async () => itemsOf(kind.kind).map((item) => readNamed(kind, item))));
}

type ReadKind = <T>(kind: KubeVirtKind<T>) => Promise<Read<readonly T[]>>;

async function readKinds(read: ReadKind): Promise<KubeVirtReads> {
  const [virtualMachines, instances, dataSources, dataVolumes] = await Promise.all([
    read(MACHINES),
    read(INSTANCES),
    read(DATA_SOURCES),
    read(DATA_VOLUMES),
  ]);
  return { virtualMachines, instances, dataSources, dataVolumes };
}
