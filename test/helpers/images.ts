/** Images as registries keep them, with the digests that they really have. */
import { createHash } from 'node:crypto';

/** A manifest or a blob. */
export interface Content {
  readonly type: string;
  readonly body: Buffer;
  readonly digest: string;
}

export interface SingleImage {
  readonly manifest: Content;
  /** Its configuration, and its one layer. */
  readonly blobs: readonly Content[];
}

export const TYPES = {
  oci: {
    list: 'application/vnd.oci.image.index.v1+json',
    image: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar',
  },
  docker: {
    list: 'application/vnd.docker.distribution.manifest.list.v2+json',
    image: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar',
  },
} as const;

export type Format = keyof typeof TYPES;

export interface Platform {
  readonly architecture?: string;
  readonly os?: string;
  readonly variant?: string;
}

export function contentOf(type: string, document: object): Content {
  return bytesOf(type, Buffer.from(JSON.stringify(document)));
}

/** An image for one architecture: its manifest does not say which, its configuration does. */
export function singleImage(format: Format, platform: Platform): SingleImage {
  const types = TYPES[format];
  const layer = bytesOf(types.layer, Buffer.from('a disk'));
  const config = contentOf(types.config, { ...platform, config: {}, rootfs: { type: 'layers', diff_ids: [layer.digest] } });
  const manifest = { schemaVersion: 2, mediaType: types.image, config: descriptorOf(config), layers: [descriptorOf(layer)] };
  return { manifest: contentOf(types.image, manifest), blobs: [config, layer] };
}

export interface Listed {
  readonly image: SingleImage;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An OCI index, or Docker's manifest list. */
export function imageList(format: Format, images: readonly Listed[]): Content {
  const manifests = images.map(({ image, platform, annotations }) => ({ ...descriptorOf(image.manifest), platform, annotations }));
  return contentOf(TYPES[format].list, { schemaVersion: 2, mediaType: TYPES[format].list, manifests });
}

/** One image for each platform; its entry in the list says the same. */
export function listedImages(format: Format, platforms: readonly Platform[]): readonly Listed[] {
  return platforms.map((platform) => ({ image: singleImage(format, platform), platform }));
}

/** What BuildKit puts beside an image: how it was built. */
export function attestation(of: SingleImage): Listed {
  const platform = { architecture: 'unknown', os: 'unknown' };
  const annotations = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': of.manifest.digest };
  return { image: singleImage('oci', platform), platform, annotations };
}

function bytesOf(type: string, body: Buffer): Content {
  return { type, body, digest: `sha256:${createHash('sha256').update(body).digest('hex')}` };
}

function descriptorOf({ type, body, digest }: Content) {
  return { mediaType: type, size: body.length, digest };
}
