/** What a change of the CR will do: it is applied in memory and judged by HCO's own rules on the live nodes. */
import { architectureRows } from '../architecture-rows.ts';
import { ALERT_RULES, type AlertName, type Condition, judgeCondition } from '../conditions.ts';
import { type HyperConverged, readHyperConverged } from '../hyperconverged.ts';
import { applyMergePatch, isObject, type Json, type JsonObject, nest, touchedBy } from '../json.ts';
import type { Node } from '../node.ts';
import type { Snapshot } from '../snapshot.ts';
import { nodeArchitectures, workloadNodes } from '../workload-nodes.ts';
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

function predict({ alert, present, snapshot, nodes, hyperConverged }: Situation, patched: HyperConverged): Prediction {
  const then = presentConditions({ ...snapshot, hyperConverged: { ok: true, value: patched } });
  return {
    ...predictNodes(nodes, hyperConverged, patched),
    clears: !then.has(alert),
    starts: [...then].filter(([name]) => !present.has(name)).map(([name, condition]) => ({ alert: name, goldenImages: hitBy(condition) })),
  };
}

type Present = Extract<Condition, { readonly kind: 'present' }>;

/** The alerts whose condition is present on a snapshot, with it. */
export function presentConditions(snapshot: Snapshot): ReadonlyMap<AlertName, Present> {
  const judged = ALERT_RULES.map((rule) => [rule.alert, judgeCondition(rule, snapshot)] as const);
  return new Map(judged.flatMap(([alert, condition]) => (condition.kind === 'present' ? [[alert, condition]] : [])));
}

function hitBy({ goldenImages }: Present): readonly string[] {
  return goldenImages.filter(({ condition }) => condition === 'present').map(({ name }) => name);
}

function predictNodes(nodes: readonly Node[], hyperConverged: HyperConverged, patched: HyperConverged) {
  const then = nodeArchitectures(nodes, patched.placement);
  const [before, after] = [namesOf(workloadNodes(nodes, hyperConverged.placement)), namesOf(then.workloadNodes)];
  return {
    workloadArchitectures: then.workload,
    workloadNodes: then.workloadNodes.length,
    open: openNodes(then.workloadNodes, nodes),
    leaving: [...before.difference(after)].sort(),
    joining: [...after.difference(before)].sort(),
  };
}

function namesOf(nodes: readonly Node[]): Set<string> {
  return new Set(nodes.map(({ name }) => name));
}

function openNodes(workload: readonly Node[], nodes: readonly Node[]): number | undefined {
  const rows = architectureRows(workload, nodes);
  if (rows.some(({ open }) => open === undefined)) return undefined;
  return rows.reduce((sum, { open }) => sum + (open ?? 0), 0);
}
