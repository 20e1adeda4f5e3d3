import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../shared/golden-images/json.ts';
import { changedPart } from '../../../../shared/golden-images/remedies/changed-part.ts';

const named = (name: string, rest: JsonObject = {}) => ({ metadata: { name }, ...rest });

describe('what a change touches', () => {
  const cases: { of: string; before: JsonObject; after: JsonObject; part: { before: JsonObject; after: JsonObject } }[] = [
    { of: 'nothing', before: { a: 1, b: { c: [1] } }, after: { b: { c: [1] }, a: 1 }, part: { before: {}, after: {} } },
    {
      of: 'one member among others',
      before: { a: { b: false, secret: 1 } },
      after: { a: { b: true, secret: 1 } },
      part: { before: { a: { b: false } }, after: { a: { b: true } } },
    },
    {
      of: 'a member that is new',
      before: { a: {} },
      after: { a: { b: { c: 1 } } },
      part: { before: { a: {} }, after: { a: { b: { c: 1 } } } },
    },
    {
      of: 'a member that goes',
      before: { a: { b: 1, c: 2 } },
      after: { a: { c: 2 } },
      part: { before: { a: { b: 1 } }, after: { a: {} } },
    },
    {
      of: 'an entry of a list with names: not its neighbours, and not the rest of it',
      before: { list: [named('theirs', { url: 'internal' }), named('ours', { url: 'internal', on: false })] },
      after: { list: [named('theirs', { url: 'internal' }), named('ours', { url: 'internal', on: true })] },
      part: { before: { list: [named('ours', { on: false })] }, after: { list: [named('ours', { on: true })] } },
    },
    {
      of: 'an entry that is new in a list with names',
      before: { list: [named('theirs')] },
      after: { list: [named('theirs'), named('ours', { on: false })] },
      part: { before: { list: [] }, after: { list: [named('ours', { on: false })] } },
    },
    {
      of: 'a list with a name twice: all of it',
      before: { list: [named('a'), named('a')] },
      after: { list: [named('a')] },
      part: { before: { list: [named('a'), named('a')] }, after: { list: [named('a')] } },
    },
    {
      of: 'a list without names: all of it',
      before: { list: [{ a: 1 }, { b: 1 }] },
      after: { list: [{ b: 1 }] },
      part: { before: { list: [{ a: 1 }, { b: 1 }] }, after: { list: [{ b: 1 }] } },
    },
  ];
  for (const { of, before, after, part } of cases) it(of, () => assert.deepEqual(changedPart(before, after), part));
});
