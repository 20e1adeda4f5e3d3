/** What images were read to be, for as long as that holds; whoever asks for what is just being read waits for the same answer. */
import type { ImageReading } from '../golden-images/image.ts';

export interface Readings {
  /**
   * The reading under that key, done by `read` where there is none that still holds. `read` must not throw.
   * Where it finds nothing out, what was known stays the answer, for as long as `lifeMs` gives the unknown one.
   */
  readonly get: (key: string, lifeMs: (reading: ImageReading) => number, read: () => Promise<ImageReading>) => Promise<ImageReading>;
  /** What was last found out under that key, whether it still holds or not. */
  readonly lastKnown: (key: string) => ImageReading | undefined;
}

export interface ReadingsOptions {
  readonly now: () => Date;
  /** How many are kept; who was asked for longest ago goes first. */
  readonly size: number;
}

interface Kept {
  readonly reading: Promise<ImageReading>;
  /** In ms; endless while it is being read. */
  until: number;
  known: ImageReading | undefined;
}

export function createReadings({ now, size }: ReadingsOptions): Readings {
  const all = new Map<string, Kept>(); // in the order of use
  const keep = (key: string, kept: Kept): Kept => {
    all.delete(key);
    all.set(key, kept);
    for (const oldest of all.keys()) {
      if (all.size <= size) break;
      all.delete(oldest);
    }
    return kept;
  };
  return {
    get: (key, lifeMs, read) => {
      const held = all.get(key);
      if (held && held.until > now().getTime()) return keep(key, held).reading;
      const renew = async () => {
        const reading = await read();
        kept.until = now().getTime() + lifeMs(reading);
        if (reading.kind === 'known') kept.known = reading;
        return kept.known ?? reading;
      };
      const kept: Kept = { reading: renew(), until: Number.POSITIVE_INFINITY, known: held?.known };
      return keep(key, kept).reading;
    },
    lastKnown: (key) => all.get(key)?.known,
  };
}
