/** Why a condition is absent, in a sentence. */

/** The input that makes a condition absent. */
export type Cause =
  | 'no-hyperconverged'
  | 'no-ssp'
  | 'import-enabled'
  | 'import-disabled'
  | 'no-workload-nodes'
  | 'one-architecture'
  | 'no-golden-images'
  | 'all-supported'
  | 'all-annotated';

const SENTENCES: Readonly<Record<Cause, string>> = {
  'no-hyperconverged': 'the cluster has no HyperConverged',
  'no-ssp': 'not applicable here: without SSP, which there is only on OpenShift, HCO has no golden images',
  'import-enabled': 'the multi-architecture import is on',
  'import-disabled': 'the multi-architecture import is off, and HCO looks at single images only while it is on',
  'no-workload-nodes': 'no node runs workloads',
  'one-architecture': 'all workload nodes have the same architecture',
  'no-golden-images': 'HyperConverged reports no golden images (it does so only where SSP runs: on OpenShift)',
  'all-supported': 'each golden image supports an architecture of the cluster',
  'all-annotated': 'each golden image says which architectures it supports',
};

/** The input that makes it absent; starts in lower case. */
export function causeSentence(cause: Cause): string {
  return SENTENCES[cause];
}
