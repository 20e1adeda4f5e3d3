import assert from 'node:assert/strict';
import { MalformedError } from '../../../shared/golden-images/json.ts';
import { readOperator, readyPod } from '../../../shared/golden-images/operator.ts';
import { operatorPod } from '../../helpers/operator.ts';

const RUNNING = { running: { startedAt: '2026-11-22T10:00:00Z' } };

describe('a pod of the operator', () => {
  const cases = [
    {
      rule: 'is ready, and says since when its container runs',
      pod: operatorPod('a', { startedAt: '2026-11-22T10:00:00Z', restarts: 2 }),
      read: { ready: true, startedAt: '2026-11-22T10:00:00Z', restarts: 2, reason: undefined },
    },
    {
      rule: 'is not ready while its container waits, and says why',
      pod: operatorPod('a', { ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } }, restarts: 7 }),
      read: { ready: false, startedAt: undefined, restarts: 7, reason: 'CrashLoopBackOff' },
    },
    {
      rule: 'is not ready while it is started and its probe fails',
      pod: operatorPod('a', { ready: false, state: RUNNING }),
      read: { ready: false, startedAt: '2026-11-22T10:00:00Z', restarts: 0, reason: undefined },
    },
    {
      rule: 'is not ready once it is told to end',
      pod: operatorPod('a', { state: RUNNING, metadata: { deletionTimestamp: '2026-11-22T10:01:00Z' } }),
      read: { ready: false, startedAt: '2026-11-22T10:00:00Z', restarts: 0, reason: 'Terminating' },
    },
    {
      rule: 'has no container before it is scheduled',
      pod: { metadata: { name: 'a' }, status: { phase: 'Pending' } },
      read: { ready: false, startedAt: undefined, restarts: 0, reason: 'Pending' },
    },
    {
      rule: 'says that it was evicted',
      pod: { metadata: { name: 'a' }, status: { phase: 'Failed', reason: 'Evicted' } },
      read: { ready: false, startedAt: undefined, restarts: 0, reason: 'Evicted' },
    },
  ];
  for (const { rule, pod, read } of cases) {
    it(rule, () => assert.deepEqual(readOperator([pod]), { pods: [{ name: 'a', ...read }] }));
  }

  it('is read by the operator’s container, not by another beside it', () => {
    const pod = operatorPod('a', { state: RUNNING, beside: { name: 'a-proxy', restartCount: 9, state: {} } });
    assert.deepEqual(readOperator([pod]).pods[0]?.restarts, 0);
  });

  it('throws what is not a pod', () => assert.throws(() => readOperator([{ status: 7 }]), MalformedError));
});

describe('the pod that answers for the operator', () => {
  it('is the ready one that was started last', () => {
    const pods = [
      operatorPod('a', { startedAt: '2026-11-22T10:00:00Z' }),
      operatorPod('c', { startedAt: '2026-11-22T10:05:00Z' }),
      operatorPod('b', { ready: false, startedAt: '2026-11-22T10:09:00Z' }),
    ];
    assert.equal(readyPod(readOperator(pods))?.name, 'c');
  });

  it('is none where none is ready, or there is none', () => {
    const states = [[], [operatorPod('a', { ready: false })]].map((pods) => readyPod(readOperator(pods)));
    assert.deepEqual(states, [undefined, undefined]);
  });
});
