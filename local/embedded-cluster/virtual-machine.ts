/** A virtual machine as KubeVirt keeps it: the machine, its disk, and its instance while it runs. */
import { createHash } from 'node:crypto';
import type { ClaimName } from './image-store.ts';
import { IMAGES_NAMESPACE } from './imported-images.ts';
import type { JsonObject } from './json.ts';

/** What a caller says about a new machine; the rest follows. */
export interface NewVirtualMachine {
  readonly namespace: string;
  readonly name: string;
  /** The DataSource of a golden image: its disk is cloned from what that stands for now. */
  readonly image: string;
  /** GOARCH spelling; amd64 unless said otherwise, as KubeVirt's webhook writes it there. */
  readonly architecture?: string;
  /** What its guest agent says of it, such as `x86_64`; undefined where none runs. */
  readonly guest?: string;
  /** It runs unless said otherwise. */
  readonly isStopped?: boolean;
  readonly createdAt?: Date;
}

/** A machine that is there. */
export interface StoredMachine extends Omit<NewVirtualMachine, 'createdAt'> {
  readonly architecture: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** What its disk was cloned from. */
  readonly cloned: ClaimName;
  readonly size: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Undefined while no node takes it, or it is stopped. */
  readonly nodeName: string | undefined;
}

export function virtualMachineObject(machine: StoredMachine): JsonObject {
  const { image, architecture, size, isStopped = false, nodeName } = machine;
  const sourceRef = { kind: 'DataSource', name: image, namespace: IMAGES_NAMESPACE };
  const storage = { resources: { requests: { storage: size } } };
  return {
    metadata: {
      ...metadataOf(machine, 'vm'),
      finalizers: ['kubevirt.io/virtualMachineControllerFinalize'],
      labels: { app: machine.name, 'kubevirt.io/dynamic-credentials-support': 'true' },
    },
    spec: {
      dataVolumeTemplates: [{ metadata: { creationTimestamp: null, name: diskOf(machine) }, spec: { sourceRef, storage } }],
      runStrategy: isStopped ? 'Halted' : 'Always',
      template: {
        metadata: { creationTimestamp: null, labels: { 'kubevirt.io/domain': machine.name } },
        spec: { architecture, ...guestSpec(machine) },
      },
    },
    status: {
      conditions: [{ status: nodeName === undefined ? 'False' : 'True', type: 'Ready' }],
      created: !isStopped,
      printableStatus: isStopped ? 'Stopped' : nodeName === undefined ? 'ErrorUnschedulable' : 'Running',
      ready: nodeName !== undefined,
      runStrategy: isStopped ? 'Halted' : 'Always',
    },
  };
}

/** Undefined while it is stopped. */
export function instanceObject(machine: StoredMachine): JsonObject | undefined {
  const { architecture, guest, nodeName, name, isStopped = false } = machine;
  if (isStopped) return undefined;
  const phase = nodeName === undefined ? 'Scheduling' : 'Running';
  return {
    metadata: {
      ...metadataOf(machine, 'vmi'),
      labels: { 'kubevirt.io/domain': name, ...(nodeName === undefined ? {} : { 'kubevirt.io/nodeName': nodeName }) },
      ownerReferences: [owner(machine)],
    },
    spec: { architecture, ...guestSpec(machine) },
    status: {
      conditions: [
        { status: nodeName === undefined ? 'False' : 'True', type: 'Ready' },
        ...(guest === undefined || nodeName === undefined ? [] : [{ status: 'True', type: 'AgentConnected' }]),
      ],
      guestOSInfo: guest === undefined || nodeName === undefined ? {} : { ...GUEST, machine: guest },
      ...(nodeName === undefined ? {} : { nodeName }),
      phase,
    },
  };
}

/** The disk: KubeVirt has resolved the DataSource to the claim that it stood for. */
export function diskObject(machine: StoredMachine): JsonObject {
  const { cloned, size } = machine;
  return {
    metadata: {
      ...metadataOf(machine, 'dv'),
      name: diskOf(machine),
      annotations: { 'cdi.kubevirt.io/cloneType': 'snapshot' },
      labels: { 'kubevirt.io/created-by': idOf(machine, 'vm') },
      ownerReferences: [owner(machine)],
    },
    spec: { source: { pvc: { ...cloned } }, storage: { resources: { requests: { storage: size } } } },
    status: { claimName: diskOf(machine), phase: 'Succeeded', progress: '100.0%' },
  };
}

const GUEST = {
  id: 'fedora',
  kernelRelease: '6.17.8-300.fc43',
  name: 'Fedora Linux',
  prettyName: 'Fedora Linux 43 (Cloud Edition)',
  version: '43',
};

function guestSpec(machine: StoredMachine): JsonObject {
  return {
    domain: {
      cpu: { cores: 2 },
      devices: {
        disks: [
          { disk: { bus: 'virtio' }, name: 'rootdisk' },
          { disk: { bus: 'virtio' }, name: 'cloudinitdisk' },
        ],
        interfaces: [{ masquerade: {}, name: 'default' }],
      },
      memory: { guest: '4Gi' },
    },
    networks: [{ name: 'default', pod: {} }],
    volumes: [
      { dataVolume: { name: diskOf(machine) }, name: 'rootdisk' },
      { cloudInitNoCloud: { userData: '#cloud-config\n' }, name: 'cloudinitdisk' },
    ],
  };
}

function metadataOf(machine: StoredMachine, kind: string): JsonObject {
  const { namespace, name, createdAt, resourceVersion } = machine;
  return { creationTimestamp: createdAt, generation: 1, name, namespace, resourceVersion, uid: idOf(machine, kind) };
}

function diskOf({ name }: StoredMachine): string {
  return `${name}-root`;
}

function owner(machine: StoredMachine): JsonObject {
  const { name } = machine;
  return {
    apiVersion: 'kubevirt.io/v1',
    blockOwnerDeletion: true,
    controller: true,
    kind: 'VirtualMachine',
    name,
    uid: idOf(machine, 'vm'),
  };
}

/** One for each of its objects, the same at every read. */
function idOf({ uid }: StoredMachine, kind: string): string {
  const id = createHash('sha256').update(`${uid} ${kind}`).digest('hex');
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20, 32)}`;
}
