/** What a remedy is: one way out of an alert's condition, as data. */
import type { HyperConvergedVersion } from '../api-version.ts';
import type { AlertName, Evidence } from '../conditions.ts';
import type { HyperConverged } from '../hyperconverged.ts';
import type { JsonObject } from '../json.ts';
import type { Node } from '../node.ts';
import type { Snapshot } from '../snapshot.ts';

/** A cluster on which the condition of `alert` is present, and the API version that its remedies are written in. */
export interface Situation {
  readonly alert: AlertName;
  readonly snapshot: Snapshot;
  readonly nodes: readonly Node[];
  /** As `version` shows it. */
  readonly hyperConverged: HyperConverged;
  readonly version: HyperConvergedVersion;
  readonly evidence: Evidence;
  /** The alerts whose condition is present now. */
  readonly present: ReadonlySet<AlertName>;
}

/** The state after a change: the domain, run on the patched CR and the live nodes. */
export interface Prediction {
  readonly workloadArchitectures: readonly string[];
  readonly workloadNodes: number;
  /** Workload nodes on which virtual machines can run; undefined where KubeVirt has marked no node. */
  readonly open: number | undefined;
  /** Nodes that stop, or start, being workload nodes; sorted. */
  readonly leaving: readonly string[];
  readonly joining: readonly string[];
  /** Whether the alert's condition is absent afterwards. */
  readonly clears: boolean;
  /** Alerts that are quiet now and will start, with the golden images that they will name. */
  readonly starts: readonly { readonly alert: AlertName; readonly goldenImages: readonly string[] }[];
}

/** One change of the CR, and the state after it. */
export interface Change {
  /** JSON merge patch (RFC 7396) for the CR in the situation's version. */
  readonly patch: JsonObject;
  /** The touched paths of the CR, and nothing else of it. */
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly prediction: Prediction;
}

/** What a change is applied to. */
export interface Target {
  readonly version: HyperConvergedVersion;
  readonly namespace: string;
  readonly name: string;
}

/** What one file of this folder says; who proposes adds the rest. */
export interface Draft {
  readonly id: string;
  readonly title: string;
  /** By simulation the alert clears, and workload nodes are left. */
  readonly feasible: boolean;
  /** We would do it ourselves. */
  readonly advised: boolean;
  /** Why it cannot work, or why it is not advised; undefined where it is. */
  readonly reason: string | undefined;
  /** Undefined where there is nothing to patch. */
  readonly change: Change | undefined;
  /** What it does to whom, and what it costs: a sentence each. */
  readonly costs: readonly string[];
  /** Nodes about which a person must know, before it is done, whether virtual machines run there. */
  readonly checkFirst: readonly string[];
}

export interface Proposal extends Draft {
  readonly target: Target;
}

export interface Remedy {
  readonly alert: AlertName;
  /** One proposal, or one for each architecture present. */
  readonly propose: (situation: Situation) => readonly Draft[];
}
