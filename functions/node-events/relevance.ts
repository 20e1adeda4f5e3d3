/** What was last seen of each object, so that an event that cannot matter is answered at once. Bounded; gone with the process. */
import type { Change } from './change.ts';
import { versionNumber } from './version-number.ts';

/** A change that somebody is looking after. */
export interface Followed {
  /** What a look must have seen: the newest version known of the object, for what was overtaken says that something lay between. */
  readonly resourceVersion: string | undefined;
  /** Its look succeeded. Until then nothing is remembered: the sender's repeat after a 503 must wake another look. */
  readonly succeeded: () => void;
  readonly failed: () => void;
}

export interface Relevance {
  /** Undefined for a change that cannot matter; else it must be looked after, and one of its two ends be told. */
  readonly follow: (change: Change) => Followed | undefined;
}

interface Seen {
  readonly version: bigint;
  /** Undefined, as the digest, after a failed look: then only the version counts. */
  readonly action: Change['action'] | undefined;
  readonly digest: string | undefined;
}

/** Twice the largest cluster that Kubernetes supports; about 200 bytes each. */
const MAX_OBJECTS = 10_000;

/** Remembers at most `maxObjects`; of who was not seen for the longest, the next event counts as the first. */
export function createRelevance(maxObjects: number = MAX_OBJECTS): Relevance {
  const seen = new Map<string, Seen>();
  /** How many changes of an object are looked after. While there are any, what is remembered is not what the record will hold. */
  const followed = new Map<string, number>();

  const remember = (key: string, now: Seen) => {
    const before = seen.get(key);
    seen.delete(key); // what is set anew goes to the end: the first one is the oldest
    seen.set(key, before && before.version > now.version ? before : now); // events overtake each other
    const [oldest] = seen.keys();
    if (seen.size > maxObjects && oldest !== undefined) seen.delete(oldest);
  };
  const end = (key: string, now: Seen) => {
    const left = (followed.get(key) ?? 1) - 1;
    if (left > 0) followed.set(key, left);
    else followed.delete(key);
    remember(key, now);
  };

  return {
    follow: (change) => {
      const { resource, uid, action, digest, resourceVersion } = change;
      const version = versionNumber(resourceVersion);
      if (uid === undefined || version === undefined) return { resourceVersion, succeeded: ignore, failed: ignore };
      const key = `${resource}/${uid}`;
      const before = seen.get(key);
      const now: Seen = { version, action, digest };
      if (!followed.has(key) && isOldNews(now, before)) {
        remember(key, now);
        return undefined;
      }
      followed.set(key, (followed.get(key) ?? 0) + 1);
      const newest = greatest(version, before?.version);
      return {
        resourceVersion: String(newest),
        succeeded: () => end(key, now),
        failed: () => end(key, { version: greatest(newest, seen.get(key)?.version), action: undefined, digest: undefined }),
      };
    },
  };
}

const ignore = () => undefined;

function greatest(a: bigint, b: bigint | undefined): bigint {
  return b !== undefined && b > a ? b : a;
}

/** The same event again, or a newer update that changed nothing that matters. */
function isOldNews(now: Seen, before: Seen | undefined): boolean {
  if (before === undefined || now.version < before.version) return false;
  if (now.version === before.version) return now.action === before.action;
  return now.action === 'update' && before.action !== 'delete' && now.digest !== undefined && now.digest === before.digest;
}
