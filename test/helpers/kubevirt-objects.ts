/** KubeVirt's and CDI's objects as the API server gives them, each built from only what a test is about. */
import { readDataSource, readDataVolume } from '../../shared/golden-images/data-source.ts';
import type { Json, JsonObject } from '../../shared/golden-images/json.ts';
import type { KubeVirtReads } from '../../shared/golden-images/kubevirt-reads.ts';
import type { FailedRead, Read } from '../../shared/golden-images/read.ts';
import { readVirtualMachine, readVirtualMachineInstance } from '../../shared/golden-images/virtual-machine.ts';

/** Where golden images are kept upstream. */
export const IMAGES = 'kubevirt-os-images';

/** `data-source`, `pvc` or `snapshot`, and `namespace/name`. */
export type Source = readonly ['data-source' | 'pvc' | 'snapshot', string];

export interface VirtualMachineOptions {
  /** `amd64` unless said otherwise; undefined leaves it out. */
  readonly architecture?: string | undefined;
  readonly createdAt?: string;
  /** What its template of the root disk clones; the DataSource `fedora` of the golden images unless said otherwise, undefined for no template. */
  readonly source?: Source | undefined;
  readonly nodeSelector?: JsonObject;
  /** Instead of one disk on a DataVolume named as the machine. */
  readonly disks?: readonly JsonObject[];
  readonly volumes?: readonly JsonObject[];
}

/** A VirtualMachine, named `namespace/name`: it boots from a DataVolume of its own name. */
export function virtualMachine(id: string, options: VirtualMachineOptions = {}): JsonObject {
  const { namespace, name } = split(id);
  const { createdAt = '2026-06-01T00:00:00Z', nodeSelector, disks, volumes } = options;
  const architecture = 'architecture' in options ? options.architecture : 'amd64';
  const source: Source | undefined = 'source' in options ? options.source : ['data-source', `${IMAGES}/fedora`];
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachine',
    metadata: { namespace, name, creationTimestamp: createdAt },
    spec: {
      ...(source ? { dataVolumeTemplates: [{ metadata: { name }, spec: cloneSpec(source) }] } : {}),
      template: {
        spec: {
          ...(architecture === undefined ? {} : { architecture }),
          ...(nodeSelector ? { nodeSelector } : {}),
          ...instanceSpec(name, disks, volumes),
        },
      },
    },
  };
}

export interface InstanceOptions {
  readonly nodeName?: string;
  /** `Running` unless said otherwise. */
  readonly phase?: string;
  /** What the guest agent says: `x86_64`. */
  readonly machine?: string;
  readonly volumes?: readonly JsonObject[];
}

/** The VirtualMachineInstance of such a machine. */
export function instance(id: string, { nodeName, phase = 'Running', machine, volumes }: InstanceOptions = {}): JsonObject {
  const { namespace, name } = split(id);
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachineInstance',
    metadata: { namespace, name },
    spec: instanceSpec(name, undefined, volumes),
    status: { phase, ...(nodeName ? { nodeName } : {}), guestOSInfo: machine ? { machine } : {} },
  };
}

function instanceSpec(name: string, disks: readonly JsonObject[] | undefined, volumes: readonly JsonObject[] | undefined): JsonObject {
  return {
    domain: { devices: { disks: disks ?? [{ name: 'root', disk: { bus: 'virtio' } }] } },
    volumes: volumes ?? [{ name: 'root', dataVolume: { name } }],
  };
}

export interface ImageOptions {
  /** The DataImportCron; `fedora-image-cron` for a DataSource unless said otherwise, none for a DataVolume. */
  readonly cron?: string | undefined;
  readonly architecture?: string;
  readonly preference?: string;
  readonly source?: Source | undefined;
  readonly createdAt?: string;
  readonly annotations?: JsonObject;
}

/** A DataSource, named `namespace/name`. */
export function dataSource(id: string, options: ImageOptions = {}): JsonObject {
  const { source } = options;
  const cron = 'cron' in options ? options.cron : 'fedora-image-cron';
  const spec = { source: source ? { [SOURCE_FIELDS[source[0]]]: split(source[1]) } : {} };
  return { apiVersion: 'cdi.kubevirt.io/v1beta1', kind: 'DataSource', metadata: metadata(id, { ...options, cron }), spec };
}

/** A DataVolume, named `namespace/name`. */
export function dataVolume(id: string, options: ImageOptions = {}): JsonObject {
  const { source } = options;
  const spec = source ? cloneSpec(source) : { source: { registry: { url: 'docker://registry.example/fedora' } } };
  return { apiVersion: 'cdi.kubevirt.io/v1beta1', kind: 'DataVolume', metadata: metadata(id, options), spec };
}

const SOURCE_FIELDS = { 'data-source': 'dataSource', pvc: 'pvc', snapshot: 'snapshot' } as const;

function cloneSpec([kind, id]: Source): JsonObject {
  return kind === 'data-source' ? { sourceRef: { kind: 'DataSource', ...split(id) } } : { source: { [kind]: split(id) } };
}

function metadata(
  id: string,
  { cron, architecture, preference, createdAt = '2026-06-01T00:00:00Z', annotations }: ImageOptions,
): JsonObject {
  const labels: Record<string, Json> = {
    ...(cron ? { 'cdi.kubevirt.io/dataImportCron': cron } : {}),
    ...(architecture ? { 'template.kubevirt.io/architecture': architecture } : {}),
    ...(preference ? { 'instancetype.kubevirt.io/default-preference': preference } : {}),
  };
  return { ...split(id), creationTimestamp: createdAt, labels, ...(annotations ? { annotations } : {}) };
}

/** Objects of each kind, or why they could not be read; none unless given. */
export interface KubeVirtObjects {
  readonly virtualMachines?: readonly JsonObject[] | FailedRead;
  readonly instances?: readonly JsonObject[] | FailedRead;
  readonly dataSources?: readonly JsonObject[] | FailedRead;
  readonly dataVolumes?: readonly JsonObject[] | FailedRead;
}

/** What a look would make of these objects. */
export function kubeVirtReads({
  virtualMachines = [],
  instances = [],
  dataSources = [],
  dataVolumes = [],
}: KubeVirtObjects = {}): KubeVirtReads {
  return {
    virtualMachines: readOf(virtualMachines, readVirtualMachine),
    instances: readOf(instances, readVirtualMachineInstance),
    dataSources: readOf(dataSources, readDataSource),
    dataVolumes: readOf(dataVolumes, readDataVolume),
  };
}

function readOf<T>(objects: readonly JsonObject[] | FailedRead, read: (object: unknown) => T): Read<readonly T[]> {
  return 'reason' in objects ? { ok: false, failure: objects } : { ok: true, value: objects.map((object) => read(object)) };
}

function split(id: string): { readonly namespace: string; readonly name: string } {
  const [namespace = '', name = ''] = id.split('/');
  return { namespace, name };
}
