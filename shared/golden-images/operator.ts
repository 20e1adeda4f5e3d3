/** HCO's operator: the metrics behind the alerts are its own, so while none of its pods is ready they are missing and the alerts go quiet. */
import { isObject, type Json, listAt, stringAt } from './json.ts';

/** The deployment's name, the value of its pods' label `name`, and its container's name (HCO `deploy/operator.yaml`). */
const OPERATOR = 'hyperconverged-cluster-operator';
/** Selects the pods of the operator, and not those of its webhook. */
export const OPERATOR_SELECTOR = `name=${OPERATOR}`;

export interface OperatorPod {
  readonly name: string;
  readonly ready: boolean;
  /** RFC 3339; when the container that runs now was started. */
  readonly startedAt: string | undefined;
  readonly restarts: number;
  /** Why it is not running, as Kubernetes names it: `CrashLoopBackOff`, `Pending`. */
  readonly reason: string | undefined;
}

export interface OperatorState {
  /** By name; none where the operator has no pod at all. */
  readonly pods: readonly OperatorPod[];
}

/** Reads Pod objects. Throws `MalformedError` where one is not one. */
export function readOperator(pods: readonly unknown[]): OperatorState {
  return { pods: pods.map(readPod).sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** The ready pod that was started last; undefined where none is ready. */
export function readyPod({ pods }: OperatorState): OperatorPod | undefined {
  const ready = pods.filter((pod) => pod.ready);
  return ready.reduce<OperatorPod | undefined>((last, pod) => (last && startOf(last) >= startOf(pod) ? last : pod), undefined);
}

function startOf({ startedAt }: OperatorPod): number {
  return startedAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(startedAt);
}

function readPod(pod: unknown): OperatorPod {
  const isLeaving = stringAt(pod, 'metadata', 'deletionTimestamp') !== undefined;
  const container = containerOf(pod);
  const restarts = isObject(container) && typeof container.restartCount === 'number' ? container.restartCount : 0;
  return {
    name: stringAt(pod, 'metadata', 'name') ?? '',
    ready: !isLeaving && isReady(pod),
    startedAt: timeOf(stringAt(container, 'state', 'running', 'startedAt')),
    restarts,
    reason: isLeaving ? 'Terminating' : reasonOf(pod, container),
  };
}

function isReady(pod: unknown): boolean {
  const ready = listAt(pod, 'status', 'conditions')?.find((condition) => stringAt(condition, 'type') === 'Ready');
  return stringAt(ready, 'status') === 'True';
}

function containerOf(pod: unknown): Json | undefined {
  const containers = listAt(pod, 'status', 'containerStatuses') ?? [];
  return containers.find((container) => stringAt(container, 'name') === OPERATOR) ?? containers[0];
}

function reasonOf(pod: unknown, container: Json | undefined): string | undefined {
  const stopped = stringAt(container, 'state', 'waiting', 'reason') ?? stringAt(container, 'state', 'terminated', 'reason');
  const phase = stringAt(pod, 'status', 'phase');
  return stopped ?? stringAt(pod, 'status', 'reason') ?? (phase === 'Running' ? undefined : phase);
}

function timeOf(text: string | undefined): string | undefined {
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : text;
}
