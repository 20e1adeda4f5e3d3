/** One source of an image read, with what it needs of the cluster: never an error, but unknown and why. */
import type { ImageReading, ImageSource } from '../golden-images/image.ts';
import type { FailureReason, Read } from '../golden-images/read.ts';
import type { RefusesAddress } from './addresses.ts';
import type { Credentials } from './authorize.ts';
import { imageStreamTagName, readImageStreamTag } from './image-stream.ts';
import { readImage } from './read-image.ts';
import type { ImageReference } from './reference.ts';
import { createSession } from './session.ts';
import { createTransport } from './transport.ts';
import { UnreadableError, unreadable } from './unreadable.ts';

/** What is asked of the cluster. A value that is undefined: it is not there. */
export interface RegistryAccess {
  readonly credentials: (namespace: string, secret: string) => Promise<Read<Credentials | undefined>>;
  /** PEM. */
  readonly certificates: (namespace: string, configMap: string) => Promise<Read<readonly string[] | undefined>>;
  /** `tag` is `stream:tag`. */
  readonly imageStreamTag: (namespace: string, tag: string) => Promise<Read<unknown>>;
}

export type RegistrySource = ImageSource & { readonly kind: 'registry' };
export type ImageStreamSource = ImageSource & { readonly kind: 'image-stream' };

export interface RegistryContext {
  readonly access: RegistryAccess;
  readonly isInsecure: (url: URL) => boolean;
  readonly refuses: RefusesAddress;
  /** For all requests to the registry. */
  readonly signal: AbortSignal;
}

/** Without what may not be read it is tried all the same: many registries need neither. */
export async function readFromRegistry(image: ImageReference, source: RegistrySource, context: RegistryContext): Promise<ImageReading> {
  const { access, isInsecure } = context;
  const missing = new Set<string>();
  const readNamed = async <T>(what: string, name: string | undefined, read: (namespace: string, name: string) => Promise<Read<T>>) => {
    if (!name) return undefined;
    const found = await read(source.namespace, name);
    if (!found.ok) missing.add(`${what} ${FAILURES[found.failure.reason] ?? 'could not be read'}`);
    else if (found.value === undefined) missing.add(`${what} is not there`);
    return found.ok ? found.value : undefined;
  };
  const credentials = () => readNamed('the Secret that the template names', source.secretRef, access.credentials);
  return orUnknown(missing, async () => {
    const what = 'the ConfigMap with certificates that the template names';
    const certificates = (await readNamed(what, source.certConfigMap, access.certificates)) ?? [];
    const transport = createTransport({ ...context, certificates });
    try {
      return await readImage(image, createSession({ image, transport, isInsecure, credentials }));
    } finally {
      transport.close();
    }
  });
}

export function readFromStream({ namespace, name }: ImageStreamSource, { imageStreamTag }: RegistryAccess): Promise<ImageReading> {
  return orUnknown(new Set(), async () => {
    const read = await imageStreamTag(namespace, imageStreamTagName(name));
    if (!read.ok) throw new UnreadableError(`the image stream ${FAILURES[read.failure.reason] ?? 'could not be read'}`);
    if (read.value === undefined) throw new UnreadableError('the cluster has no such image stream, or not with this tag');
    return readImageStreamTag(read.value);
  });
}

/** The API server's own words name the Secret. */
const FAILURES: Readonly<Partial<Record<FailureReason, string>>> = {
  forbidden: 'may not be read',
  timeout: 'could not be read in time',
  malformed: 'does not hold what it should',
};

async function orUnknown(missing: ReadonlySet<string>, read: () => Promise<readonly string[]>): Promise<ImageReading> {
  try {
    return { kind: 'known', architectures: await read() };
  } catch (error) {
    return { kind: 'unknown', why: [unreadable(error, 'it').message, ...missing].join('; ') };
  }
}
