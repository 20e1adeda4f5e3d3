/** Every remedy on random clusters, against the embedded cluster's own model of what HCO makes of a CR. */
import assert from 'node:assert/strict';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { parse } from 'yaml';
import { isPicked, picksNodes } from '../../../../local/embedded-cluster/node-affinity.ts';
import type { CheckedRemedy, PrintedChange } from '../../../../shared/checked-remedy.ts';
import { PLACEMENT_PATH } from '../../../../shared/golden-images/hyperconverged.ts';
import { isObject, type Json, type JsonObject, listAt, objectAt, stringAt } from '../../../../shared/golden-images/json.ts';
import { changedPart } from '../../../../shared/golden-images/remedies/changed-part.ts';
import { TEMPLATES_PATH } from '../../../../shared/golden-images/templates.ts';
import { judge } from '../../../../shared/judge.ts';
import { applyJsonPatch } from '../../../../shared/kubernetes/apply-json-patch.ts';
import { toYaml } from '../../../../shared/kubernetes/yaml-diff.ts';
import { CLUSTER, type RandomCluster } from '../../../helpers/random-clusters.ts';
import { type Reconciled, reconciled } from '../../../helpers/reconciled.ts';
import { merge } from './merge.ts';

const ARCH = 'kubernetes.io/arch';
const runs = { numRuns: 200 };

interface Offered {
  readonly cluster: RandomCluster;
  readonly alert: string;
  readonly remedy: CheckedRemedy;
  readonly change: PrintedChange;
  /** The CR as the API server has it, in the version of the remedy. */
  readonly real: JsonObject;
  /** The same after the merge patch. */
  readonly patched: JsonObject;
}

function offered(cluster: RandomCluster): readonly Offered[] {
  const state = reconciled(cluster);
  return judge(state.look(cluster.dumpOf), 'kubectl').flatMap(({ alert, remedies }) =>
    remedies.flatMap((remedy) => {
      const { change, target } = remedy;
      if (change === undefined) return [];
      const real = state.read(target.version);
      return [{ cluster, alert, remedy, change, real, patched: merge(real, change.patch) }];
    }),
  );
}

function holds(check: (offer: Offered) => void) {
  fc.assert(
    fc.property(CLUSTER, (cluster) => {
      for (const offer of offered(cluster)) check(offer);
    }),
    runs,
  );
}

/** The cluster after a remedy: as it was stored anew, and reconciled. */
function applied({ cluster, remedy, change }: Offered): Reconciled {
  const state = reconciled(cluster);
  const outcome = state.patch(remedy.target.version, change.patch);
  assert.equal(outcome.kind, 'patched', JSON.stringify(outcome));
  return state;
}

function isPlaceholder({ remedy }: Offered): boolean {
  return remedy.id === 'override-common-images';
}

describe('a remedy on any cluster', () => {
  it('makes its condition absent exactly where it is said to clear the alert', () => {
    holds((offer) => {
      if (isPlaceholder(offer)) return;
      const { alert, remedy, change, cluster } = offer;
      const condition = judge(applied(offer).look(cluster.dumpOf), 'kubectl').find((one) => one.alert === alert)?.condition;
      assert.equal(condition?.kind, change.prediction.clears ? 'absent' : 'present');
      if (remedy.feasible) assert.equal(condition?.kind, 'absent');
    });
  });

  it('leaves the workload nodes and architectures that were foretold', () => {
    holds((offer) => {
      if (isPlaceholder(offer)) return;
      const { prediction } = offer.change;
      const [condition] = judge(applied(offer).look(offer.cluster.dumpOf), 'kubectl').map((one) => one.condition);
      assert.ok(condition && condition.kind !== 'unknown' && condition.evidence);
      const { architectures, rows } = condition.evidence;
      assert.deepEqual(architectures.workload, prediction.workloadArchitectures);
      assert.equal(rows.flatMap(({ nodes }) => nodes).length, prediction.workloadNodes);
      if (offer.remedy.feasible && prediction.leaving.length > 0) assert.notEqual(prediction.workloadNodes, 0);
    });
  });

  it('starts no alert that was not foretold', () => {
    holds((offer) => {
      if (isPlaceholder(offer)) return;
      const foretold = new Map(offer.change.prediction.starts.map(({ alert, goldenImages }) => [String(alert), goldenImages]));
      const before = new Set(present(reconciled(offer.cluster), offer.cluster).map(({ alert }) => alert));
      for (const { alert, condition } of present(applied(offer), offer.cluster)) {
        if (before.has(alert)) continue;
        const hit = condition.goldenImages.filter((image) => image.condition === 'present').map(({ name }) => name);
        for (const name of hit) assert.ok(foretold.get(alert)?.includes(name), `${alert} starts for ${name}`);
      }
    });
  });

  it('foretells no alert that does not start, but for a common image whose registry may be another', () => {
    holds((offer) => {
      if (isPlaceholder(offer)) return;
      const after = new Map(present(applied(offer), offer.cluster).map(({ alert, condition }) => [alert, condition.goldenImages]));
      for (const { alert, goldenImages } of offer.change.prediction.starts) {
        const hit = (after.get(alert) ?? []).filter(({ condition }) => condition === 'present').map(({ name }) => name);
        for (const name of goldenImages)
          if (name !== 'fedora-image-cron') assert.ok(hit.includes(name), `${alert} does not start for ${name}`);
      }
    });
  });

  it('changes nothing when it is applied again', () => {
    holds((offer) => {
      assert.deepEqual(merge(offer.patched, offer.change.patch), offer.patched);
      const { version } = offer.remedy.target;
      const state = applied(offer);
      const once = state.read(version).spec;
      state.patch(version, offer.change.patch);
      assert.deepEqual(state.read(version).spec, once);
    });
  });

  it('touches no path but its own, and keeps what others have in its lists', () => {
    holds((offer) => {
      const { version } = offer.remedy.target;
      assert.deepEqual(foreign(offer.patched, version), foreign(offer.real, version));
      if (!isPlaceholder(offer)) assertTemplatesKept(offer);
      assertTermsKept(offer);
    });
  });

  it('is the same object as a JSON Patch', () => {
    holds(({ change, real, patched }) => assert.deepEqual(applyJsonPatch(real, change.jsonPatch), { object: patched }));
  });

  it('is refused as a JSON Patch by a CR of another generation', () => {
    holds(({ change, real }) => {
      const metadata = { ...objectAt(real, 'metadata'), generation: Number(objectAt(real, 'metadata')?.generation) + 1 };
      assert.match(JSON.stringify(applyJsonPatch({ ...real, metadata }, change.jsonPatch)), /^\{"fault":".*generation/);
    });
  });

  it('is refused as a JSON Patch where the entries of a list that it changes have moved, or gone', () => {
    holds(({ change, real }) => {
      for (const { list, index } of changedEntries(change)) {
        for (const moved of [
          (entries: readonly Json[]) => [FOREIGN, ...entries],
          (entries: readonly Json[]) => entries.toSpliced(index, 1),
        ]) {
          const other = withList(real, list, moved);
          assert.ok('fault' in applyJsonPatch(other, change.jsonPatch), list.join('.'));
        }
      }
    });
  });

  it('is shown as a diff that makes of the YAML before the YAML after', () => {
    holds(({ change, remedy }) => {
      const part = changedPart(change.before, merge(change.before, change.patch));
      const result = applyPatch(toYaml(part.before), remedy.diff ?? '');
      assert.equal(result, toYaml(part.after));
      assert.deepEqual(parse(result || ''), bareEmpty(part.after));
    });
  });

  it('lets in no node that was not a workload node, but for those that the first placement brings in and that it names', () => {
    holds((offer) => {
      if (!isRestriction(offer)) return;
      const { joining } = offer.change.prediction;
      const { before, after } = workloads(offer);
      assert.deepEqual(
        after.filter((name) => !before.includes(name)),
        joining,
      );
      if (joining.length > 0) assert.ok(!picksNodes(placementOf(offer.real, offer)), 'there was a placement already');
    });
  });

  it('keeps each workload node of the architecture that placement is restricted to', () => {
    holds((offer) => {
      if (!isRestriction(offer)) return;
      const { before, after } = workloads(offer);
      const kept = offer.cluster.nodes
        .filter((node) => isPlainly(node, architectureOf(offer)))
        .map((node) => stringAt(node, 'metadata', 'name') ?? '');
      for (const name of kept) if (before.includes(name)) assert.ok(after.includes(name), `${name} drops out`);
    });
  });
});

function present(state: Reconciled, { dumpOf }: RandomCluster) {
  return judge(state.look(dumpOf), 'kubectl').flatMap(({ alert, condition }) =>
    condition.kind === 'present' ? [{ alert: String(alert), condition }] : [],
  );
}

type Version = 'v1' | 'v1beta1';
const OURS = ['ssp.kubevirt.io/dict.architectures', 'dataimportcrontemplate.kubevirt.io/enable'];

/** The CR without what any remedy may change; what is left empty is left out. */
function foreign(object: JsonObject, version: Version): Json | undefined {
  const paths = [
    version === 'v1'
      ? ['spec', 'workloadSources', 'enableMultiArchBootImageImport']
      : ['spec', 'featureGates', 'enableMultiArchBootImageImport'],
    TEMPLATES_PATH[version],
    [...PLACEMENT_PATH[version], 'nodeSelector', ARCH],
    termsPath(version),
  ];
  return pruned(paths.reduce(withoutPath, object));
}

function termsPath(version: Version): readonly string[] {
  return [...PLACEMENT_PATH[version], 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'];
}

function withoutPath(object: JsonObject, [name = '', ...rest]: readonly string[]): JsonObject {
  const there = object[name];
  const { [name]: _, ...others } = object;
  return rest.length > 0 && isObject(there) ? { ...others, [name]: withoutPath(there, rest) } : others;
}

function pruned(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return value;
  const members = Object.entries(value).flatMap(([name, member]) => {
    const kept = pruned(member);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function assertTemplatesKept({ real, patched, remedy }: Offered): void {
  const path = TEMPLATES_PATH[remedy.target.version];
  const [before, after] = [listAt(real, ...path) ?? [], listAt(patched, ...path) ?? []];
  assert.deepEqual(after.slice(0, before.length).map(withoutOurs), before.map(withoutOurs));
  for (const added of after.slice(before.length)) {
    const name = stringAt(added, 'metadata', 'name') ?? '';
    assert.deepEqual(added, { metadata: { name, annotations: { 'dataimportcrontemplate.kubevirt.io/enable': 'false' } } });
  }
}

function withoutOurs(entry: Json): Json | undefined {
  return isObject(entry) ? pruned(OURS.reduce((left, name) => withoutPath(left, ['metadata', 'annotations', name]), entry)) : entry;
}

/** Each term that is left is one that was there, in order, and says no less; only expressions about the architecture differ. */
function assertTermsKept({ real, patched, remedy }: Offered): void {
  const path = termsPath(remedy.target.version);
  const before = listAt(real, ...path);
  const after = listAt(patched, ...path) ?? [];
  if (before === undefined) assert.ok(after.length <= 1);
  else {
    const left = before.map(withoutArchitecture);
    for (const term of after) {
      const at = left.findIndex((other) => JSON.stringify(other) === JSON.stringify(withoutArchitecture(term)));
      assert.notEqual(at, -1, `${JSON.stringify(term)} was not there`);
      left.splice(0, at + 1);
    }
  }
}

function withoutArchitecture(term: Json): JsonObject {
  const expressions = (listAt(term, 'matchExpressions') ?? []).filter(
    (one) => stringAt(one, 'key') !== ARCH || stringAt(one, 'operator') !== 'In',
  );
  return { expressions, fields: listAt(term, 'matchFields') ?? [] };
}

const FOREIGN = { metadata: { name: 'foreign' }, matchExpressions: [{ key: 'foreign', operator: 'Exists' }] };

/** Where the JSON Patch changes or takes away an entry of a list: all but what it adds at an end. */
function changedEntries({ before, jsonPatch }: PrintedChange) {
  return jsonPatch.flatMap(({ op, path }) => {
    const names = path
      .slice(1)
      .split('/')
      .map((name) => name.replaceAll('~1', '/'));
    const at = names.findIndex((name) => /^\d+$/.test(name));
    const list = names.slice(0, at);
    const index = Number(names[at]);
    return op === 'test' || at === -1 || index >= (listAt(before, ...list)?.length ?? 0) ? [] : [{ list, index }];
  });
}

function withList(
  object: JsonObject,
  [name = '', ...rest]: readonly string[],
  change: (list: readonly Json[]) => readonly Json[],
): JsonObject {
  const there = object[name];
  if (rest.length === 0) return { ...object, [name]: change(Array.isArray(there) ? there : []) };
  return { ...object, [name]: withList(isObject(there) ? there : {}, rest, change) };
}

/** As YAML shows it: a key without a value. */
function bareEmpty(value: Json): Json {
  if (Array.isArray(value)) return value.map(bareEmpty);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, bareEmpty(member)] as const);
  return members.length === 0 ? null : Object.fromEntries(members);
}

function isRestriction({ remedy }: Offered): boolean {
  return remedy.id.startsWith('restrict-workload-placement-');
}

function architectureOf({ remedy }: Offered): string {
  return remedy.id.replace('restrict-workload-placement-', '');
}

function placementOf(object: JsonObject, { remedy }: Offered) {
  return JSON.parse(JSON.stringify(objectAt(object, ...PLACEMENT_PATH[remedy.target.version]) ?? {}));
}

/** Names of the workload nodes before and after, by the embedded cluster's reading of placements. */
function workloads(offer: Offered) {
  const [before = [], after = []] = [offer.real, offer.patched].map((object) => {
    const placement = placementOf(object, offer);
    const nodes: readonly Parameters<typeof isPicked>[0][] = JSON.parse(JSON.stringify(offer.cluster.nodes));
    const picked = nodes.filter((node) =>
      picksNodes(placement) ? isPicked(node, placement) : 'node-role.kubernetes.io/worker' in node.metadata.labels,
    );
    return picked.map(({ metadata }) => metadata.name).sort();
  });
  return { before, after };
}

/** Whether both labels of a node say the architecture. */
function isPlainly(node: JsonObject, architecture: string): boolean {
  const labels = objectAt(node, 'metadata', 'labels') ?? {};
  return labels[ARCH] === architecture && labels['beta.kubernetes.io/arch'] === architecture;
}
