/** What images were read to be, for as long as that holds; whoever asks for what is just being read waits for the same answer. */
import type { ImageReading } from '../golden-images/image.ts';

export interface Readings {
  /** The reading under that key, done by `read` where there is none that still holds. `read` must not throw. */
  readonly get: (key: string, lifeMs: (reading: ImageReading) => number, read: () => Promise<ImageReading>) => Promise<ImageReading>;
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
}

export function createReadings({ now, size }: ReadingsOptions): Readings {
  const all = new Map<string, Kept>(); // in the order of use
  const keep = (key: string, kept: Kept) => {
    all.delete(key);
    all.set(key, kept);
    for (const oldest of all.keys()) {
      if (all.size <= size) break;
      all.delete(oldest);
    }
    return kept.reading;
  };
  return {
    get: (key, lifeMs, read) => {
      const held = all.get(key);
      if (held && held.until > now().getTime()) return keep(key, held);
      const kept: Kept = { reading: read(), until: Number.POSITIVE_INFINITY };
      kept.reading.then((reading) => {
        kept.until = now().getTime() + lifeMs(reading);
      });
      return keep(key, kept);
    },
  };
}
