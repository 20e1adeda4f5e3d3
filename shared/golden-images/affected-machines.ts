/** Whom a change would reach: the virtual machines that remedies name. Each fails as the read that it needs did. */
import type { DataSource } from './data-source.ts';
import type { KubeVirtReads } from './kubevirt-reads.ts';
import type { Read } from './read.ts';
import { idOf, type VirtualMachine } from './virtual-machine.ts';

/** Sorted, `namespace/name`. */
export type MachineNames = Read<readonly string[]>;

/** Phases in which an instance runs nowhere any more (KubeVirt `api/core/v1/types.go`, VirtualMachineInstancePhase). */
const FINAL_PHASES = ['Succeeded', 'Failed'];

/** The instances that run on one of these nodes. */
export function runningOn({ instances }: KubeVirtReads, nodeNames: ReadonlySet<string>): MachineNames {
  return namesIn(
    instances,
    ({ nodeName, phase }) => nodeName !== undefined && nodeNames.has(nodeName) && !FINAL_PHASES.includes(phase ?? ''),
  );
}

/** The machines that ask for nodes of another architecture than these: none of such nodes would take them. Their own nodeSelector wins. */
export function withoutNodes({ virtualMachines }: KubeVirtReads, architectures: readonly string[]): MachineNames {
  return namesIn(virtualMachines, ({ architecture, selects = architecture }) => selects !== undefined && !architectures.includes(selects));
}

/** What the DataSource of an image stands for once the import is on. */
export interface PlainImage {
  /** The golden image's name, which is that of its DataImportCron while the import is off. */
  readonly image: string;
  /** `managedDataSource` of its template. */
  readonly dataSource: string;
  readonly architecture: string;
}

/** The machines that name the DataSource of an image, and not of their own architecture: they would be cloned from another one. */
export function staysWrong({ virtualMachines, dataSources }: KubeVirtReads, images: readonly PlainImage[]): MachineNames {
  if (!dataSources.ok) return dataSources;
  const becomes = new Map(dataSources.value.flatMap((dataSource) => architectureAfter(dataSource, images)));
  return namesIn(virtualMachines, (machine) => {
    const named = namedDataSource(machine);
    const architecture = named === undefined ? undefined : becomes.get(named);
    return architecture !== undefined && machine.architecture !== undefined && machine.architecture !== architecture;
  });
}

/** With the import on, the DataSource points to another one, and is its cron's no longer. */
function architectureAfter(dataSource: DataSource, images: readonly PlainImage[]): readonly [string, string][] {
  const isPointer = dataSource.source?.kind === 'data-source';
  const image = images.find((candidate) => candidate.dataSource === dataSource.name && (isPointer || candidate.image === dataSource.cron));
  return image ? [[idOf(dataSource), image.architecture]] : [];
}

function namedDataSource({ boot }: VirtualMachine): string | undefined {
  return boot?.kind === 'claim' && boot.source?.kind === 'data-source' ? idOf(boot.source) : undefined;
}

function namesIn<T extends { readonly namespace: string; readonly name: string }>(
  read: Read<readonly T[]>,
  isMeant: (object: T) => boolean,
): MachineNames {
  return read.ok ? { ok: true, value: read.value.filter(isMeant).map(idOf).sort() } : read;
}
