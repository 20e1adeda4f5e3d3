/** The operator of the embedded cluster, which tests take for the real one, decides every recorded state as a real one did. */
import assert from 'node:assert/strict';
import { type JsonObject, objectAt, objectsAt, textAt, without } from '../../local/embedded-cluster/json.ts';
import { decideStatus, multiArchMetric, type Observed } from '../../local/embedded-cluster/operator.ts';
import { RELEASES, type Release } from '../../local/embedded-cluster/releases.ts';
import type { TruthName } from './servers/paths.ts';
import { type Dump, readTruth } from './truth.ts';

const folders: readonly { readonly folder: TruthName; readonly release: Release }[] = [
  { folder: '1.17', release: '1.17' },
  { folder: '1.18', release: '1.18' },
  { folder: '1.19', release: '1.19' },
  { folder: '1.19-webhooks', release: '1.19' },
];

describe('the embedded operator', () => {
  for (const { folder, release } of folders) {
    const dumps = readTruth(folder).filter(({ version }) => version === RELEASES[release].stored);
    it(`decides as the real one: ${folder}, ${dumps.length} states`, () => {
      assert.ok(dumps.length > 20);
      for (const dump of dumps) {
        const observed = observe(dump, release);
        const status = decideStatus(observed);
        assert.equal(multiArchMetric(observed) ?? null, dump.answer.metric, `the metric of ${dump.state}`);
        assert.deepEqual(status.nodeInfo, objectAt(recorded(dump), 'nodeInfo'), `the nodes of ${dump.state}`);
        assert.deepEqual(imagesIn(status), imagesIn(recorded(dump)), `the golden images of ${dump.state}`);
      }
    });
  }
});

function observe(dump: Dump, release: Release): Observed {
  const objects: readonly JsonObject[] = JSON.parse(JSON.stringify(dump.objects));
  const nodes = objects.filter(({ kind }) => kind === 'Node').map(toNode);
  const [cr = {}] = objects.filter(({ kind }) => kind === 'HyperConverged');
  return { release, spec: objectAt(cr, 'spec'), generation: 1, nodes, now: '2026-11-22T10:00:00Z' };
}

function toNode(node: JsonObject): Observed['nodes'][number] {
  const labels = Object.fromEntries(Object.entries(objectAt(node, 'metadata', 'labels')).map(([key, value]) => [key, String(value)]));
  return {
    metadata: { name: textAt(node, 'metadata', 'name') ?? '', labels },
    status: { nodeInfo: { architecture: textAt(node, 'status', 'nodeInfo', 'architecture') ?? '' } },
  };
}

function recorded({ objects }: Dump): JsonObject {
  const [cr] = objects.filter(({ kind }) => kind === 'HyperConverged');
  return objectAt(JSON.parse(JSON.stringify(cr)), 'status');
}

/** All but when something came about, and the minute that each operator draws. */
function imagesIn(status: JsonObject): readonly JsonObject[] {
  return objectsAt(status, 'dataImportCronTemplates').map((template) => {
    const decided = objectAt(template, 'status');
    const conditions = objectsAt(decided, 'conditions').map((condition) => without(condition, 'lastTransitionTime'));
    const spec = without(objectAt(template, 'spec'), 'schedule');
    return { ...template, spec, status: { ...decided, ...('conditions' in decided ? { conditions } : {}) } };
  });
}
