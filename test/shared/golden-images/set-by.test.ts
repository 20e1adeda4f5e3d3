import assert from 'node:assert/strict';
import type { Cause } from '../../../shared/golden-images/cause.ts';
import { readHyperConverged } from '../../../shared/golden-images/hyperconverged.ts';
import type { JsonObject } from '../../../shared/golden-images/json.ts';
import { readSetBy, whoSet } from '../../../shared/golden-images/set-by.ts';
import { hyperConverged, nodePlacement } from '../../helpers/cluster-objects.ts';

const at = '2026-11-22T10:10:00Z';
const LABELS = { 'kubernetes.io/arch': 'amd64' };

function owned(version: 'v1' | 'v1beta1', fieldsV1: JsonObject): JsonObject {
  const entry = { apiVersion: `hco.kubevirt.io/${version}`, manager: 'kubectl-edit', operation: 'Update', time: at, fieldsV1 };
  return { metadata: { managedFields: [entry] } };
}

/** The fields of the gate and of the placement in each version. */
const FIELDS = {
  v1: {
    gate: { 'f:spec': { 'f:workloadSources': { 'f:enableMultiArchBootImageImport': {} } } },
    placement: {
      'f:spec': { 'f:deployment': { 'f:nodePlacements': { 'f:workload': { 'f:nodeSelector': { 'f:kubernetes.io/arch': {} } } } } },
    },
  },
  v1beta1: {
    gate: { 'f:spec': { 'f:featureGates': { 'f:enableMultiArchBootImageImport': {} } } },
    placement: { 'f:spec': { 'f:workloads': { 'f:nodePlacement': { 'f:nodeSelector': {} } } } },
  },
} as const;

describe('who set the inputs of the CR', () => {
  for (const read of ['v1', 'v1beta1'] as const) {
    for (const written of ['v1', 'v1beta1'] as const) {
      for (const input of ['gate', 'placement'] as const) {
        it(`is known of the ${input}, read as ${read} and written as ${written}`, () => {
          const patch = owned(written, FIELDS[written][input]);
          const object = hyperConverged({ version: read, gate: true, placement: nodePlacement(LABELS), patch });
          const setBy = readSetBy(readHyperConverged(object));
          const others = input === 'gate' ? setBy.placement : setBy.gate;
          assert.deepEqual([setBy[input]?.manager, setBy[input]?.at, others], ['kubectl-edit', at, undefined]);
        });
      }
    }
  }

  it('is known of a gate in the list of v1', () => {
    const listed = { spec: { featureGates: [{ name: 'enableMultiArchBootImageImport' }] } };
    const fields = { 'f:spec': { 'f:featureGates': { 'k:{"name":"enableMultiArchBootImageImport"}': { '.': {} } } } };
    const object = hyperConverged({ patch: { ...listed, ...owned('v1', fields) } });
    assert.equal(readSetBy(readHyperConverged(object)).gate?.manager, 'kubectl-edit');
  });

  it('is nobody where the field is gone', () => {
    const object = hyperConverged({ patch: owned('v1', { 'f:spec': {} }) });
    assert.deepEqual(readSetBy(readHyperConverged(object)), { gate: undefined, placement: undefined });
  });
});

describe('who brought a cause about', () => {
  const owner = (manager: string) => ({ manager, operation: 'Update', at });
  const setBy = { gate: owner('of-the-gate'), placement: owner('of-the-placement') };
  const cases: readonly { cause: Cause; since: string; manager: string | undefined }[] = [
    { cause: 'import-enabled', since: '2026-11-22T10:10:00Z', manager: 'of-the-gate' },
    { cause: 'import-disabled', since: '2026-11-22T10:00:00Z', manager: 'of-the-gate' },
    { cause: 'one-architecture', since: '2026-11-22T10:00:00Z', manager: 'of-the-placement' },
    { cause: 'import-enabled', since: '2026-11-22T10:11:00Z', manager: 'of-the-gate' },
    { cause: 'import-enabled', since: '2026-11-22T10:11:01Z', manager: undefined },
    { cause: 'no-golden-images', since: '2026-11-22T10:00:00Z', manager: undefined },
  ];
  for (const { cause, since, manager } of cases) {
    it(`is ${manager ?? 'nobody'} of ${cause}, written at ${at}, true before ${since}`, () =>
      assert.equal(whoSet(cause, setBy, since)?.manager, manager));
  }
});
