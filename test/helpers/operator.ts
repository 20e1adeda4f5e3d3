/** Pods of HCO's operator as the API server gives them. */
import type { JsonObject } from '../../shared/golden-images/json.ts';
import { type OperatorState, readOperator } from '../../shared/golden-images/operator.ts';
import type { FailureReason, Read } from '../../shared/golden-images/read.ts';

export interface OperatorPodOptions {
  /** True unless said otherwise. */
  readonly ready?: boolean;
  /** RFC 3339; of the container that runs. */
  readonly startedAt?: string;
  readonly restarts?: number;
  /** Of the container, instead of running. */
  readonly state?: JsonObject;
  /** The status of a container that stands before the operator's. */
  readonly beside?: JsonObject;
  readonly metadata?: JsonObject;
}

export function operatorPod(name: string, options: OperatorPodOptions = {}): JsonObject {
  const { ready = true, startedAt, restarts = 0, beside, metadata = {} } = options;
  const { state = startedAt === undefined ? {} : { running: { startedAt } } } = options;
  const own = { name: 'hyperconverged-cluster-operator', ready, restartCount: restarts, state };
  return {
    metadata: { name, ...metadata },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [...(beside ? [beside] : []), own],
    },
  };
}

/** The operator with these pods. */
export function operator(...pods: readonly JsonObject[]): Read<OperatorState> {
  return { ok: true, value: readOperator(pods) };
}

/** Pods that could not be listed. */
export function unreadOperator(reason: FailureReason): Read<OperatorState> {
  return { ok: false, failure: { resource: 'pods', reason, detail: 'cannot list pods' } };
}
