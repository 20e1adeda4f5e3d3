import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { patchCommand, quote, runningOnCommand } from '../../../shared/kubernetes/patch-command.ts';

const TARGET = { resource: 'hyperconvergeds.v1.hco.kubevirt.io', namespace: 'openshift-cnv', name: 'kubevirt-hyperconverged' };

const HOSTILE = [
  '',
  ' ',
  '~',
  '*',
  "'",
  "''",
  "'\\''",
  '"',
  '\\',
  '\\\\n',
  '$HOME',
  '$(exit 3)',
  '`exit 3`',
  "'; exit 3 #",
  "$'\\n'",
  '#comment',
  '!history',
  '{a,b}',
  'a=b',
  '-n',
  '%s%d',
  'a\tb',
  'two\nlines',
  '\n',
  'trailing\n\n',
  '\r\n',
  '<&1 | a && b; (c)',
  'ä€😀',
];

/** What a shell makes of one command: the words, each ended by a NUL. */
function wordsOf(command: string): readonly string[] {
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

describe('a quoted word', () => {
  it('is the word itself to a POSIX shell', () => {
    assert.deepEqual(wordsOf(HOSTILE.map(quote).join(' ')), HOSTILE);
  });

  it('is the word itself, whatever it is', () => {
    const word = fc
      .string({ unit: 'binary' })
      .filter((text) => !text.includes('\0'))
      .map((text) => text.toWellFormed());
    const shelly = fc.string({ unit: fc.constantFrom(...'\'"\\$`!#&;|<>(){}[]*?~ \n=%-a') });
    fc.assert(
      fc.property(fc.array(fc.oneof(word, shelly), { minLength: 1, maxLength: 20 }), (words) => {
        assert.deepEqual(wordsOf(words.map(quote).join(' ')), words);
      }),
      { numRuns: 40 },
    );
  });

  for (const word of ['kubevirt-hyperconverged', 'a.b/c', 'x=1,2', '100%', '+@:_']) {
    it(`is left as it is where nothing needs quotes: ${word}`, () => assert.equal(quote(word), word));
  }
});

describe('the command that applies a patch', () => {
  it('is one line for kubectl', () => {
    const patch = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };
    assert.equal(
      patchCommand('kubectl', TARGET, { merge: patch }),
      'kubectl patch hyperconvergeds.v1.hco.kubevirt.io -n openshift-cnv kubevirt-hyperconverged --type=merge ' +
        `-p '{"spec":{"workloadSources":{"enableMultiArchBootImageImport":true}}}'`,
    );
  });

  it('is for oc where that is meant', () => assert.match(patchCommand('oc', TARGET, { merge: {} }), /^oc patch hyperconvergeds\.v1\./));

  const patches: object[] = [
    ...HOSTILE.map((text) => ({ [text]: text })),
    { lone: '\ud800', after: '\udc00x' },
    { separators: '\u2028\u2029\u0085\u007f', nul: '\0' },
    { list: [1, 'two', null, { three: false }] },
  ];

  it('hands exactly the patch to the client, whatever is in it', () => {
    for (const patch of patches) {
      const words = wordsOf(patchCommand('kubectl', TARGET, { merge: patch }));
      assert.deepEqual(words.slice(0, -1), [
        'kubectl',
        'patch',
        TARGET.resource,
        '-n',
        TARGET.namespace,
        TARGET.name,
        '--type=merge',
        '-p',
      ]);
      assert.deepEqual(JSON.parse(words.at(-1) ?? ''), patch);
    }
  });

  it('is printable ASCII on one line, whatever is in the patch', () => {
    const anything = fc.oneof(fc.constantFrom(...patches), fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()));
    fc.assert(fc.property(anything, (patch) => assert.match(patchCommand('kubectl', TARGET, { merge: patch }), /^[ -~]+$/)));
  });

  it('quotes a hostile name', () => {
    const words = wordsOf(patchCommand('kubectl', { ...TARGET, namespace: '$(exit 3)', name: "a'; exit 3 #" }, { merge: {} }));
    assert.deepEqual(words.slice(3, 6), ['-n', '$(exit 3)', "a'; exit 3 #"]);
  });
});

describe('the command that lists virtual machines', () => {
  const names = (count: number) => Array.from({ length: count }, (_, at) => `worker-${at}`);

  it('selects those on the nodes by the label that KubeVirt gives them', () => {
    assert.deepEqual(wordsOf(runningOnCommand('oc', ['worker-1', 'worker-2'])), [
      'oc',
      'get',
      'virtualmachineinstances.kubevirt.io',
      '-A',
      '-l',
      'kubevirt.io/nodeName in (worker-1,worker-2)',
    ]);
  });

  it('lists all, with their nodes, where the selector would be too long to read', () => {
    assert.match(runningOnCommand('kubectl', names(10)), /worker-9/);
    assert.equal(runningOnCommand('kubectl', names(11)), 'kubectl get virtualmachineinstances.kubevirt.io -A -o wide');
  });
});
