/** Who is at risk: the virtual machines that boot from golden images, each fine for a reason, suspect or not known. */
import { type AtRisk, type Judged, type RiskReason, toAtRisk } from './at-risk.ts';
import type { DataVolume } from './data-source.ts';
import { type Catalog, createCatalog, type Origin, originOf } from './disk-origin.ts';
import { type Era, isWithin, type Sighting, singleArchitectureEra } from './era.ts';
import type { HyperConverged } from './hyperconverged.ts';
import { type Clue, type Finding, findingsOfImages, type Known, weigh } from './image-evidence.ts';
import type { KubeVirtReads } from './kubevirt-reads.ts';
import type { Node } from './node.ts';
import type { Read } from './read.ts';
import { idOf, type VirtualMachine, type VirtualMachineInstance } from './virtual-machine.ts';
import { nodeArchitectures } from './workload-nodes.ts';

/** A machine that boots from one of the images. */
interface Machine extends Origin {
  readonly machine: VirtualMachine;
  /** The architecture of the system that runs from this very disk; undefined where none does or it does not say. */
  readonly guest: string | undefined;
}

/**
 * The machines that boot from golden images without an architecture of their own. Fails as the read of machines, DataSources or DataVolumes
 * did; without instances it is only less that can be proven.
 */
export function judgeVirtualMachines(reads: KubeVirtReads, nodes: readonly Node[], hyperConverged: HyperConverged): Read<AtRisk> {
  const { virtualMachines, instances, dataSources, dataVolumes } = reads;
  if (!virtualMachines.ok) return virtualMachines;
  if (!dataSources.ok) return dataSources;
  if (!dataVolumes.ok) return dataVolumes;
  const catalog = createCatalog(new Set(hyperConverged.goldenImages.map(({ name }) => name)), dataSources.value, dataVolumes.value);
  const machines = machinesOf(virtualMachines.value, instances.ok ? instances.value : [], catalog);
  const era = singleArchitectureEra(nodes, sightings(virtualMachines.value, machines, dataVolumes.value));
  const known = weigh([...machines.flatMap((machine) => findingsOfMachine(machine, era)), ...findingsOfImages(catalog, hyperConverged)]);
  const usual = nodeArchitectures(nodes, hyperConverged.placement).default;
  const judged = machines.map((machine) => judgeMachine(machine, known(machine.version), usual));
  return { ok: true, value: toAtRisk(judged, instances.ok ? [] : [instances.failure]) };
}

function machinesOf(
  virtualMachines: readonly VirtualMachine[],
  instances: readonly VirtualMachineInstance[],
  catalog: Catalog,
): readonly Machine[] {
  const running = new Map(instances.map((instance) => [idOf(instance), instance]));
  return virtualMachines.flatMap((machine) => {
    const origin = originOf(machine, catalog);
    return origin ? [{ machine, ...origin, guest: guestOf(machine, running.get(idOf(machine))) }] : [];
  });
}

/** A guest speaks for the disk that it was started from, which need not be the one that the machine has by now. */
function guestOf({ boot }: VirtualMachine, instance: VirtualMachineInstance | undefined): string | undefined {
  if (boot?.kind !== 'claim' || instance?.boot?.kind !== 'claim') return undefined;
  return instance.boot.name === boot.name ? instance.guest : undefined;
}

function sightings(
  virtualMachines: readonly VirtualMachine[],
  machines: readonly Machine[],
  dataVolumes: readonly DataVolume[],
): readonly Sighting[] {
  return [
    ...virtualMachines.map(({ architecture, createdAt }) => ({ architecture, at: createdAt })),
    ...machines.map(({ guest, disk }) => ({ architecture: guest, at: disk?.createdAt })),
    ...dataVolumes.map(({ architecture, createdAt }) => ({ architecture, at: createdAt })),
  ];
}

function findingsOfMachine({ version, guest, disk }: Machine, era: Era | undefined): readonly Finding[] {
  return [
    ...(guest === undefined ? [] : [{ version, architecture: guest, clue: 'guest' as const }]),
    ...(era && isWithin(era, disk?.createdAt) ? [{ version, architecture: era.architecture, clue: 'age' as const }] : []),
  ];
}

const REASONS: Readonly<Record<Clue, RiskReason>> = {
  guest: 'guest-of-a-clone',
  label: 'imported-for-it',
  preference: 'preference',
  age: 'older-than-others',
};

function judgeMachine({ machine, guest }: Machine, known: Known, usual: string | undefined): Judged {
  const name = idOf(machine);
  const { architecture, selects } = machine;
  if (architecture !== undefined && selects !== undefined && selects !== architecture)
    return { name, found: 'suspect', reason: 'selects-others' };
  if (guest !== undefined) {
    const isSame = architecture === undefined || architecture === guest;
    return isSame ? { name, found: 'fine', reason: 'own-guest' } : { name, found: 'suspect', reason: 'guest-differs' };
  }
  if (architecture === undefined) return { name, found: 'unknown', reason: 'no-architecture' };
  if (known.kind === 'contradictory') return { name, found: 'unknown', reason: 'contradictory' };
  if (known.kind === 'known') {
    const isSame = architecture === known.architecture;
    return isSame ? { name, found: 'fine', reason: REASONS[known.clue] } : { name, found: 'suspect', reason: 'image-differs' };
  }
  const isUsual = usual === undefined || architecture === usual;
  return isUsual ? { name, found: 'unknown', reason: 'nothing-known' } : { name, found: 'suspect', reason: 'not-the-default' };
}
