/** What is said of a proposal, in the message and in the terminal alike. */
import assert from 'node:assert/strict';
import type { Prediction } from '../../../../shared/golden-images/remedies/remedy.ts';
import { firstQuestion, predictionSentences, standing } from '../../../../shared/golden-images/remedies/wording.ts';

const PREDICTION: Prediction = {
  workloadArchitectures: ['amd64'],
  workloadNodes: 2,
  open: undefined,
  leaving: [],
  joining: [],
  clears: true,
  starts: [],
};
/** Says of each list what it is asked to be. */
const names = (list: readonly string[], noun: string) => `${noun} ${list.join('+')}`;

describe('how a proposal stands', () => {
  const cases = [
    { feasible: true, advised: true, isPattern: false, says: 'advised' },
    { feasible: true, advised: false, isPattern: false, says: 'not advised' },
    { feasible: false, advised: false, isPattern: false, says: 'does not work here' },
    { feasible: false, advised: false, isPattern: true, says: 'for you to complete' },
  ];
  for (const { says, ...draft } of cases) it(`is: ${says}`, () => assert.equal(standing(draft), says));
});

describe('what follows a proposal', () => {
  const cases: readonly { readonly prediction: Partial<Prediction>; readonly says: readonly string[] }[] = [
    { prediction: {}, says: ['After it: the alert clears; 2 workload nodes (architecture amd64).'] },
    {
      prediction: { clears: false, workloadArchitectures: ['amd64', 'arm64'], workloadNodes: 1, open: 0 },
      says: ['After it: the alert stays; 1 workload node (architecture amd64+arm64), VMs can run on 0 of them.'],
    },
    {
      prediction: { open: 2, leaving: ['arm-1'] },
      says: ['After it: the alert clears; 2 workload nodes (architecture amd64), VMs can run on 2 of them. node arm-1 drops out.'],
    },
    {
      prediction: { leaving: ['arm-1', 'arm-2'] },
      says: ['After it: the alert clears; 2 workload nodes (architecture amd64). node arm-1+arm-2 drop out.'],
    },
    {
      prediction: {
        starts: [
          { alert: 'HCOGoldenImageWithNoSupportedArchitecture', goldenImages: ['a'] },
          { alert: 'HCOGoldenImageWithNoArchitectureAnnotation', goldenImages: ['b', 'c'] },
        ],
      },
      says: [
        'After it: the alert clears; 2 workload nodes (architecture amd64).',
        'Starts HCOGoldenImageWithNoSupportedArchitecture for golden image a.',
        'Starts HCOGoldenImageWithNoArchitectureAnnotation for golden image b+c.',
      ],
    },
  ];
  for (const { prediction, says } of cases) {
    it(`is said: ${says.join(' ')}`, () => assert.deepEqual(predictionSentences({ ...PREDICTION, ...prediction }, names), says));
  }
});

describe('what must be known first', () => {
  it('is asked of the nodes that it is about', () =>
    assert.equal(
      firstQuestion(['arm-1', 'arm-2'], names),
      'First: does a virtual machine run on node arm-1+arm-2? Do not do this while one does.',
    ));
});
