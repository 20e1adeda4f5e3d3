/** What is left where the CR cannot be worked with: to put it right first. */
import type { Condition } from '../conditions.ts';
import type { MalformedError } from '../json.ts';
import type { Snapshot } from '../snapshot.ts';
import { draft, type Proposal } from './remedy.ts';

/** None where nothing is present that a remedy would be for. */
export function proposeMending({ hyperConverged }: Snapshot, condition: Condition, { message }: MalformedError): readonly Proposal[] {
  if (condition.kind !== 'present' || !hyperConverged.ok || hyperConverged.value === undefined) return [];
  const { version, namespace, name } = hyperConverged.value;
  const reason = `Something in it is not as its API promises, so no change was worked out: ${message}.`;
  return [
    { ...draft({ id: 'mend-hyperconverged', title: 'Put the HyperConverged right first', reason }), target: { version, namespace, name } },
  ];
}
