/** What somebody typed, where it can neither forge a line nor hide a word. */
import assert from 'node:assert/strict';
import { plain, plainLines, plainStart } from '../../shared/plain.ts';

describe('plain text', () => {
  const cases = [
    { what: 'a line break', from: 'a\nb\r\nc', to: 'a\uFFFDb\uFFFD\uFFFDc' },
    { what: 'a line separator of Unicode', from: 'a\u2028b\u2029c\u0085d', to: 'a\uFFFDb\uFFFDc\uFFFDd' },
    { what: 'a terminal’s escape', from: '\u001b[2J', to: '\uFFFD[2J' },
    { what: 'a change of direction', from: 'a\u202eb\u2066c', to: 'a\uFFFDb\uFFFDc' },
    { what: 'a formatting character', from: 'a\ufff9b\u06ddc', to: 'a\uFFFDb\uFFFDc' },
    { what: 'what has no width', from: 'a\u200bb\ufeffc\u3164d', to: 'a\uFFFDb\uFFFDc\uFFFDd' },
    { what: 'half a character', from: 'a\ud83db\ude00', to: 'a\uFFFDb\uFFFD' },
    { what: 'nothing of a name as it should be', from: 'wörker-1.例え 😀', to: 'wörker-1.例え 😀' },
  ];
  for (const { what, from, to } of cases) {
    it(`marks ${what}`, () => assert.equal(plain(from), to));
  }

  it('is cut, and never in the middle of a character', () => {
    assert.deepEqual([plainStart('a\nb\nc', 3), plainStart('ab', 3), plainStart('ab😀', 3)], ['a\uFFFDb', 'ab', 'ab\uFFFD']);
  });

  it('keeps the breaks between lines and drops those at the end', () => assert.equal(plainLines('a\tb\nc\u001b\n\n'), 'a\uFFFDb\nc\uFFFD'));
});
