/** Virtual machines and their instances, reduced to what says which architecture they have and where they run. */
import { type BootDisk, readBootDisk } from './boot-disk.ts';
import { listAt, MalformedError, objectAt, stringAt, stringMapAt } from './json.ts';
import { ARCH_LABEL } from './node.ts';

export interface VirtualMachine {
  readonly namespace: string;
  readonly name: string;
  /** RFC 3339; undefined where the object does not say. */
  readonly createdAt: string | undefined;
  /** `spec.template.spec.architecture`: KubeVirt's webhook writes it into nearly every machine. */
  readonly architecture: string | undefined;
  /** The architecture of the nodes that its own nodeSelector picks; KubeVirt lets it win over `architecture`. */
  readonly selects: string | undefined;
  readonly boot: BootDisk | undefined;
}

export interface VirtualMachineInstance {
  readonly namespace: string;
  /** That of its virtual machine, where it has one. */
  readonly name: string;
  readonly nodeName: string | undefined;
  readonly phase: string | undefined;
  /** What the guest agent says the system was built for, as GOARCH; undefined where it says nothing that we know. */
  readonly guest: string | undefined;
  readonly boot: BootDisk | undefined;
}

/** Reads a VirtualMachine object. Throws `MalformedError` where it is not one. */
export function readVirtualMachine(object: unknown): VirtualMachine {
  const { namespace, name } = readIdentity('VirtualMachine', object);
  const spec = objectAt(object, 'spec', 'template', 'spec');
  return {
    namespace,
    name,
    createdAt: readTime(object),
    architecture: stringAt(spec, 'architecture') || undefined,
    selects: stringMapAt(spec, 'nodeSelector')[ARCH_LABEL],
    boot: readBootDisk(spec, listAt(object, 'spec', 'dataVolumeTemplates') ?? [], namespace),
  };
}

/** Reads a VirtualMachineInstance object. Throws `MalformedError` where it is not one. */
export function readVirtualMachineInstance(object: unknown): VirtualMachineInstance {
  const { namespace, name } = readIdentity('VirtualMachineInstance', object);
  return {
    namespace,
    name,
    nodeName: stringAt(object, 'status', 'nodeName') || undefined,
    phase: stringAt(object, 'status', 'phase'),
    guest: architectureOfMachine(stringAt(object, 'status', 'guestOSInfo', 'machine')),
    boot: readBootDisk(objectAt(object, 'spec'), [], namespace),
  };
}

/** `uname -m` of the systems that KubeVirt runs, and what QEMU's agent says on Windows; any other says nothing. */
const MACHINES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  amd64: 'amd64',
  x86: 'amd64',
  i386: 'amd64',
  i486: 'amd64',
  i586: 'amd64',
  i686: 'amd64',
  aarch64: 'arm64',
  arm64: 'arm64',
  s390x: 's390x',
  ppc64le: 'ppc64le',
  riscv64: 'riscv64',
};

function architectureOfMachine(machine = ''): string | undefined {
  return Object.hasOwn(MACHINES, machine) ? MACHINES[machine] : undefined;
}

/** Where and as what an object of a namespaced kind is known. Throws `MalformedError` without a name. */
export function readIdentity(kind: string, object: unknown): { readonly namespace: string; readonly name: string } {
  const [namespace, name] = [stringAt(object, 'metadata', 'namespace'), stringAt(object, 'metadata', 'name')];
  if (!namespace || !name) throw new MalformedError(`a ${kind} without metadata.namespace and metadata.name`);
  return { namespace, name };
}

/** When it was created; undefined where that is no time. */
export function readTime(object: unknown): string | undefined {
  const text = stringAt(object, 'metadata', 'creationTimestamp');
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : text;
}

/** `namespace/name`. */
export function idOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
