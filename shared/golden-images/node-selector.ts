/**
 * Kubernetes node selection: nodeSelector and required node affinity, with the semantics of
 * k8s.io/component-helpers `nodeaffinity.go` and apimachinery `labels/selector.go` (both v0.34).
 */
import { isObject, type Json, listAt, MalformedError, objectAt, stringAt, stringMapAt } from './json.ts';

export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export interface NodeSelectorTerm {
  readonly matchExpressions: readonly Requirement[];
  readonly matchFields: readonly Requirement[];
}

export interface NodePlacement {
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Undefined where the CR has no `requiredDuringSchedulingIgnoredDuringExecution`; an empty list matches nothing. */
  readonly requiredTerms: readonly NodeSelectorTerm[] | undefined;
}

/** What selection looks at. */
export interface SelectableNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Reads a `nodePlacement`; undefined where there is none. Throws `MalformedError` where it is not one. */
export function readNodePlacement(placement: unknown): NodePlacement | undefined {
  if (!isObject(placement)) return undefined;
  const required = objectAt(placement, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  return {
    nodeSelector: stringMapAt(placement, 'nodeSelector'),
    requiredTerms: required && (listAt(required, 'nodeSelectorTerms') ?? []).map(readTerm),
  };
}

function readTerm(term: Json): NodeSelectorTerm {
  return {
    matchExpressions: (listAt(term, 'matchExpressions') ?? []).map(readRequirement),
    matchFields: (listAt(term, 'matchFields') ?? []).map(readRequirement),
  };
}

function readRequirement(requirement: Json): Requirement {
  return {
    key: stringAt(requirement, 'key') ?? '',
    operator: stringAt(requirement, 'operator') ?? '',
    values: (listAt(requirement, 'values') ?? []).map((value) => {
      if (typeof value !== 'string') throw new MalformedError('values of a node selector requirement are not strings');
      return value;
    }),
  };
}

/** The label keys that a placement looks at. */
export function placementKeys(placement: NodePlacement | undefined): ReadonlySet<string> {
  const expressions = (placement?.requiredTerms ?? []).flatMap((term) => term.matchExpressions.map(({ key }) => key));
  return new Set([...Object.keys(placement?.nodeSelector ?? {}), ...expressions]);
}

/** Whether a placement restricts anything by HCO's rule: a non-empty nodeSelector, or any required node affinity. */
export function restrictsNodes(placement: NodePlacement | undefined): placement is NodePlacement {
  return placement !== undefined && (Object.keys(placement.nodeSelector).length > 0 || placement.requiredTerms !== undefined);
}

/** nodeSelector and required affinity must both match; an affinity that cannot be parsed matches nothing, as in HCO. */
export function matchesPlacement(node: SelectableNode, { nodeSelector, requiredTerms }: NodePlacement): boolean {
  const selected = Object.entries(nodeSelector).every(([key, value]) => has(node.labels, key) && node.labels[key] === value);
  return selected && (requiredTerms === undefined || requiredTerms.some((term) => matchesTerm(node, term)));
}

function matchesTerm(node: SelectableNode, { matchExpressions, matchFields }: NodeSelectorTerm): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false; // an empty term matches no objects
  if (!matchExpressions.every(isValidExpression) || !matchFields.every(isValidField)) return false;
  return (
    matchExpressions.every((expression) => matchesExpression(node.labels, expression)) &&
    (node.name === '' || matchFields.every((field) => matchesField(field.key === 'metadata.name' ? node.name : '', field)))
  );
}

type Operator = (value: string | undefined, values: readonly string[]) => boolean;

const OPERATORS: Readonly<Record<string, Operator>> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
  Gt: (value, [bound]) => compares(value, bound, (a, b) => a > b),
  Lt: (value, [bound]) => compares(value, bound, (a, b) => a < b),
};

const TAKES_VALUES: Readonly<Record<string, (values: readonly string[]) => boolean>> = {
  In: (values) => values.length > 0,
  NotIn: (values) => values.length > 0,
  Exists: (values) => values.length === 0,
  DoesNotExist: (values) => values.length === 0,
  Gt: (values) => values.length === 1 && int64(values[0]) !== undefined,
  Lt: (values) => values.length === 1 && int64(values[0]) !== undefined,
};

function matchesExpression(labels: Readonly<Record<string, string>>, { key, operator, values }: Requirement): boolean {
  return OPERATORS[operator]?.(has(labels, key) ? labels[key] : undefined, values) ?? false;
}

function matchesField(value: string, { operator, values }: Requirement): boolean {
  return operator === 'In' ? values[0] === value : values[0] !== value;
}

function isValidExpression({ key, operator, values }: Requirement): boolean {
  return isLabelKey(key) && has(TAKES_VALUES, operator) && TAKES_VALUES[operator]?.(values) === true && values.every(isLabelValue);
}

function isValidField({ operator, values }: Requirement): boolean {
  return (operator === 'In' || operator === 'NotIn') && values.length === 1;
}

function compares(value: string | undefined, bound: string | undefined, holds: (a: bigint, b: bigint) => boolean): boolean {
  const [a, b] = [int64(value), int64(bound)];
  return a !== undefined && b !== undefined && holds(a, b);
}

/** As Go's `strconv.ParseInt(s, 10, 64)`. */
function int64(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** A valid label value: at most 63 characters, empty or alphanumeric at both ends (apimachinery `validation.IsValidLabelValue`). */
function isLabelValue(value: string): boolean {
  return value === '' || (value.length <= 63 && NAME.test(value));
}

function isLabelKey(key: string): boolean {
  const [name = '', prefix, ...rest] = key.split('/').reverse();
  if (rest.length > 0 || name.length > 63 || !NAME.test(name)) return false;
  return prefix === undefined || (prefix.length <= 253 && DNS_SUBDOMAIN.test(prefix));
}

function has(object: object, key: string): boolean {
  return Object.hasOwn(object, key);
}
