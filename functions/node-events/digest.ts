/** What of an object can change what we say, as a digest: an update that leaves it alone cannot matter. */
import { createHash } from 'node:crypto';
import { isObject, type JsonObject, objectAt, stringAt, stringMapAt } from '../../shared/golden-images/json.ts';
import type { ListVersions } from '../../shared/golden-images/snapshot.ts';

/** Throws `MalformedError` for an object of another shape than Kubernetes gives it, `RangeError` for one nested too deep. */
export function digestOf(resource: keyof ListVersions, object: JsonObject): string {
  return createHash('sha256')
    .update(JSON.stringify(WHAT_MATTERS[resource](object)))
    .digest('base64');
}

const WHAT_MATTERS: Readonly<Record<keyof ListVersions, (object: JsonObject) => unknown>> = {
  nodes: (node) => [Object.entries(stringMapAt(node, 'metadata', 'labels')).sort(byName), architectureOf(node)],
  hyperConverged: withoutNoise,
};

function architectureOf(node: JsonObject): string | undefined {
  return stringAt(node, 'status', 'nodeInfo', 'architecture');
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

/**
 * The HyperConverged is edited by hand and by GitOps tools, and read in many places, its annotations among them: so all of it
 * counts, but what its operator writes over and over and nobody here reads: who owns which field, its version, the conditions
 * with their heartbeats, and the versions of the objects that it made.
 */
function withoutNoise(object: JsonObject): JsonObject {
  const metadata = without(objectAt(object, 'metadata'), ['managedFields', 'resourceVersion']);
  const status = without(objectAt(object, 'status'), ['conditions', 'relatedObjects']);
  return { ...object, metadata, status };
}

function without(object: JsonObject | undefined, names: readonly string[]): JsonObject {
  const entries = Object.entries(isObject(object) ? object : {});
  return Object.fromEntries(entries.filter(([name]) => !names.includes(name)));
}
