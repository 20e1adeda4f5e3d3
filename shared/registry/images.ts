/** What the images of the CR's own templates really are. Only the registries that these templates name are asked. */
import type { ImageReading, ImageSource } from '../golden-images/image.ts';
import { isLocalAddress, type RefusesAddress } from './addresses.ts';
import { insecureRule } from './insecure.ts';
import { type RegistryAccess, type RegistrySource, readFromRegistry, readFromStream } from './read-source.ts';
import { createReadings } from './readings.ts';
import { type ImageReference, parseImageReference } from './reference.ts';
import { unreadable } from './unreadable.ts';

export interface ImagesOptions {
  readonly now: () => Date;
  /** Addresses that are never connected to: those of this machine and its own link unless given. */
  readonly refuses?: RefusesAddress;
  /** For all requests of one image together, in ms. */
  readonly imageTimeMs?: number;
}

export interface Images {
  /**
   * One reading for each source, under its key. `insecureHosts` is the CR's list.
   * Never throws for what registries do. What is not read when `signal` aborts is read on, for the next time.
   * What a registry cannot say just now is what it last said, and asked for again after a minute; unknown where it never did.
   */
  readonly read: (
    sources: ReadonlyMap<string, ImageSource>,
    insecureHosts: readonly string[],
    access: RegistryAccess,
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<string, ImageReading>>;
}

const IMAGE_TIME_MS = 2_500;
const AT_ONCE = 6;
const KEPT = 500;
const TAG_LIFE_MS = 600_000;
const UNKNOWN_LIFE_MS = 60_000;

export function createImages({ now, refuses = isLocalAddress, imageTimeMs = IMAGE_TIME_MS }: ImagesOptions): Images {
  const readings = createReadings({ now, size: KEPT });
  const readRegistry = async (source: RegistrySource, isInsecure: (url: URL) => boolean, access: RegistryAccess, signal: AbortSignal) => {
    const image = parse(source.url);
    if (image.kind === 'unknown') return image;
    const isOpen = isInsecure(new URL(`https://${image.host}`));
    const key = JSON.stringify([image, source.namespace, source.secretRef, source.certConfigMap, isOpen]);
    const read = () => {
      const own = AbortSignal.timeout(imageTimeMs); // not the caller's: others may wait for the same image
      return unlessAborted(own, () => readFromRegistry(image, source, { access, isInsecure, refuses, signal: own }));
    };
    const reading = await unlessAborted(signal, () => readings.get(key, lifeOf(image), read));
    return reading.kind === 'known' ? reading : (readings.lastKnown(key) ?? reading);
  };
  return {
    read: async (sources, insecureHosts, access, signal) => {
      const isInsecure = insecureRule(insecureHosts);
      // A stream is asked for each time: the API server is at hand.
      const readOne = (source: ImageSource) =>
        source.kind === 'registry'
          ? readRegistry(source, isInsecure, access, signal)
          : unlessAborted(signal, () => readFromStream(source, access));
      return inParallel(sources, readOne);
    },
  };
}

function parse(url: string): (ImageReference & { readonly kind: 'image' }) | (ImageReading & { readonly kind: 'unknown' }) {
  try {
    return { kind: 'image', ...parseImageReference(url) };
  } catch (error) {
    return { kind: 'unknown', why: unreadable(error, 'it').message };
  }
}

/** How long a reading holds, in ms: a digest means the same for ever, a tag for a while. */
function lifeOf({ isDigest }: ImageReference): (reading: ImageReading) => number {
  return ({ kind }) => (kind === 'unknown' ? UNKNOWN_LIFE_MS : isDigest ? Number.POSITIVE_INFINITY : TAG_LIFE_MS);
}

const NOT_IN_TIME: ImageReading = { kind: 'unknown', why: 'there was no answer in time' };

/** Gives up waiting, not the work. */
async function unlessAborted(signal: AbortSignal, read: () => Promise<ImageReading>): Promise<ImageReading> {
  if (signal.aborted) return NOT_IN_TIME;
  const late = Promise.withResolvers<ImageReading>();
  const giveUp = () => late.resolve(NOT_IN_TIME);
  signal.addEventListener('abort', giveUp);
  try {
    return await Promise.race([read(), late.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** A few at once. */
async function inParallel<T, R>(items: ReadonlyMap<string, T>, work: (item: T) => Promise<R>): Promise<ReadonlyMap<string, R>> {
  const results = new Map<string, R>();
  const waiting = items.entries(); // shared: each worker takes the next
  const worker = async () => {
    for (const [key, item] of waiting) results.set(key, await work(item));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
