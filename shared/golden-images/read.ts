/** One read of the cluster: complete, or failed with its reason. Unknown is never an empty list. */

/** Why something could not be read. */
export type FailureReason =
  | 'forbidden'
  | 'unauthorized'
  | 'not-served'
  | 'not-in-file'
  | 'ambiguous'
  | 'malformed'
  | 'timeout'
  | 'unreachable'
  | 'server-error';

export interface FailedRead {
  /** The resource, as Kubernetes names it: `nodes`, `hyperconvergeds.hco.kubevirt.io`. */
  readonly resource: string;
  readonly reason: FailureReason;
  /** One sentence for a person: what was wrong, and what to do where that is known. */
  readonly detail: string;
}

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: FailedRead };
