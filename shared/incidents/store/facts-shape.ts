/** The shape of what a look found. */
import type { OperatorPod, OperatorState } from '../../golden-images/operator.ts';
import type { Read } from '../../golden-images/read.ts';
import type { Facts } from '../incident.ts';
import { condition, failedRead } from './evidence-shape.ts';
import { remedy } from './remedy-shape.ts';
import { atRisk } from './risk-shape.ts';
import { flag, json, list, maybe, number, object, ownTime, type Shape, text } from './shape.ts';

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

export const facts = object<Facts>(
  {
    checkedAt: ownTime,
    condition,
    remedies: list(remedy),
    preferredVersion: maybe(text),
    schemaFailure: maybe(failedRead),
    operator: maybe(readOf(operatorState)),
    atRisk: maybe(readOf(atRisk)),
    lastAtRisk: maybe(atRisk),
    askedBy: maybe(list(text)),
  },
  ['askedBy'],
);
