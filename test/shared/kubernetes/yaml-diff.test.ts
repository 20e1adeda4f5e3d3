import assert from 'node:assert/strict';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { parse } from 'yaml';
import { toManifest, toYaml, yamlDiff } from '../../../shared/kubernetes/yaml-diff.ts';

const NAME = 'hyperconvergeds.v1.hco.kubevirt.io kubevirt-hyperconverged/kubevirt-hyperconverged';

function assertApplies(before: object, after: object) {
  assert.equal(applyPatch(toYaml(before), yamlDiff(NAME, before, after)), toYaml(after));
}

describe('the diff of a change', () => {
  it('shows the whole of what the change touches, and what becomes of it', () => {
    const before = { spec: { workloadSources: {} } };
    const after = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };
    assert.equal(
      yamlDiff(NAME, before, after),
      [
        `--- ${NAME}`,
        `+++ ${NAME}`,
        '@@ -1,2 +1,3 @@ only what changes; the rest of the CR is left out',
        ' spec:',
        '   workloadSources:',
        '+    enableMultiArchBootImageImport: true',
        '',
      ].join('\n'),
    );
  });

  it('shows a value that is replaced', () => {
    const lines = yamlDiff(NAME, { spec: { a: false, b: 1 } }, { spec: { a: true, b: 1 } }).split('\n');
    assert.deepEqual(lines.slice(3), [' spec:', '-  a: false', '+  a: true', '   b: 1', '']);
  });

  it('shows all unchanged lines, however many', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`key-${at}`, at]));
    const diff = yamlDiff(NAME, many, { ...many, 'key-100': 'changed' });
    assert.equal(diff.split('\n').filter((line) => line.startsWith(' ')).length, 199);
    assert.equal(diff.match(/^@@/gm)?.length, 1);
  });

  const HOSTILE = [
    '',
    ' ',
    '~',
    'null',
    'yes',
    '1e3',
    '0x1',
    '- a',
    'a: b',
    '# a',
    "'",
    '"',
    '\\',
    '{}',
    '--- a',
    '+++ b',
    '@@ -1 +1 @@',
    '%',
    '|',
    '> a',
  ];
  const LINES = [
    'two\nlines',
    'ends\n',
    '\n',
    '\n\n',
    ' leading\n  deeper',
    'a\r\nb',
    'a\rb',
    '\t',
    '-a\n+b\n',
    '\\ No newline at end of file',
    '\u2028',
    '\u0085',
    '\u0000',
    '😀',
    '\ud800',
  ];
  for (const text of [...HOSTILE, ...LINES]) {
    it(`applies with the text ${JSON.stringify(text)}`, () => {
      assertApplies({ spec: { value: 'before' } }, { spec: { value: text } });
      assertApplies({ spec: { value: text } }, { spec: { value: 'after' } });
      assertApplies({ spec: { [text]: text, list: [text] } }, { spec: { [text]: text, list: [text, text] } });
      assertApplies({}, { [text]: text });
      assertApplies({ [text]: text }, {});
    });
  }

  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(...HOSTILE, ...LINES),
    fc.string({ unit: fc.constantFrom(...'a -:#\n\r"\''), maxLength: 8 }),
  );
  const { object } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  }));

  it('makes of the YAML before the YAML after, for any JSON', () => {
    fc.assert(
      fc.property(object, object, (before, after) => assertApplies(before, after)),
      { numRuns: 300 },
    );
  });

  it('makes of the YAML before the YAML after, for any change of a part', () => {
    const changeOfPart = fc.property(object, object, object, (same, before, changed) => {
      assertApplies({ ...same, spec: before }, { ...same, spec: { ...before, ...changed } });
    });
    fc.assert(changeOfPart, { numRuns: 200 });
  });
});

describe('the YAML of an object', () => {
  it('has its keys sorted, and bare keys for what is empty', () => {
    assert.equal(toYaml({ spec: { b: [], a: {}, c: null }, apiVersion: 'v1' }), 'apiVersion: v1\nspec:\n  a:\n  b:\n  c:\n');
  });

  it('is nothing for nothing', () => assert.equal(toYaml({}), ''));

  it('does not wrap a long line', () => {
    assert.equal(toYaml({ a: 'word '.repeat(100).trim() }).split('\n').length, 2);
  });

  for (const text of ['yes', 'null', '1e3', '', '~', 'a: b', '# a', 'two\nlines\n', '\u2028', "it's"]) {
    it(`is read back as the text ${JSON.stringify(text)}`, () => assert.deepEqual(parse(toYaml({ a: text })), { a: text }));
  }
});

describe('the YAML of a manifest', () => {
  it('is read back as the object, also where something in it is empty', () => {
    const object = { spec: { storage: {}, terms: [], name: 'a: b' }, apiVersion: 'v1' };
    assert.deepEqual(parse(toManifest(object)), object);
    assert.ok(toManifest(object).startsWith('apiVersion: v1\n'));
  });
});
