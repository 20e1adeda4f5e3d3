/** One alert's condition on one cluster over time. Everything here is plain JSON, so that any store can keep it. */

import type { ToldRemedy } from '../checked-remedy.ts';
import type { AtRisk } from '../golden-images/at-risk.ts';
import type { Cause } from '../golden-images/cause.ts';
import type { AlertName, Condition } from '../golden-images/conditions.ts';
import type { FieldOwner } from '../golden-images/field-owner.ts';
import type { OperatorState } from '../golden-images/operator.ts';
import type { FailedRead, Read } from '../golden-images/read.ts';
import type { ListVersions } from '../golden-images/snapshot.ts';
import type { Claim, Verdict } from '../golden-images/verdict.ts';

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
  /** The golden image that it is about, as the alert names it; only where it names one. */
  readonly image?: string;
  /** Whether the Alertmanager that we ask has listed it: only then does its absence from the list say something. */
  readonly listed?: boolean;
  /** The labels by which the alert named this cluster; only where it has some. */
  readonly cluster?: Readonly<Record<string, string>>;
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
  readonly remedies: readonly ToldRemedy[];
  /** The version that plain kubectl edits the CR in; undefined where no server said. */
  readonly preferredVersion: string | undefined;
  /** Why it is not known which fields the server takes; undefined where it is. */
  readonly schemaFailure: FailedRead | undefined;
  /** How HCO's operator did then; undefined where nobody asked. */
  readonly operator?: Read<OperatorState> | undefined;
  /** The virtual machines that boot from the images concerned; undefined where that is no question, or nobody asked. */
  readonly atRisk?: Read<AtRisk> | undefined;
  /** Who it was when that could last be read; only where it cannot be now and the condition is present. */
  readonly lastAtRisk?: AtRisk | undefined;
  /** Slack's ids of those who asked for the look; only where somebody did. */
  readonly askedBy?: readonly string[];
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
  /** Who wrote the input that ended it, if that was since the condition was last seen present. */
  readonly by?: FieldOwner;
}

export interface FactChange {
  readonly what:
    | 'architecture-added'
    | 'architecture-gone'
    | 'images-added'
    | 'images-gone'
    | 'machines-added'
    | 'machines-gone'
    | 'nodes-left';
  readonly names: readonly string[];
}

/** What the channel shows. */
export interface Said {
  readonly channel: string;
  readonly ts: string;
  readonly revision: number;
  /** RFC 3339; the "checked" time that the message shows. */
  readonly checkedAt: string | undefined;
  /** How many announcements of the episode are told, from the first on. */
  readonly announcements: number;
  /** A digest per attached file. */
  readonly files: Readonly<Record<string, string>>;
}

/** What somebody is about to do in the channel: nobody else does anything there meanwhile. */
export interface Intent {
  readonly id: string;
  readonly step: 'post' | 'edit' | 'reply' | 'file';
  /** RFC 3339, by its owner's clock; a look-back begins some minutes earlier. */
  readonly at: string;
  /** For so long, in ms, others wait, each by its own clock from when it first sees the intent. */
  readonly lastsMs: number;
  /** Whether its owner knows that the call has ended and not what came of it: then nobody needs to wait, only to look back. */
  readonly isInDoubt: boolean;
  /** What the channel shows when it is done; where is not known before a post. */
  readonly willSay: Omit<Said, 'channel' | 'ts'>;
}

/** A person has seen it and takes care of it. */
export interface Acknowledgement {
  /** Slack's id of the person. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
}

/** A silence in Alertmanager that a person asked for. */
export interface Silence {
  /** Alertmanager's. */
  readonly id: string;
  /** Slack's id of the person. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  /** RFC 3339. */
  readonly until: string;
  /** Label values that an alert must have; only where they are known. */
  readonly matchers?: Readonly<Record<string, string>>;
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
  /** The alert went quiet, the condition was still present when last checked, and nothing has fired since: that is told once. */
  readonly isContradicted: boolean;
  readonly facts: Facts | undefined;
  /** What was known while the condition was last present: a resolve is explained by the difference. */
  readonly lastPresent: Facts | undefined;
  /** Set while the condition is absent, if the episode began otherwise. */
  readonly resolution: Resolution | undefined;
  readonly failure: Failure | undefined;
  /** How many announcements came before those below: they are told, or a post says them, and nobody needs them any more. */
  readonly announced: number;
  /** Those that may still have to be told; the first has the number `announced + 1` in the episode. */
  readonly announcements: readonly Announcement[];
  /** Grows whenever anything but times changed. */
  readonly revision: number;
  readonly said: Said | undefined;
  readonly intent: Intent | undefined;
  /** The `ts` of messages of this episode that Slack lets nobody edit any more: a look-back must not find them again. */
  readonly closed: readonly string[];
  readonly acknowledged: Acknowledgement | undefined;
  /** Of several the one that ends last; it stays here when it has ended. */
  readonly silenced?: Silence;
  /** RFC 3339; the look before it was opened: since then somebody may have told of it without a record. Undefined where there was none. */
  readonly searchFrom?: string | undefined;
}

/** The latest look that was recorded: what is older is not taken, and events that it has seen wake no other. */
export interface RecordedLook {
  /** RFC 3339. */
  readonly takenAt: string;
  readonly versions: ListVersions;
}

export interface Incident {
  /** `CLUSTER_NAME/alert name`. */
  readonly key: string;
  readonly cluster: string;
  readonly alert: AlertName;
  /** Claims outlive episodes: a late repeat of what is resolved must stay silent. */
  readonly series: readonly SeriesClaim[];
  readonly look: RecordedLook | undefined;
  readonly episode: Episode | undefined;
}

/** An incident that nobody has looked at yet. */
export function newIncident(cluster: string, alert: AlertName): Incident {
  return { key: incidentKey(cluster, alert), cluster, alert, series: [], look: undefined, episode: undefined };
}

/** The key of an incident: from configuration and delivery alone, so that it is known in an outage too. */
export function incidentKey(cluster: string, alert: AlertName): string {
  return `${cluster}/${alert}`;
}

/** An episode of which nothing is known but this. */
export function newEpisode(known: Pick<Episode, 'id' | 'openedAt' | 'verdict' | 'claim' | 'revision'>): Episode {
  return {
    ...known,
    overAt: undefined,
    returns: 0,
    isContradicted: known.verdict === 'contradicted',
    facts: undefined,
    lastPresent: undefined,
    resolution: undefined,
    failure: undefined,
    announced: 0,
    announcements: [],
    said: undefined,
    intent: undefined,
    closed: [],
    acknowledged: undefined,
  };
}
