/** Why a condition is absent, in a sentence. */
import type { Cause } from '../golden-images/conditions.ts';
import type { Resolution } from '../incidents/incident.ts';

const SENTENCES: Readonly<Record<Cause, string>> = {
  'no-hyperconverged': 'the cluster has no HyperConverged',
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

/** What ended it, where that is known beside the input that makes it absent now. */
export function resolutionSentence({ cause, placementChanged, left }: Resolution): string {
  const sentence = causeSentence(cause);
  if (cause !== 'one-architecture') return sentence;
  if (placementChanged) return `the placement was narrowed: ${sentence}`;
  return left.length > 0 ? `nodes are gone: ${sentence}` : sentence;
}
