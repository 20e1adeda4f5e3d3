/** The shapes of conditions with their evidence. */
import type { HyperConvergedVersion } from '../../golden-images/api-version.ts';
import type { ArchitectureRow } from '../../golden-images/architecture-rows.ts';
import type { Cause } from '../../golden-images/cause.ts';
import type { AlertName, Condition, Evidence, GoldenImageCondition } from '../../golden-images/conditions.ts';
import type { CounterpartDifference } from '../../golden-images/counterpart.ts';
import type { CrOwner } from '../../golden-images/cr-owner.ts';
import type { FieldOwner } from '../../golden-images/field-owner.ts';
import type { NodeSelectorTerm, Requirement } from '../../golden-images/node-selector.ts';
import type { FailedRead, FailureReason } from '../../golden-images/read.ts';
import type { Facts } from '../incident.ts';
import { flag, kindOf, list, maybe, number, object, oneOf, only, orElse, record, text, time } from './shape.ts';

export const alertName = oneOf<AlertName>({
  HCOMultiArchGoldenImagesDisabled: true,
  HCOGoldenImageWithNoSupportedArchitecture: true,
  HCOGoldenImageWithNoArchitectureAnnotation: true,
});
const texts = list(text);
export const apiVersion = oneOf<HyperConvergedVersion>({ v1: true, v1beta1: true });

export const cause = oneOf<Cause>({
  'no-hyperconverged': true,
  'no-ssp': true,
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

export const crOwner = object<CrOwner>({
  tool: oneOf<CrOwner['tool']>({
    'argo-cd': true,
    'flux-kustomization': true,
    'flux-helm-release': true,
    'acm-policy': true,
    'acm-subscription': true,
    'manifest-work': true,
    helm: true,
    'server-side-apply': true,
  }),
  name: maybe(text),
  evidence: text,
  isMarked: flag,
});

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

const input = oneOf<CounterpartDifference['inputs'][number]>({ 'multi-architecture import': true, placement: true });

const evidence = object<Evidence>({
  hyperConverged: object({ version: apiVersion, namespace: text, name: text }),
  gate: object<Evidence['gate']>({ enabled: flag, path: text, explicit: flag, overruled: maybe(text) }, ['overruled']),
  placement: maybe(object({ nodeSelector: record(text), requiredTerms: maybe(list(term)), path: text })),
  architectures: object<Evidence['architectures']>({ workload: texts, controlPlane: texts, default: maybe(text) }),
  rows: list(row),
  goldenImages: texts,
  disagreeing: maybe(texts),
  mislabelled: texts,
  setBy: object<Evidence['setBy']>({ gate: maybe(fieldOwner), placement: maybe(fieldOwner) }),
  counterpart: maybe(object<CounterpartDifference>({ version: apiVersion, inputs: list(input) })),
  owners: orElse(list(crOwner), []),
  lastChange: maybe(fieldOwner),
});

const goldenImage = object<GoldenImageCondition>({
  name: text,
  condition: oneOf<GoldenImageCondition['condition']>({ present: true, absent: true }),
  declaredArchitectures: maybe(text),
});

type Present = Extract<Condition, { readonly kind: 'present' }>;
type Absent = Extract<Condition, { readonly kind: 'absent' }>;

export const condition = kindOf<Facts['condition']>({
  present: object<Present>({ kind: only('present'), evidence, goldenImages: list(goldenImage) }),
  absent: object<Absent>({ kind: only('absent'), cause, evidence: maybe(evidence), goldenImages: list(goldenImage) }),
});
