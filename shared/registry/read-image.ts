/** The architectures of one image, from its manifest, or from its configuration where it is a single one. */
import { createHash } from 'node:crypto';
import { MANIFEST_TYPES, readImageConfig, readManifest } from './manifest.ts';
import { DIGEST, type ImageReference } from './reference.ts';
import type { Session } from './session.ts';
import { UnreadableError } from './unreadable.ts';

/** Throws `UnreadableError` or `MalformedError` where they cannot be told for sure. */
export async function readImage({ reference, isDigest }: ImageReference, { get }: Session): Promise<readonly string[]> {
  const body = await get(`manifests/${reference}`, MANIFEST_TYPES);
  if (isDigest) verify(body, reference);
  const manifest = readManifest(parse(body));
  if (manifest.kind === 'architectures') return manifest.architectures;
  // It becomes part of a path.
  if (!DIGEST.test(manifest.digest)) throw new UnreadableError('its manifest names no configuration that can be verified');
  const config = await get(`blobs/${manifest.digest}`, '*/*');
  verify(config, manifest.digest);
  return readImageConfig(parse(config));
}

function verify(body: Buffer, digest: string): void {
  const [algorithm = '', expected] = digest.split(':');
  if (createHash(algorithm).update(body).digest('hex') === expected) return;
  throw new UnreadableError('the registry answered with something else: the digest does not fit');
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new UnreadableError('the registry answered with what is not JSON'); // the parser's own message quotes the answer
  }
}
