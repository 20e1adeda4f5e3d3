/** Which of two looks saw the newer cluster. Pure. */
import type { ListVersions } from '../golden-images/snapshot.ts';
import type { RecordedLook } from './incident.ts';

type Seen = RecordedLook;

/** Whether the record has a newer look: by the versions of the lists, and by the clock where a list could not be read. */
export function isOlder(look: Seen, recorded: Seen | undefined): boolean {
  if (recorded === undefined) return false;
  const failed = LISTS.some((list) => look.versions[list] === undefined && recorded.versions[list] !== undefined);
  if (failed && Date.parse(look.takenAt) < Date.parse(recorded.takenAt)) return true;
  return LISTS.some((list) => isLower(look.versions[list], recorded.versions[list]));
}

/** Both looks as one: of each list the version that was read last. */
export function latestLook(before: RecordedLook | undefined, { takenAt, versions }: Seen): RecordedLook {
  return {
    takenAt,
    versions: {
      nodes: versions.nodes ?? before?.versions.nodes,
      hyperConverged: versions.hyperConverged ?? before?.versions.hyperConverged,
    },
  };
}

/** What all of these looks have seen, of each list by itself; undefined where one of them has seen nothing. */
export function commonLook(looks: readonly (RecordedLook | undefined)[]): RecordedLook | undefined {
  const seen = looks.filter((look) => look !== undefined);
  if (seen.length < looks.length) return undefined;
  return seen.reduce<RecordedLook | undefined>((least, look) => (least ? lesser(least, look) : look), undefined);
}

function lesser(a: RecordedLook, b: RecordedLook): RecordedLook {
  const takenAt = Date.parse(b.takenAt) < Date.parse(a.takenAt) ? b.takenAt : a.takenAt;
  const of = (list: keyof ListVersions) => lower(a.versions[list], b.versions[list]);
  return { takenAt, versions: { nodes: of('nodes'), hyperConverged: of('hyperConverged') } };
}

/** Undefined where the two cannot be compared. */
function lower(a: string | undefined, b: string | undefined): string | undefined {
  if (a === b || isLower(a, b)) return a;
  return isLower(b, a) ? b : undefined;
}

const LISTS: readonly (keyof ListVersions)[] = ['nodes', 'hyperConverged'];

/**
 * Versions of one resource grow (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions); what is not a
 * whole number cannot be compared, and is not lower.
 */
function isLower(a: string | undefined, b: string | undefined): boolean {
  return isNumber(a) && isNumber(b) && BigInt(a) < BigInt(b);
}

function isNumber(version: string | undefined): version is string {
  return version !== undefined && /^\d+$/.test(version);
}
