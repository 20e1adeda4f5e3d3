/** The shapes of what a look found: conditions with their evidence, and remedies. */
import type { HyperConvergedVersion } from '../../golden-images/api-version.ts';
import type { ArchitectureRow } from '../../golden-images/architecture-rows.ts';
import type { Cause } from '../../golden-images/cause.ts';
import type { AlertName, Condition, Evidence, GoldenImageCondition } from '../../golden-images/conditions.ts';
import type { FieldOwner } from '../../golden-images/field-owner.ts';
import type { NodeSelectorTerm, Requirement } from '../../golden-images/node-selector.ts';
import type { OperatorPod, OperatorState } from '../../golden-images/operator.ts';
import type { Change, Prediction } from '../../golden-images/remedies/remedy.ts';
import type { FailedRead, FailureReason, Read } from '../../golden-images/snapshot.ts';
import type { CheckedRemedy } from '../../judge.ts';
import type { Facts } from '../incident.ts';
import { flag, json, kindOf, list, maybe, number, object, oneOf, only, ownTime, record, type Shape, text, time } from './shape.ts';

export const alertName = oneOf<AlertName>({
  HCOMultiArchGoldenImagesDisabled: true,
  HCOGoldenImageWithNoSupportedArchitecture: true,
  HCOGoldenImageWithNoArchitectureAnnotation: true,
});
const texts = list(text);
const apiVersion = oneOf<HyperConvergedVersion>({ v1: true, v1beta1: true });

export const cause = oneOf<Cause>({
  'no-hyperconverged': true,
  'import-enabled': true,
  'import-disabled': true,
  'no-workload-nodes': true,
  'one-architecture': true,
  'no-golden-images': true,
  'all-supported': true,
  'all-annotated': true,
});

const failureReason = oneOf<FailureReason>({
  forbidden: true,
  unauthorized: true,
  'not-served': true,
  'not-in-file': true,
  ambiguous: true,
  malformed: true,
  timeout: true,
  unreachable: true,
  'server-error': true,
});

export const failedRead = object<FailedRead>({ resource: text, reason: failureReason, detail: text });

export const fieldOwner = object<FieldOwner>({ manager: text, operation: text, at: time });

const requirement = object<Requirement>({ key: text, operator: text, values: texts });
const term = object<NodeSelectorTerm>({ matchExpressions: list(requirement), matchFields: list(requirement) });

const row = object<ArchitectureRow>({
  architecture: text,
  nodes: texts,
  ready: number,
  open: maybe(number),
  obstacles: list(object({ reason: text, nodes: number })),
  pools: texts,
  oldest: maybe(object({ name: text, createdAt: text })),
});

const evidence = object<Evidence>({
  hyperConverged: object({ version: apiVersion, namespace: text, name: text }),
  gate: object({ enabled: flag, path: text, explicit: flag }),
  placement: maybe(object({ nodeSelector: record(text), requiredTerms: maybe(list(term)), path: text })),
  architectures: object<Evidence['architectures']>({ workload: texts, controlPlane: texts, default: maybe(text) }),
  rows: list(row),
  goldenImages: texts,
  disagreeing: maybe(texts),
  mislabelled: texts,
  setBy: object<Evidence['setBy']>({ gate: maybe(fieldOwner), placement: maybe(fieldOwner) }),
});

const goldenImage = object<GoldenImageCondition>({
  name: text,
  condition: oneOf<GoldenImageCondition['condition']>({ present: true, absent: true }),
  declaredArchitectures: maybe(text),
});

type Present = Extract<Condition, { readonly kind: 'present' }>;
type Absent = Extract<Condition, { readonly kind: 'absent' }>;

const condition = kindOf<Facts['condition']>({
  present: object<Present>({ kind: only('present'), evidence, goldenImages: list(goldenImage) }),
  absent: object<Absent>({ kind: only('absent'), cause, evidence: maybe(evidence), goldenImages: list(goldenImage) }),
});

const prediction = object<Prediction>({
  workloadArchitectures: texts,
  workloadNodes: number,
  open: maybe(number),
  leaving: texts,
  joining: texts,
  clears: flag,
  starts: list(object({ alert: alertName, goldenImages: texts })),
});

const remedy = object<CheckedRemedy>({
  id: text,
  title: text,
  feasible: flag,
  advised: flag,
  reason: maybe(text),
  change: maybe(object<Change>({ patch: json, before: json, after: json, prediction })),
  costs: texts,
  checkFirst: texts,
  target: object({ version: apiVersion, namespace: text, name: text }),
  apiVersion: text,
  command: maybe(text),
  diff: maybe(text),
  lookup: maybe(text),
});

const pod = object<OperatorPod>({ name: text, ready: flag, startedAt: maybe(text), restarts: number, reason: maybe(text) });
const operatorState = object<OperatorState>({ pods: list(pod) });

/** A read that succeeded with such a value, or failed. */
function readOf<T>(value: Shape<T>): Shape<Read<T>> {
  return (found, where) => {
    const ok = flag(json(found, where).ok, `${where}.ok`);
    if (ok) return { ok, value: value(json(found, where).value, `${where}.value`) };
    return { ok, failure: failedRead(json(found, where).failure, `${where}.failure`) };
  };
}

export const facts = object<Facts>({
  checkedAt: ownTime,
  condition,
  remedies: list(remedy),
  preferredVersion: maybe(text),
  schemaFailure: maybe(failedRead),
  operator: maybe(readOf(operatorState)),
});
