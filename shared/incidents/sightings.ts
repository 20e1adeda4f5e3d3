/** When this process first saw each intent, by its own clock: clocks of replicas differ, and nobody compares theirs. */
import type { Intent } from './incident.ts';

/** What is to be known of an intent to time it; `id` is of the attempt. */
type Attempt = Pick<Intent, 'id' | 'lastsMs' | 'isInDoubt'>;

export interface Sightings {
  /** An intent of our own begins. */
  readonly own: (intent: Attempt) => void;
  /** Whether it is one of ours: whoever sees it here knows that its call has ended. */
  readonly isOwn: (intent: Attempt) => boolean;
  /** Whether its owner may still be at work. Being asked is the first sight. */
  readonly isRunning: (intent: Attempt) => boolean;
}

const MOST = 1_000;

export function createSightings(now: () => Date): Sightings {
  const firstSeen = new Map<string, number>();
  const ours = new Set<string>();
  const see = ({ id }: Attempt): number => {
    const time = now().getTime();
    const seen = Math.min(firstSeen.get(id) ?? time, time); // a clock that was set back makes no wait longer
    firstSeen.set(id, seen);
    const [oldest = id] = firstSeen.keys();
    if (firstSeen.size > MOST) {
      firstSeen.delete(oldest);
      ours.delete(oldest);
    }
    return seen;
  };
  return {
    own: (intent) => {
      see(intent);
      ours.add(intent.id);
    },
    isOwn: ({ id }) => ours.has(id),
    isRunning: (intent) => !intent.isInDoubt && now().getTime() - see(intent) < intent.lastsMs,
  };
}
