/** Which nodes a placement picks, as Kubernetes' scheduler reads it: written down from its rules, without our own domain code. */
import { at, type JsonObject, objectAt, objectsAt, textAt } from './json.ts';

export interface LabelledNode {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

const REQUIRED = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'];

/** Whether the placement asks for anything at all: a required affinity does, even without terms. */
export function picksNodes(placement: JsonObject): boolean {
  return Object.keys(objectAt(placement, 'nodeSelector')).length > 0 || at(placement, ...REQUIRED) !== undefined;
}

export function isPicked({ metadata }: LabelledNode, placement: JsonObject): boolean {
  const { labels } = metadata;
  const isSelected = Object.entries(objectAt(placement, 'nodeSelector')).every(([key, value]) => labels[key] === value);
  const required = at(placement, ...REQUIRED);
  if (!isSelected || required === undefined) return isSelected;
  return objectsAt(required, 'nodeSelectorTerms').some((term) => matchesTerm(metadata, term));
}

/** Why an expression is no use, in the words of Kubernetes' validation; undefined where it is fine. */
export function faultOf(expression: JsonObject): string | undefined {
  const operator = textAt(expression, 'operator') ?? '';
  const values = valuesOf(expression);
  if (operator === 'In' || operator === 'NotIn')
    return values.length > 0 ? undefined : "values: for 'in', 'notin' operators, values set can't be empty";
  if (operator === 'Exists' || operator === 'DoesNotExist') {
    return values.length === 0 ? undefined : 'values: values set must be empty for exists and does not exist';
  }
  if (operator !== 'Gt' && operator !== 'Lt') return `operator: Unsupported value: "${operator}"`;
  return values.length === 1 && integer(values[0]) !== undefined
    ? undefined
    : "values: for 'Gt', 'Lt' operators, exactly one integer is required";
}

/** All of a term must hold; one without anything in it, or with something wrong in it, matches nothing. */
function matchesTerm({ name, labels }: LabelledNode['metadata'], term: JsonObject): boolean {
  const expressions = objectsAt(term, 'matchExpressions');
  const fields = objectsAt(term, 'matchFields');
  if (expressions.length + fields.length === 0 || expressions.some((expression) => faultOf(expression) !== undefined)) return false;
  return (
    expressions.every((expression) => holds(expression, labels[keyOf(expression)])) && fields.every((field) => holdsField(field, name))
  );
}

function holds(expression: JsonObject, value: string | undefined): boolean {
  const values = valuesOf(expression);
  switch (textAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return compare(value, values[0], (a, b) => a > b);
    case 'Lt':
      return compare(value, values[0], (a, b) => a < b);
    default:
      return false;
  }
}

/** Only the name of a node can be asked for; any other field reads as empty. */
function holdsField(field: JsonObject, name: string): boolean {
  const value = keyOf(field) === 'metadata.name' ? name : '';
  const operator = textAt(field, 'operator');
  const values = valuesOf(field);
  if (values.length !== 1 || (operator !== 'In' && operator !== 'NotIn')) return false;
  return values.includes(value) === (operator === 'In');
}

function compare(a: string | undefined, b: string | undefined, isSo: (a: bigint, b: bigint) => boolean): boolean {
  const [left, right] = [integer(a), integer(b)];
  return left !== undefined && right !== undefined && isSo(left, right);
}

/** As Go's ParseInt reads 64 bits in base 10. */
function integer(text = ''): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function keyOf(expression: JsonObject): string {
  return textAt(expression, 'key') ?? '';
}

function valuesOf(expression: JsonObject): readonly string[] {
  const values = at(expression, 'values');
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
}
