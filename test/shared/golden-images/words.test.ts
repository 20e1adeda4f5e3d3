/** Lists and numbers in a sentence. */
import assert from 'node:assert/strict';
import { count, listOf } from '../../../shared/golden-images/words.ts';

describe('a list in a sentence', () => {
  const cases = [
    { names: [], text: 'none' },
    { names: ['a'], text: 'a' },
    { names: ['a', 'b'], text: 'a and b' },
    { names: ['a', 'b', 'c'], text: 'a, b and c' },
    { names: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], text: 'a, b, c, d, e and 2 more' },
    { names: ['a', 'b', 'c'], shown: 2, text: 'a, b and 1 more' },
    { names: ['a', 'b', 'c'], shown: 1, text: 'a and 2 more' },
  ];
  for (const { names, shown, text } of cases) {
    it(`is "${text}" for ${names.length} of which ${shown ?? 5} are shown`, () => assert.equal(listOf(names, shown), text));
  }

  it('has each name as it is to be written, and only what is shown is', () => {
    const written: string[] = [];
    const write = (name: string) => {
      written.push(name);
      return name.toUpperCase();
    };
    assert.equal(listOf(['a', 'b', 'c'], 2, write), 'A, B and 1 more');
    assert.deepEqual(written, ['a', 'b']);
  });

  it('leaves the list as it was', () => {
    const names = ['a', 'b'];
    listOf(names);
    assert.deepEqual(names, ['a', 'b']);
  });
});

describe('a number in a sentence', () => {
  it('counts none, one and several', () =>
    assert.deepEqual(
      [0, 1, 2].map((number) => count(number, 'node')),
      ['0 nodes', '1 node', '2 nodes'],
    ));
});
