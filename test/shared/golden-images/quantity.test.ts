import assert from 'node:assert/strict';
import { bytesOf, inGibibytes } from '../../../shared/golden-images/quantity.ts';

describe('a quantity of storage', () => {
  const cases: { quantity: string; bytes: number | undefined }[] = [
    { quantity: '30Gi', bytes: 30 * 2 ** 30 },
    { quantity: '1.5Ti', bytes: 1.5 * 2 ** 40 },
    { quantity: '10G', bytes: 1e10 },
    { quantity: '1E', bytes: 1e18 },
    { quantity: '1e3', bytes: 1000 },
    { quantity: '12E6', bytes: 12e6 },
    { quantity: '500m', bytes: 0.5 },
    { quantity: '+1k', bytes: 1000 },
    { quantity: '.5Gi', bytes: 2 ** 29 },
    { quantity: '1073741824', bytes: 2 ** 30 },
    { quantity: '', bytes: undefined },
    { quantity: '10GB', bytes: undefined },
    { quantity: '-1Gi', bytes: undefined },
    { quantity: '1constructor', bytes: undefined },
    { quantity: 'Gi', bytes: undefined },
  ];
  for (const { quantity, bytes } of cases) {
    it(`${JSON.stringify(quantity)} is ${bytes} bytes`, () => assert.equal(bytesOf(quantity), bytes));
  }

  it('is shown in whole GiB, rounded up', () => {
    assert.deepEqual([1, 2 ** 30, 2 ** 30 + 1].map(inGibibytes), ['1 GiB', '1 GiB', '2 GiB']);
  });
});
