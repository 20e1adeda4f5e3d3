/** The terms of a required node affinity, narrowed to one architecture: none of the nodes that they select is added to. */

import { isObject, type Json, type JsonObject, listAt, stringAt } from '../json.ts';
import { ARCH_LABEL } from '../node.ts';

/** Kubernetes' name of the label before 1.14: some placements still use it. It is looked at, and not rewritten. */
const LEGACY_ARCH_LABEL = 'beta.kubernetes.io/arch';

/**
 * Terms are ORed, so each that selects anything has to name the architecture; one that can only select others goes. An empty term selects
 * nothing and stays so. Undefined where no term would be left that selects anything.
 */
export function narrowTerms(terms: readonly Json[], architecture: string): readonly Json[] | undefined {
  const kept = terms.flatMap((term): readonly Json[] => (isObject(term) && !isEmpty(term) ? narrowTerm(term, architecture) : [term]));
  return kept.some((term) => isObject(term) && !isEmpty(term)) ? kept : undefined;
}

/** The terms of an affinity that has none. */
export function onlyTerm(architecture: string): readonly Json[] {
  return [{ matchExpressions: [inOnly(architecture)] }];
}

function isEmpty(term: JsonObject): boolean {
  return (listAt(term, 'matchExpressions') ?? []).length === 0 && (listAt(term, 'matchFields') ?? []).length === 0;
}

function inOnly(architecture: string): JsonObject {
  return { key: ARCH_LABEL, operator: 'In', values: [architecture] };
}

function narrowTerm(term: JsonObject, architecture: string): readonly JsonObject[] {
  const expressions = listAt(term, 'matchExpressions') ?? [];
  const aboutArchitecture = expressions.filter((expression) => [ARCH_LABEL, LEGACY_ARCH_LABEL].includes(stringAt(expression, 'key') ?? ''));
  if (!aboutArchitecture.every((expression) => allows(expression, architecture))) return [];
  const narrowed = expressions.map((expression) => (isIn(expression) ? inOnly(architecture) : expression));
  const isNamed = expressions.some(isIn);
  return [{ ...term, matchExpressions: isNamed ? narrowed : [...narrowed, inOnly(architecture)] }];
}

function isIn(expression: Json): boolean {
  return stringAt(expression, 'key') === ARCH_LABEL && stringAt(expression, 'operator') === 'In';
}

const ALLOWS: Readonly<Record<string, (values: readonly Json[], architecture: string, key: string) => boolean>> = {
  In: (values, architecture) => values.includes(architecture),
  NotIn: (values, architecture) => !values.includes(architecture),
  Exists: () => true,
  DoesNotExist: (_values, _architecture, key) => key !== ARCH_LABEL, // the old label may be gone
};

/** Whether a node of the architecture can fulfil it, if its labels say so; the other operators never match an architecture. */
function allows(expression: Json, architecture: string): boolean {
  const allows = ALLOWS[stringAt(expression, 'operator') ?? ''];
  return allows?.(listAt(expression, 'values') ?? [], architecture, stringAt(expression, 'key') ?? '') ?? false;
}
