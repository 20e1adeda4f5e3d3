/** What a remedy is: one way out of an alert's condition, as data. */
import type { HyperConvergedVersion } from '../api-version.ts';
import type { Cause } from '../cause.ts';
import type { AlertName, Evidence, GoldenImageCondition } from '../conditions.ts';
import type { HyperConverged } from '../hyperconverged.ts';
import type { ImageReading } from '../image.ts';
import type { JsonObject } from '../json.ts';
import { type Names, NO_NAMES } from '../names.ts';
import type { Node } from '../node.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Template } from '../templates.ts';

/** A cluster on which the condition of `alert` was judged, and the API version that its remedies are written in. */
export interface Situation {
  readonly alert: AlertName;
  readonly snapshot: Snapshot;
  readonly nodes: readonly Node[];
  /** As `version` shows it. */
  readonly hyperConverged: HyperConverged;
  readonly version: HyperConvergedVersion;
  readonly evidence: Evidence;
  /** Why the condition is absent; undefined where it is present. */
  readonly cause: Cause | undefined;
  /** The golden images that the alert's condition was judged on. */
  readonly judged: readonly GoldenImageCondition[];
  readonly templates: readonly Template[];
  /** What is known of the image of a template. */
  readonly imageOf: (template: Template) => ImageReading;
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
  /** Golden images that HCO reports afterwards, and for how many imports they stand: one for each of their architectures while the import is on. */
  readonly goldenImages?: { readonly images: number; readonly imports: number } | undefined;
  /** Whether the alert's condition is absent afterwards. */
  readonly clears: boolean;
  /** Alerts that are quiet now and will start, with the golden images that they will name. */
  readonly starts: readonly { readonly alert: AlertName; readonly goldenImages: readonly string[] }[];
}

/** One change of the CR, and the state after it. */
export interface Change {
  /** JSON merge patch (RFC 7396) for the CR in the situation's version. */
  readonly patch: JsonObject;
  /** The whole CR, before and after. */
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
  /** Only a person can complete the change: as it is printed it does nothing good. */
  readonly isPattern: boolean;
  /** The operator's pods are to be started again, and the CR stays as it is. */
  readonly restartsOperator: boolean;
  /** What it does to whom, and what it costs: a sentence each. */
  readonly costs: readonly string[];
  /** Nodes about which a person must know, before it is done, whether virtual machines run there. */
  readonly checkFirst: readonly string[];
  /** Virtual machines that are known to run on nodes that it takes away, as `namespace/name`. */
  readonly orphans: Names;
}

export interface Proposal extends Draft {
  readonly target: Target;
}

export interface Remedy {
  readonly alerts: readonly AlertName[];
  /** Whether it is for an alert that still fires while its condition is absent; all others are for one that is present. */
  readonly isForStale?: true;
  /** None where it is no way out here; one, or one for each architecture present. */
  readonly propose: (situation: Situation) => readonly Draft[];
}

/** A draft of which only what is said is so: by itself it cannot work, and does nothing. */
export function draft(said: Pick<Draft, 'id' | 'title'> & Partial<Draft>): Draft {
  return {
    feasible: false,
    advised: false,
    reason: undefined,
    change: undefined,
    isPattern: false,
    restartsOperator: false,
    costs: [],
    checkFirst: [],
    orphans: NO_NAMES,
    ...said,
  };
}
