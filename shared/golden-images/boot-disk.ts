/** The disk that a virtual machine boots from, and what it was cloned from. */
import { isObject, type Json, listAt, objectAt, stringAt } from './json.ts';

/** A DataSource, or one version of an image: a claim or a snapshot. */
export interface CloneSource {
  readonly kind: 'data-source' | 'pvc' | 'snapshot';
  readonly namespace: string;
  readonly name: string;
}

export type BootDisk =
  /** A claim, also one that a DataVolume of this name makes. `source` is what the machine's own template for it says. */
  | { readonly kind: 'claim'; readonly name: string; readonly source: CloneSource | undefined }
  /** It comes with the pod, for the pod's own architecture. */
  | { readonly kind: 'container-disk' };

/**
 * The first by `bootOrder`, else the first listed, that can hold an operating system; CD-ROMs are for installing.
 * `spec` is an instance's, `templates` a machine's `dataVolumeTemplates`. Undefined where there is no such disk.
 */
export function readBootDisk(spec: unknown, templates: readonly Json[], namespace: string): BootDisk | undefined {
  const disks = [...(listAt(spec, 'domain', 'devices', 'disks') ?? [])].sort((a, b) => bootOrder(a) - bootOrder(b));
  const volumes = new Map((listAt(spec, 'volumes') ?? []).map((volume) => [nameOf(volume), volume]));
  const listed = disks.map(nameOf);
  // KubeVirt adds a disk for each volume that has none.
  const names = [...disks.filter((disk) => !isCdRom(disk)).map(nameOf), ...[...volumes.keys()].filter((name) => !listed.includes(name))];
  return names.map((name) => toBootDisk(volumes.get(name), templates, namespace)).find((disk) => disk !== undefined);
}

function toBootDisk(volume: Json | undefined, templates: readonly Json[], namespace: string): BootDisk | undefined {
  if (objectAt(volume, 'containerDisk')) return { kind: 'container-disk' };
  const name =
    stringAt(volume, 'dataVolume', 'name') ??
    stringAt(volume, 'persistentVolumeClaim', 'claimName') ??
    stringAt(volume, 'ephemeral', 'persistentVolumeClaim', 'claimName');
  if (name === undefined) return undefined;
  const template = templates.find((candidate) => stringAt(candidate, 'metadata', 'name') === name);
  return { kind: 'claim', name, source: readCloneSource(objectAt(template, 'spec'), namespace) };
}

/** What the `spec` of a DataVolume in that namespace clones; undefined where it clones nothing. */
export function readCloneSource(spec: unknown, namespace: string): CloneSource | undefined {
  return (
    reference('pvc', objectAt(spec, 'source', 'pvc'), namespace) ??
    reference('snapshot', objectAt(spec, 'source', 'snapshot'), namespace) ??
    reference('data-source', objectAt(spec, 'source', 'dataSource'), namespace) ??
    reference('data-source', objectAt(spec, 'sourceRef'), namespace)
  );
}

function reference(kind: CloneSource['kind'], found: unknown, namespace: string): CloneSource | undefined {
  const name = stringAt(found, 'name');
  return name ? { kind, namespace: stringAt(found, 'namespace') || namespace, name } : undefined;
}

function bootOrder(disk: Json): number {
  return isObject(disk) && typeof disk.bootOrder === 'number' ? disk.bootOrder : Number.MAX_SAFE_INTEGER;
}

function isCdRom(disk: Json): boolean {
  return objectAt(disk, 'cdrom') !== undefined;
}

function nameOf(item: Json): string {
  return stringAt(item, 'name') ?? '';
}
