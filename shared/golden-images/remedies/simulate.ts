/** What a change of the CR will do: it is applied in memory and judged by HCO's own rules on the live nodes. */
import { architectureRows } from '../architecture-rows.ts';
import { type AlertName, type Condition, presentConditions } from '../conditions.ts';
import { importsOf } from '../declared-architectures.ts';
import { forecast } from '../forecast-images.ts';
import type { HyperConverged } from '../hyperconverged.ts';
import { applyMergePatch, isObject, type JsonObject } from '../json.ts';
import type { Node } from '../node.ts';
import { nodeArchitectures, workloadNodes } from '../workload-nodes.ts';
import type { Change, Prediction, Situation } from './remedy.ts';

/** Applies a merge patch to the CR and predicts the state after it. Throws `MalformedError` where HCO could not read what comes of it. */
export function simulate(situation: Situation, patch: JsonObject): Change {
  const before = situation.hyperConverged.object;
  const after = merged(before, patch);
  return { patch, before, after, prediction: predict(situation, forecast(situation.hyperConverged, after)) };
}

function merged(object: JsonObject, patch: JsonObject): JsonObject {
  const result = applyMergePatch(object, patch);
  if (!isObject(result)) throw new Error('a merge patch made something else of an object');
  return result;
}

function predict({ alert, present, snapshot, nodes, hyperConverged }: Situation, patched: HyperConverged): Prediction {
  const then = presentConditions({ ...snapshot, hyperConverged: { ok: true, value: patched } });
  const predicted = predictNodes(nodes, hyperConverged, patched);
  return {
    ...predicted,
    goldenImages: countImages(patched, predicted.workloadArchitectures),
    clears: !then.has(alert),
    starts: startsOf(then, present),
  };
}

type Present = Extract<Condition, { readonly kind: 'present' }>;

function startsOf(then: ReadonlyMap<AlertName, Present>, present: ReadonlySet<AlertName>): Prediction['starts'] {
  return [...then].filter(([name]) => !present.has(name)).map(([alert, condition]) => ({ alert, goldenImages: hitBy(condition) }));
}

function hitBy({ goldenImages }: Present): readonly string[] {
  return goldenImages.filter(({ condition }) => condition === 'present').map(({ name }) => name);
}

/** With the import off, each image is imported once. */
function countImages({ goldenImages, gate }: HyperConverged, workload: readonly string[]) {
  const imports = goldenImages.map(({ declaredArchitectures }) => (gate.enabled ? importsOf(declaredArchitectures, workload) : 1));
  return { images: goldenImages.length, imports: imports.reduce((sum, one) => sum + one, 0) };
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
