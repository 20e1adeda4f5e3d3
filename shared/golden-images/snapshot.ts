/** What one look at the cluster read: each part complete, or failed with its reason. Unknown is never an empty list. */
import type { HyperConvergedVersion } from './api-version.ts';
import type { HyperConverged } from './hyperconverged.ts';
import type { ImageReading } from './image.ts';
import type { JsonObject } from './json.ts';
import type { KubeVirtReads } from './kubevirt-reads.ts';
import type { Node } from './node.ts';
import type { OperatorState } from './operator.ts';
import type { FailedRead, FailureReason, Read } from './read.ts';

/** What this API server says of the group `hco.kubevirt.io`. */
export interface ServedVersions {
  readonly versions: readonly string[];
  /** The version that plain `kubectl get hyperconverged` uses. */
  readonly preferred: string;
  /** Whether v1 is served and its schema has `spec.workloadSources.enableMultiArchBootImageImport`. */
  readonly v1HasImportField: Read<boolean>;
  /** The OpenAPI schema of HyperConverged, references resolved, in the version that remedies are written in; undefined where nobody asked. */
  readonly schema?: { readonly version: HyperConvergedVersion; readonly read: Read<JsonObject> } | undefined;
  /** Whether SSP's API is there, by which golden images come about; undefined where nobody asked. */
  readonly hasSsp?: Read<boolean> | undefined;
}

/** The `resourceVersion` of each list that was read; undefined where it was not, or nobody said. Those of one resource can be compared. */
export interface ListVersions {
  readonly nodes: string | undefined;
  readonly hyperConverged: string | undefined;
}

export interface Snapshot {
  /** RFC 3339. */
  readonly takenAt: string;
  readonly versions: ListVersions;
  readonly nodes: Read<readonly Node[]>;
  /** A complete list without a HyperConverged is a value: undefined. */
  readonly hyperConverged: Read<HyperConverged | undefined>;
  /** Undefined where no server was asked: a saved dump. */
  readonly served: ServedVersions | undefined;
  /** Explains a verdict and decides none; undefined where nobody asked: a saved dump, or no HyperConverged to say where it runs. */
  readonly operator: Read<OperatorState> | undefined;
  /** The same CR in the other version that is served; undefined where there is none, or nobody asked. */
  readonly counterpart?: Read<HyperConverged> | undefined;
  /** What runs on the cluster, and from which images; undefined where nobody asked: no condition is present, or a dump without it. */
  readonly kubeVirt?: KubeVirtReads | undefined;
  /** What the images of the CR's own templates really are, by the template's name; undefined where nobody asked. */
  readonly images?: ReadonlyMap<string, ImageReading> | undefined;
}

/** The reads of a snapshot that failed, in a stable order; one failure that hit both is one. */
export function failedReads({ hyperConverged, nodes }: Snapshot): readonly FailedRead[] {
  return [...new Set([hyperConverged, nodes].flatMap((read) => (read.ok ? [] : [read.failure])))];
}

const LASTING: readonly FailureReason[] = ['forbidden', 'not-served', 'ambiguous', 'malformed'];

/** Whether a failure stays until a person does something; all others may be gone at the next look. */
export function isLasting({ reason }: FailedRead): boolean {
  return LASTING.includes(reason);
}
