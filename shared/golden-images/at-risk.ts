/** Who is at risk, as bounded data for a record: counts and reasons of all, and the first names. */
import type { FailedRead } from './read.ts';

export type RiskClass = 'fine' | 'suspect' | 'unknown';

/** Why a machine is in its class. */
export type RiskReason =
  /** Its own guest runs, on the architecture that the machine asks for. */
  | 'own-guest'
  /** The guest of another clone of the same version of the image does. */
  | 'guest-of-a-clone'
  /** The version was imported for its architecture. */
  | 'imported-for-it'
  /** The version's default preference is for its architecture. */
  | 'preference'
  /** Its disk, or another clone of the same version, is older than the first node of another architecture. */
  | 'older-than-others'
  /** Its own guest runs on another architecture than it asks for at its next start. */
  | 'guest-differs'
  /** The version is for another architecture. */
  | 'image-differs'
  /** Its own nodeSelector asks for nodes of another architecture than it has itself. */
  | 'selects-others'
  /** It is not the architecture for which such images are usually imported, and nothing is known of the version. */
  | 'not-the-default'
  | 'nothing-known'
  | 'contradictory'
  | 'no-architecture';

export interface Group {
  readonly count: number;
  /** `namespace/name`, sorted; the first of them. */
  readonly names: readonly string[];
  /** The commonest first. */
  readonly reasons: readonly { readonly reason: RiskReason; readonly count: number }[];
}

export interface AtRisk {
  readonly total: number;
  readonly fine: Group;
  readonly suspect: Group;
  readonly unknown: Group;
  /** What might have proven more machines fine, and could not be read. */
  readonly unread: readonly FailedRead[];
}

/** A machine and what was found of it. */
export interface Judged {
  /** `namespace/name`. */
  readonly name: string;
  readonly found: RiskClass;
  readonly reason: RiskReason;
}

/** A record has room for so many names of a group. */
export const MAX_NAMES = 100;

export function toAtRisk(judged: readonly Judged[], unread: readonly FailedRead[]): AtRisk {
  const group = (found: RiskClass) => toGroup(judged.filter((machine) => machine.found === found));
  return { total: judged.length, fine: group('fine'), suspect: group('suspect'), unknown: group('unknown'), unread };
}

function toGroup(judged: readonly Judged[]): Group {
  const reasons = [...Map.groupBy(judged, ({ reason }) => reason)].map(([reason, found]) => ({ reason, count: found.length }));
  return {
    count: judged.length,
    names: judged
      .map(({ name }) => name)
      .sort()
      .slice(0, MAX_NAMES),
    reasons: reasons.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
  };
}
