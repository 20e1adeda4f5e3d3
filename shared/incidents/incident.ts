/** One alert's condition on one cluster over time. Everything here is plain JSON, so that any store can keep it. */
import type { AlertName, Cause, Condition } from '../golden-images/conditions.ts';
import type { FailedRead } from '../golden-images/snapshot.ts';
import type { Claim, Verdict } from '../golden-images/verdict.ts';
import type { CheckedRemedy } from '../judge.ts';

/** What one Alertmanager series last said. */
export interface SeriesClaim {
  readonly fingerprint: string;
  readonly groupKey: string;
  /** `gone`: its group went on without it, and no delivery said that it resolved (a silence, a lost delivery): it may fire again unchanged. */
  readonly status: 'firing' | 'resolved' | 'gone';
  /** RFC 3339. A later one is a new run of the same series. */
  readonly startsAt: string;
  /** RFC 3339; when we heard it last. */
  readonly heardAt: string;
  readonly links: AlertLinks;
}

/** Where the alert came from, for links; untrusted. */
export interface AlertLinks {
  readonly runbook: string | undefined;
  readonly graph: string | undefined;
  readonly alertmanager: string | undefined;
}

/** What the last look that succeeded found. */
export interface Facts {
  /** RFC 3339. */
  readonly checkedAt: string;
  readonly condition: Exclude<Condition, { readonly kind: 'unknown' }>;
  readonly remedies: readonly CheckedRemedy[];
  /** The version that plain kubectl edits the CR in; undefined where no server said. */
  readonly preferredVersion: string | undefined;
  /** Why it is not known which fields the server takes; undefined where it is. */
  readonly schemaFailure: FailedRead | undefined;
}

/** Looks that failed since the last that succeeded. */
export interface Failure {
  /** RFC 3339; the first of them. */
  readonly since: string;
  readonly unread: readonly FailedRead[];
}

/** Something that a person must not miss: a reply in the message's thread. */
export type Announcement = { readonly at: string } & (
  | { readonly kind: 'opened' }
  | { readonly kind: 'changed'; readonly changes: readonly FactChange[] }
  | { readonly kind: 'contradicted' }
  | ({ readonly kind: 'resolved' } & Resolution)
  /** `count` is how often it has come back; 0 where it was over whenever it was looked at before. */
  | { readonly kind: 'back'; readonly count: number }
);

/** Why it is over: the difference to what was known while the condition was present. */
export interface Resolution {
  /** The input that makes it absent now. */
  readonly cause: Cause;
  /** Whether the CR selects other workload nodes than then. */
  readonly placementChanged: boolean;
  /** Nodes that are no longer workload nodes; sorted. */
  readonly left: readonly string[];
}

export interface FactChange {
  readonly what: 'architecture-added' | 'architecture-gone' | 'images-added' | 'images-gone' | 'nodes-left';
  readonly names: readonly string[];
}

/** What the channel shows. */
export interface Said {
  readonly channel: string;
  readonly ts: string;
  readonly revision: number;
  /** RFC 3339; the "checked" time that the message shows. */
  readonly checkedAt: string | undefined;
  /** How many announcements are told. */
  readonly announcements: number;
  /** A digest per attached file. */
  readonly files: Readonly<Record<string, string>>;
}

/** One run of an incident: its own id and its own message. */
export interface Episode {
  readonly id: string;
  /** RFC 3339. */
  readonly openedAt: string;
  /** RFC 3339; set while the condition is absent. */
  readonly overAt: string | undefined;
  /** How often the condition came back within the flap window. */
  readonly returns: number;
  readonly verdict: Verdict;
  readonly claim: Claim;
  readonly facts: Facts | undefined;
  /** What was known while the condition was last present: a resolve is explained by the difference. */
  readonly lastPresent: Facts | undefined;
  /** Set while the condition is absent, if the episode began otherwise. */
  readonly resolution: Resolution | undefined;
  readonly failure: Failure | undefined;
  readonly announcements: readonly Announcement[];
  /** Grows whenever anything but times changed. */
  readonly revision: number;
  readonly said: Said | undefined;
}

export interface Incident {
  /** `CLUSTER_NAME/alert name`. */
  readonly key: string;
  readonly cluster: string;
  readonly alert: AlertName;
  /** Claims outlive episodes: a late repeat of what is resolved must stay silent. */
  readonly series: readonly SeriesClaim[];
  readonly episode: Episode | undefined;
}

/** The key of an incident: from configuration and delivery alone, so that it is known in an outage too. */
export function incidentKey(cluster: string, alert: AlertName): string {
  return `${cluster}/${alert}`;
}
