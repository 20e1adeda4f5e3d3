/** What a change of the CR will do: it is applied in memory and judged by HCO's own rules on the live nodes. */

import { architectureRows } from '../architecture-rows.ts';
import { ALERT_RULES, type AlertName, type Condition, judgeCondition } from '../conditions.ts';
import { type HyperConverged, readHyperConverged } from '../hyperconverged.ts';
import { applyMergePatch, isObject, type Json, type JsonObject, nest, touchedBy } from '../json.ts';
import type { Node } from '../node.ts';
import { nodeArchitectures } from '../workload-nodes.ts';
import type { Change, Prediction, Situation } from './remedy.ts';

/** Sets one path of the CR and predicts the state after it. */
export function simulate(situation: Situation, path: readonly string[], value: Json): Change {
  const before = situation.hyperConverged.object;
  const patch = nest(path, value);
  const after = merged(before, patch);
  return {
    patch,
    before: touchedBy(patch, before),
    after: touchedBy(patch, after),
    prediction: predict(situation, readHyperConverged(after)),
  };
}

function merged(object: JsonObject, patch: JsonObject): JsonObject {
  const result = applyMergePatch(object, patch);
  if (!isObject(result)) throw new Error('a merge patch made something else of an object');
  return result;
}

function predict({ alert, snapshot, nodes, hyperConverged }: Situation, patched: HyperConverged): Prediction {
  const now = judgeAll(situationOf(snapshot, hyperConverged));
  const then = judgeAll(situationOf(snapshot, patched));
  return {
    ...predictNodes(nodes, hyperConverged, patched),
    clears: then.get(alert)?.kind === 'absent',
    starts: [...then].flatMap(([name, condition]) =>
      condition.kind === 'present' && now.get(name)?.kind !== 'present' ? [{ alert: name, goldenImages: hitBy(condition) }] : [],
    ),
  };
}

function situationOf(snapshot: Situation['snapshot'], hyperConverged: HyperConverged): Situation['snapshot'] {
  return { ...snapshot, hyperConverged: { ok: true, value: hyperConverged } };
}

function judgeAll(snapshot: Situation['snapshot']): ReadonlyMap<AlertName, Condition> {
  return new Map(ALERT_RULES.map((rule) => [rule.alert, judgeCondition(rule, snapshot)]));
}

function hitBy(condition: Extract<Condition, { kind: 'present' }>): readonly string[] {
  return condition.goldenImages.filter((image) => image.condition === 'present').map(({ name }) => name);
}

function predictNodes(nodes: readonly Node[], hyperConverged: HyperConverged, patched: HyperConverged) {
  const now = nodeArchitectures(nodes, hyperConverged.placement);
  const then = nodeArchitectures(nodes, patched.placement);
  const [before, after] = [now, then].map(({ workloadNodes }) => new Set(workloadNodes.map(({ name }) => name)));
  return {
    workloadArchitectures: then.workload,
    workloadNodes: then.workloadNodes.length,
    open: openNodes(then.workloadNodes, nodes),
    leaving: [...(before ?? new Set<string>()).difference(after ?? new Set())].sort(),
    joining: [...(after ?? new Set<string>()).difference(before ?? new Set())].sort(),
  };
}

function openNodes(workload: readonly Node[], nodes: readonly Node[]): number | undefined {
  const rows = architectureRows(workload, nodes);
  if (rows.some(({ open }) => open === undefined)) return undefined;
  return rows.reduce((sum, { open }) => sum + (open ?? 0), 0);
}
