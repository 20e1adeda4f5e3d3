import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Change } from '../../../functions/node-events/change.ts';
import { createRelevance, type Relevance } from '../../../functions/node-events/relevance.ts';
import type { Action } from '../../../shared/knative-events.ts';

const change = (action: Action, version: number | undefined, digest: string | undefined, uid = 'u'): Change => ({
  ...{ kind: 'change', resource: 'nodes', name: 'n' },
  ...{ action, uid, digest, resourceVersion: version === undefined ? undefined : String(version) },
});
type Step = readonly [Action, number | undefined, string | undefined];
const take = (relevance: Relevance, step: Step): boolean => {
  const followed = relevance.follow(change(...step));
  followed?.succeeded();
  return followed !== undefined;
};

describe('what is relevant', () => {
  const CASES: readonly { readonly when: string; readonly before: readonly Step[]; readonly now: Step; readonly is: boolean }[] = [
    { when: 'an update is the first that is seen', before: [], now: ['update', 5, 'a'], is: true },
    { when: 'an update changes nothing since the add', before: [['add', 5, 'a']], now: ['update', 6, 'a'], is: false },
    { when: 'an update changes something', before: [['add', 5, 'a']], now: ['update', 6, 'b'], is: true },
    {
      when: 'an update changes it back',
      before: [
        ['add', 5, 'a'],
        ['update', 6, 'b'],
      ],
      now: ['update', 7, 'a'],
      is: true,
    },
    { when: 'an event is sent again', before: [['add', 5, 'a']], now: ['add', 5, 'a'], is: false },
    { when: 'a delete is sent again', before: [['delete', 5, 'a']], now: ['delete', 5, 'a'], is: false },
    { when: 'a delete changes nothing else', before: [['add', 5, 'a']], now: ['delete', 6, 'a'], is: true },
    { when: 'a selector lets the object in again', before: [['delete', 5, 'a']], now: ['add', 6, 'a'], is: true },
    { when: 'the object is back without an add', before: [['delete', 5, 'a']], now: ['update', 6, 'a'], is: true },
    { when: 'an older update comes late', before: [['update', 7, 'b']], now: ['update', 6, 'b'], is: true },
    {
      when: 'what came late does not count',
      before: [
        ['update', 7, 'b'],
        ['update', 6, 'a'],
      ],
      now: ['update', 8, 'a'],
      is: true,
    },
    {
      when: 'an older one comes after many that changed nothing',
      before: [
        ['add', 5, 'a'],
        ['update', 9, 'a'],
        ['update', 7, 'b'],
      ],
      now: ['update', 10, 'b'],
      is: true,
    },
    { when: 'the object could not be read', before: [['update', 5, undefined]], now: ['update', 6, undefined], is: true },
    { when: 'nobody says which version', before: [['update', undefined, 'a']], now: ['update', undefined, 'a'], is: true },
  ];
  for (const { when, before, now, is } of CASES) {
    it(`is ${is ? 'an event' : 'no event'} when ${when}`, () => {
      const relevance = createRelevance();
      for (const step of before) take(relevance, step);
      assert.equal(take(relevance, now), is);
    });
  }

  it('compares versions as numbers, however long', () => {
    const relevance = createRelevance();
    relevance.follow({ ...change('update', 0, 'a'), resourceVersion: '9' })?.succeeded();
    assert.equal(relevance.follow({ ...change('update', 0, 'a'), resourceVersion: '10' }), undefined);
    assert.equal(relevance.follow({ ...change('update', 0, 'a'), resourceVersion: '90071992547409931' }), undefined);
    assert.ok(relevance.follow({ ...change('update', 0, 'a'), resourceVersion: '90071992547409930' }));
  });

  it('is an event whose look failed, when its sender repeats it', () => {
    const relevance = createRelevance();
    take(relevance, ['add', 5, 'a']);
    relevance.follow(change('update', 6, 'b'))?.failed();
    assert.equal(take(relevance, ['update', 6, 'b']), true);
  });

  it('is every event of an object that another is still looked after for', () => {
    const relevance = createRelevance();
    take(relevance, ['add', 5, 'a']);
    const first = relevance.follow(change('update', 6, 'b'));
    const second = relevance.follow(change('update', 7, 'a'));
    assert.ok(second, 'what is remembered is the state before the first');
    first?.succeeded();
    assert.ok(relevance.follow(change('update', 8, 'b')), 'the second is not done');
  });

  it('forgets an object when one of two looks failed, whichever ended first', () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const relevance = createRelevance();
      const both = [relevance.follow(change('update', 6, 'a')), relevance.follow(change('update', 7, 'b'))];
      for (const index of order)
        if (index === 0) both[index]?.succeeded();
        else both[index]?.failed();
      assert.equal(take(relevance, ['update', 8, 'a']), true);
    }
  });

  it('wants a look that has seen the newest version when an older one comes late', () => {
    const relevance = createRelevance();
    take(relevance, ['add', 5, 'a']);
    assert.equal(take(relevance, ['update', 7, 'a']), false, 'nothing is known of what lay between');
    assert.equal(relevance.follow(change('update', 6, 'b'))?.resourceVersion, '7');
  });

  it('tells objects and resources apart', () => {
    const relevance = createRelevance();
    take(relevance, ['add', 5, 'a']);
    assert.ok(relevance.follow(change('update', 6, 'a', 'another')));
    assert.ok(relevance.follow({ ...change('update', 6, 'a'), resource: 'hyperConverged' }));
    assert.ok(relevance.follow({ ...change('update', 6, 'a'), uid: undefined }));
  });

  it('remembers so many objects, and lets go of who was not seen for the longest', () => {
    const relevance = createRelevance(2);
    const see = (uid: string, version: number) => {
      const followed = relevance.follow(change('update', version, 'a', uid));
      followed?.succeeded();
      return followed !== undefined;
    };
    see('x', 1);
    see('y', 2);
    assert.equal(see('x', 3), false);
    see('z', 4);
    assert.deepEqual([see('x', 5), see('y', 6)], [false, true]);
  });

  it('never leaves out the last change of an object, in whatever order and however often events come', () => {
    const updates = fc.array(fc.record({ digest: fc.constantFrom('a', 'b'), ends: fc.boolean() }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(updates, fc.infiniteStream(fc.nat()), (states, numbers) => {
        const relevance = createRelevance();
        /** The newest version that a look has surely seen. */
        let looked = 0;
        const deliveries = states.map((state, index) => ({ ...state, version: index + 1 }));
        const shuffled = deliveries.flatMap((one) => [one, one]).sort(() => (Number(numbers.next().value) % 3) - 1);
        for (const { digest, ends, version } of [...shuffled, ...deliveries.map((one) => ({ ...one, ends: true }))]) {
          const followed = relevance.follow(change('update', version, digest));
          if (followed && ends) looked = Math.max(looked, Number(followed.resourceVersion));
          if (ends) followed?.succeeded();
          else followed?.failed();
        }
        const stateAt = (version: number) => deliveries[version - 1]?.digest;
        assert.equal(stateAt(looked), stateAt(deliveries.length));
      }),
    );
  });
});
