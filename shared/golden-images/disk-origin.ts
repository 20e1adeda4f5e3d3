/** Which disks were cloned from a golden image that has no architecture of its own, and from which version of it. */
import type { CloneSource } from './boot-disk.ts';
import type { DataSource, DataVolume } from './data-source.ts';
import { idOf, type VirtualMachine } from './virtual-machine.ts';

/** What is known of images and disks, for looking up. */
export interface Catalog {
  /** Names of HCO's golden images: while the import is off, those of their DataImportCrons. */
  readonly images: ReadonlySet<string>;
  readonly dataSources: ReadonlyMap<string, DataSource>;
  readonly dataVolumes: ReadonlyMap<string, DataVolume>;
  /** Keys of the versions for which DataSources of these images stand now. */
  readonly current: ReadonlySet<string>;
}

export interface Origin {
  /** The same for all disks with the same content: the version of the image, or the disk itself where that is not known. */
  readonly version: string;
  /** Undefined where the disk has none (any more). */
  readonly disk: DataVolume | undefined;
}

export function createCatalog(
  images: ReadonlySet<string>,
  dataSources: readonly DataSource[],
  dataVolumes: readonly DataVolume[],
): Catalog {
  const current = dataSources
    .filter((dataSource) => isPlainImage(dataSource, images))
    .flatMap(({ source }) => (source ? [keyOf(source)] : []));
  return {
    images,
    dataSources: new Map(dataSources.map((dataSource) => [idOf(dataSource), dataSource])),
    dataVolumes: new Map(dataVolumes.map((dataVolume) => [idOf(dataVolume), dataVolume])),
    current: new Set(current),
  };
}

/** Whether one of these images keeps it fresh, for whatever architecture the import happens to run on. */
export function isPlainImage({ cron, architecture }: DataSource | DataVolume, images: ReadonlySet<string>): boolean {
  return cron !== undefined && architecture === undefined && images.has(cron);
}

/** Where a machine's boot disk comes from; undefined where that is no such image, or nothing tells. */
export function originOf({ namespace, boot }: VirtualMachine, catalog: Catalog): Origin | undefined {
  if (boot?.kind !== 'claim') return undefined;
  const id = idOf({ namespace, name: boot.name });
  const disk = catalog.dataVolumes.get(id);
  const [made, asked] = [trace(disk?.source, catalog), trace(boot.source, catalog)];
  return made.isImage || asked.isImage ? { version: made.version ?? asked.version ?? `disk ${id}`, disk } : undefined;
}

/** Names a version of an image. */
export function keyOf(source: CloneSource): string {
  return `${source.kind} ${idOf(source)}`;
}

interface Trace {
  readonly isImage: boolean;
  readonly version: string | undefined;
}

const NOWHERE: Trace = { isImage: false, version: undefined };
/** Clones of clones of clones are the end of it, and circles too. */
const MAX_HOPS = 5;

function trace(source: CloneSource | undefined, catalog: Catalog, hops = MAX_HOPS): Trace {
  if (source === undefined || hops === 0) return NOWHERE;
  return source.kind === 'data-source' ? traceDataSource(source, catalog, hops) : traceVersion(source, catalog, hops);
}

/** For which version it stood when the disk was cloned is not known. */
function traceDataSource(source: CloneSource, catalog: Catalog, hops: number): Trace {
  const dataSource = catalog.dataSources.get(idOf(source));
  if (dataSource === undefined) return NOWHERE;
  const isImage = isPlainImage(dataSource, catalog.images) || trace(dataSource.source, catalog, hops - 1).isImage;
  return { isImage, version: undefined };
}

function traceVersion(source: CloneSource, catalog: Catalog, hops: number): Trace {
  const version = keyOf(source);
  if (catalog.current.has(version)) return { isImage: true, version };
  const dataVolume = source.kind === 'pvc' ? catalog.dataVolumes.get(idOf(source)) : undefined;
  if (dataVolume?.cron !== undefined) return { isImage: isPlainImage(dataVolume, catalog.images), version };
  if (dataVolume === undefined) return { isImage: isFormerVersion(source, catalog), version };
  const beyond = trace(dataVolume.source, catalog, hops - 1);
  return { isImage: beyond.isImage, version: beyond.version ?? version };
}

/** CDI names a version as its DataSource, with the start of the digest, and deletes it when newer ones are there (`createDvName`). */
function isFormerVersion({ namespace, name }: CloneSource, { dataSources, images }: Catalog): boolean {
  const [, dataSourceName = ''] = /^(.+)-[0-9a-f]{12}$/.exec(name) ?? [];
  const dataSource = dataSources.get(idOf({ namespace, name: dataSourceName }));
  return dataSource !== undefined && isPlainImage(dataSource, images);
}
