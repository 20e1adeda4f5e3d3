/** What is kept of signals that could not be recorded. */
import assert from 'node:assert/strict';
import { latestOf } from '../../../shared/look-again/unrecorded.ts';
import { claims, series } from '../../helpers/deliveries.ts';

const says = (at: number, group: string, options = {}) =>
  new Map([['HCOMultiArchGoldenImagesDisabled' as const, claims(at, group, [series('a', 'firing', 0)], options)]]);
const kept = (signals: ReturnType<typeof says>[]) =>
  latestOf(signals).map((signal) => [...signal.values()].map(({ groupKey, heardAt }) => `${groupKey} ${heardAt.slice(14, 16)}`).join());

describe('signals that could not be recorded', () => {
  const cases = [
    { rule: 'the last of each group is kept, in their order', signals: [says(1, 'g'), says(2, 'h'), says(3, 'g')], left: ['h 02', 'g 03'] },
    { rule: 'one that is cut only adds', signals: [says(1, 'g', { truncated: true }), says(2, 'g')], left: ['g 01', 'g 02'] },
    { rule: 'one without claims is not needed again', signals: [new Map(), says(1, 'g')], left: ['g 01'] },
  ];
  for (const { rule, signals, left } of cases) it(rule, () => assert.deepEqual(kept(signals), left));

  it('never more than twenty are kept, the newest', () => {
    const many = kept(Array.from({ length: 50 }, (_, index) => says(index, `g${index}`)));
    assert.deepEqual([many.length, many[0], many.at(-1)], [20, 'g30 30', 'g49 49']);
  });
});
