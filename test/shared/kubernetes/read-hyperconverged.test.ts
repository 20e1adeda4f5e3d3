import assert from 'node:assert/strict';
import { MalformedError } from '../../../shared/golden-images/json.ts';
import { ReadError } from '../../../shared/kubernetes/failure.ts';
import { chooseHyperConverged } from '../../../shared/kubernetes/read-hyperconverged.ts';
import { hyperConverged } from '../../helpers/cluster-objects.ts';

describe('the HyperConverged of a cluster', () => {
  const one = hyperConverged({ namespace: 'one', name: 'kubevirt-hyperconverged' });
  const two = hyperConverged({ namespace: 'two', name: 'kubevirt-hyperconverged' });
  const broken = { metadata: { namespace: 'broken', name: 'kubevirt-hyperconverged' } };
  const named = (namespace: string) => ({ namespace, name: 'kubevirt-hyperconverged' });

  const chosen: { when: string; items: readonly unknown[]; wanted?: string; is: unknown }[] = [
    { when: 'there is one', items: [one], is: one },
    { when: 'there is none', items: [], is: undefined },
    { when: 'there is none, and one is wanted', items: [], wanted: 'one', is: undefined },
    { when: 'it is the wanted one of two', items: [one, two], wanted: 'two', is: two },
    { when: 'the only one is wanted', items: [one], wanted: 'one', is: one },
    { when: 'one that is not wanted cannot be read', items: [broken, two], wanted: 'two', is: two },
  ];
  for (const { when, items, wanted, is } of chosen) {
    it(`is ${is === undefined ? 'none' : 'chosen'} when ${when}`, () => {
      assert.equal(chooseHyperConverged(items, wanted === undefined ? undefined : named(wanted))?.object, is);
    });
  }

  const refused: { when: string; items: readonly unknown[]; wanted?: { namespace: string; name: string }; says: RegExp }[] = [
    { when: 'there are two', items: [two, one], says: /2 HyperConverged \(one\/.*, two\/.*\).*HYPERCONVERGED/ },
    { when: 'the wanted one is not there', items: [one], wanted: named('two'), says: /HYPERCONVERGED names two\/.*has one\// },
    { when: 'the wanted one is neither of two', items: [one, two], wanted: named('three'), says: /HYPERCONVERGED names three\// },
    {
      when: 'only its namespace is right',
      items: [one],
      wanted: { namespace: 'one', name: 'other' },
      says: /HYPERCONVERGED names one\/other/,
    },
  ];
  for (const { when, items, wanted, says } of refused) {
    it(`is ambiguous when ${when}`, () => {
      assert.throws(
        () => chooseHyperConverged(items, wanted),
        (error) => error instanceof ReadError && error.reason === 'ambiguous' && says.test(error.message),
      );
    });
  }

  it('is refused when it cannot be read', () => assert.throws(() => chooseHyperConverged([broken], undefined), MalformedError));
});
