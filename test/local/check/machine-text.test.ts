import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'yaml';
import { harmlessYaml, toJsonText, toYamlText } from '../../../local/check/machine-text.ts';

const SEEN = /^(?:\P{C}|\n|\p{Cn}|\p{Co})*$/u;

describe('text for machines', () => {
  const hostile = fc.array(
    fc.constantFrom(
      '\u001b[2J',
      '\u0085',
      '\u202e',
      '\u2028',
      '\ud800',
      '\u{e0041}',
      '\r',
      '\t',
      '\n',
      '"',
      '\\',
      ': ',
      '# ',
      '- ',
      '<<',
      'x',
      '…',
    ),
  );
  const text = fc.oneof(
    hostile.map((parts) => parts.join('')),
    fc.string(),
    fc.constantFrom('yes', '0777', '12:30', '~', 'null', '2026-01-01', '1e3'),
  );
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.boolean(),
      fc.integer(),
      fc.constant(null),
      fc.array(tie('value')),
      fc.dictionary(text, tie('value')),
    ),
  })).value;
  const plainValue = value.map((one): unknown => JSON.parse(JSON.stringify(one)));

  it('is the value, and nothing of it moves a cursor or hides, in JSON on one line or many', () => {
    fc.assert(
      fc.property(plainValue, fc.constantFrom(undefined, 2), (one, indent) => {
        const written = toJsonText(one, indent);
        assert.deepEqual(JSON.parse(written), one);
        assert.match(written, SEEN);
        if (indent === undefined) assert.doesNotMatch(written, /\n/);
      }),
    );
  });

  it('is the value for readers of YAML 1.1 and of 1.2, and nothing of it moves a cursor or hides', () => {
    fc.assert(
      fc.property(plainValue, fc.constantFrom('1.1' as const, '1.2' as const), (one, version) => {
        const written = toYamlText(one);
        assert.deepEqual(parse(written, { version, maxAliasCount: 0 }), one, written);
        assert.match(written, SEEN);
      }),
    );
  });

  it('makes YAML of somebody else harmless, and leaves its value, or its writing where it is harmless', () => {
    const harmful = 'a: "x"\nb: y\u202ez\n';
    assert.match(harmlessYaml(harmful), SEEN);
    assert.deepEqual(parse(harmlessYaml(harmful)), parse(harmful));
    assert.equal(harmlessYaml('a:   "x"\n'), 'a:   "x"\n');
  });

  it('keeps lines of a text as lines in YAML, and words as they are', () => {
    assert.equal(toYamlText({ diff: '-a\n+b\n', name: 'café' }), 'diff: |\n  -a\n  +b\nname: café\n');
  });
});
