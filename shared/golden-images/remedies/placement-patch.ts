/** How a placement is narrowed to one architecture, so that all that it says already still holds. */
import { PLACEMENT_PATH } from '../hyperconverged.ts';
import { type Json, type JsonObject, listAt, nest, objectAt } from '../json.ts';
import { ARCH_LABEL } from '../node.ts';
import { narrowTerms, onlyTerm } from './narrow-terms.ts';
import type { Situation } from './remedy.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/**
 * A nodeSelector, which is ANDed with everything; for a CR that uses node affinity the runbook's form, in each term. Undefined where no
 * term of the affinity lets the architecture in.
 */
export function placementPatch({ hyperConverged: { object }, version }: Situation, architecture: string): JsonObject | undefined {
  const path = PLACEMENT_PATH[version];
  const nodeAffinity = objectAt(object, ...path, 'affinity', 'nodeAffinity');
  if (nodeAffinity === undefined || Object.keys(nodeAffinity).length === 0)
    return nest([...path, 'nodeSelector', ARCH_LABEL], architecture);
  const terms = narrowed(nodeAffinity, architecture);
  return terms && nest([...path, 'affinity', 'nodeAffinity', REQUIRED, 'nodeSelectorTerms'], terms);
}

function narrowed(nodeAffinity: JsonObject, architecture: string): readonly Json[] | undefined {
  const required = objectAt(nodeAffinity, REQUIRED);
  return required === undefined ? onlyTerm(architecture) : narrowTerms(listAt(required, 'nodeSelectorTerms') ?? [], architecture);
}
