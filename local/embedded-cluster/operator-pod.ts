/** The pod of HCO's operator, as the API server shows it: there and ready, not ready, or gone. */
import type { HttpAnswer, HttpRequest } from '../../shared/http/route.ts';
import { answer } from './answers.ts';
import { HYPERCONVERGED } from './hyperconverged-store.ts';
import { timestamp } from './node.ts';
import type { Row } from './row.ts';

const NAME = 'hyperconverged-cluster-operator';
const POD = `${NAME}-7d9b6c5f8-q4zxk`;
const LABELS = { name: NAME, 'pod-template-hash': '7d9b6c5f8' };

export type OperatorCondition = 'ready' | 'not-ready' | 'gone';

export interface OperatorPod {
  /** Its container starts anew at `startedAt`, unless it is gone. */
  set(condition: OperatorCondition, startedAt: Date): void;
  items(): readonly object[];
}

/** Ready since `startedAt`. */
export function createOperatorPod(startedAt: Date): OperatorPod {
  let state: { readonly condition: OperatorCondition; readonly startedAt: Date } = { condition: 'ready', startedAt };
  let restarts = 0;
  return {
    set: (condition, at) => {
      if (condition === 'ready' && state.condition !== 'gone') restarts += 1;
      if (condition === 'gone') restarts = 0;
      state = { condition, startedAt: at };
    },
    items: () => (state.condition === 'gone' ? [] : [podOf(state.condition === 'ready', timestamp(state.startedAt), restarts)]),
  };
}

function podOf(ready: boolean, startedAt: string, restartCount: number): object {
  const state = ready ? { running: { startedAt } } : { waiting: { reason: 'CrashLoopBackOff' } };
  return {
    metadata: { name: POD, namespace: HYPERCONVERGED.namespace, labels: LABELS },
    spec: { containers: [{ name: NAME }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ name: NAME, ready, restartCount, state }],
    },
  };
}

export function podRows(operatorPod: OperatorPod, revision: () => string): readonly Row[] {
  const handle = ({ params, query }: HttpRequest): HttpAnswer => {
    const isHere = params.namespace === HYPERCONVERGED.namespace && isSelected(query.get('labelSelector') ?? '');
    const metadata = { resourceVersion: revision() };
    return answer({ kind: 'PodList', apiVersion: 'v1', metadata, items: isHere ? operatorPod.items() : [] });
  };
  return [{ method: 'get', path: '/api/v1/namespaces/:namespace/pods', access: { verb: 'list', group: '', kind: 'pods' }, handle }];
}

/** Selectors of equality only, as `name=value,…`. */
function isSelected(selector: string): boolean {
  const labels = new Map(Object.entries(LABELS));
  const terms = selector.split(',').filter((term) => term !== '');
  return terms.every((term) => labels.get(term.split('=')[0] ?? '') === term.slice(term.indexOf('=') + 1));
}
