/** What an incident is told of a look at the cluster. */
import type { ListVersions, ServedVersions, Snapshot } from '../golden-images/snapshot.ts';
import type { Judgement } from '../judge.ts';
import type { DeliveredClaims } from './claims.ts';

/** One look, as one incident sees it. */
export interface Look {
  readonly judgement: Judgement;
  readonly served: ServedVersions | undefined;
  readonly versions: ListVersions;
  /** How HCO's operator does; undefined where nobody asked. */
  readonly operator?: Snapshot['operator'];
  /** RFC 3339; when the look was taken. */
  readonly at: string;
  /** What the signals that woke us said of this alert, in the order they came. */
  readonly claims: readonly DeliveredClaims[];
  /** Slack's ids of those who asked for it; none unless they are named. */
  readonly askedBy?: readonly string[];
  readonly flapWindowMs: number;
  /** For a new episode. */
  readonly newEpisodeId: () => string;
}
