import assert from 'node:assert/strict';
import fc from 'fast-check';
import { newestOf } from '../../../local/check/newest.ts';
import { type JsonObject, MalformedError } from '../../../shared/golden-images/json.ts';

const object = (name: string, resourceVersion: string, metadata: JsonObject = {}): JsonObject => ({
  kind: 'VirtualMachine',
  metadata: { namespace: 'shop', name, resourceVersion, ...metadata },
});

describe('of an object that was gathered more than once', () => {
  it('the one with the highest version is taken, in whatever order they come', () => {
    const versions = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.bigInt({ min: 0n, max: 10n ** 20n })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(versions, (gathered) => {
        const { items, changed, replaced } = newestOf(gathered.map(([name, version]) => object(name, String(version))));
        for (const name of new Set(gathered.map(([of]) => of))) {
          const of = gathered.filter((other) => other[0] === name).map(([, version]) => version);
          const highest = String(of.reduce((a, b) => (a > b ? a : b)));
          assert.ok(items.some((item) => JSON.stringify(item) === JSON.stringify(object(name, highest))));
          assert.equal(changed.includes(`VirtualMachine shop/${name}`), new Set(of).size > 1);
        }
        assert.deepEqual([items.length, replaced], [new Set(gathered.map(([name]) => name)).size, []]);
      }),
    );
  });

  it('that was made anew, the later one is taken, whatever its version', () => {
    const [old, young] = [
      object('a', '9', { uid: '1', creationTimestamp: '2026-01-01T00:00:00Z' }),
      object('a', '1', { uid: '2', creationTimestamp: '2026-02-01T00:00:00Z' }),
    ];
    for (const gathered of [
      [old, young],
      [young, old],
    ]) {
      assert.deepEqual(newestOf(gathered), { items: [young], changed: [], replaced: ['VirtualMachine shop/a'] });
    }
  });

  it('others of its name elsewhere are others', () => {
    const gathered = [object('a', '1'), object('a', '1', { namespace: 'other' }), { ...object('a', '1'), kind: 'DataVolume' }];
    assert.equal(newestOf(gathered).items.length, 3);
  });

  it('metadata that cannot be read is an error', () => assert.throws(() => newestOf([{ metadata: [] }]), MalformedError));
});
