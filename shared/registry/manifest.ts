/** What a manifest says of architectures. Pure. */
import { isObject, type Json, listAt, objectAt, stringAt } from '../golden-images/json.ts';
import { UnreadableError } from './unreadable.ts';

/** All that a registry may answer with. https://github.com/opencontainers/image-spec/blob/main/media-types.md, and Docker's own. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.5',
].join(', ');

export type Manifest =
  | { readonly kind: 'architectures'; readonly architectures: readonly string[] }
  /** A single image: only its configuration says what it is. */
  | { readonly kind: 'config'; readonly digest: string };

/** Throws `UnreadableError` or `MalformedError` for what is none, or says nothing. */
export function readManifest(document: unknown): Manifest {
  const manifests = listAt(document, 'manifests');
  const config = objectAt(document, 'config');
  // https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh: such a document is one thing to some and another to others
  if (manifests && config) throw new UnreadableError('its manifest is a list and a single image at once');
  if (manifests) return known(manifests.filter((item) => !isAttestation(item)).map(platformOf));
  const digest = stringAt(config, 'digest');
  if (digest !== undefined) return { kind: 'config', digest };
  if (isObject(document) && document.schemaVersion === 1)
    return known([{ architecture: stringAt(document, 'architecture'), os: undefined }]);
  throw new UnreadableError('its manifest is of a kind that is not known here');
}

/** The architecture that a single image's configuration names. Throws as `readManifest`. */
export function readImageConfig(document: unknown): readonly string[] {
  return architecturesOf([{ architecture: stringAt(document, 'architecture'), os: stringAt(document, 'os') }]);
}

export interface Platform {
  readonly architecture: string | undefined;
  readonly os: string | undefined;
}

/** Nobody has that many; more would flood a message. */
const MAX_ARCHITECTURES = 32;
/** GOARCH names, and what people write in their place. */
const ARCHITECTURE = /^[a-z0-9_]{1,16}$/i;

/**
 * Those on which virtual machines could run, each once, sorted. Attestations are `unknown/unknown`, arm comes in variants.
 * Throws `UnreadableError` where there is none: then nobody knows what the image is for.
 */
export function architecturesOf(platforms: readonly Platform[]): readonly string[] {
  const named = platforms
    .filter(({ os }) => os === undefined || os === '' || os === 'linux')
    .flatMap(({ architecture }) => (architecture === undefined || ['', 'unknown'].includes(architecture) ? [] : [architecture]));
  const architectures = [...new Set(named)].sort();
  if (architectures.length === 0) throw new UnreadableError('it names no architecture for Linux');
  if (architectures.length > MAX_ARCHITECTURES || !architectures.every((name) => ARCHITECTURE.test(name))) {
    throw new UnreadableError('it names architectures that nobody knows');
  }
  return architectures;
}

function known(platforms: readonly Platform[]): Manifest {
  return { kind: 'architectures', architectures: architecturesOf(platforms) };
}

function platformOf(item: Json): Platform {
  return { architecture: stringAt(item, 'platform', 'architecture'), os: stringAt(item, 'platform', 'os') };
}

/** https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
function isAttestation(item: Json): boolean {
  return stringAt(item, 'annotations', 'vnd.docker.reference.type') !== undefined;
}
