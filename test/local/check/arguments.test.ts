import assert from 'node:assert/strict';
import { parseCheckArguments, UsageError } from '../../../local/check/arguments.ts';

describe('the command line of the terminal check', () => {
  const nothing = { from: undefined, output: 'text', wanted: undefined, help: false };
  const lines: readonly { readonly args: readonly string[]; readonly means: object }[] = [
    { args: [], means: {} },
    { args: ['-o', 'yaml'], means: { output: 'yaml' } },
    { args: ['--output', 'markdown', '--from', 'dump'], means: { output: 'markdown', from: 'dump' } },
    { args: ['--remedy', 'x', '--print', 'json-patch'], means: { wanted: { remedy: 'x', print: 'json-patch', alert: undefined } } },
    {
      args: ['--remedy', 'x', '--print', 'patch', '--alert', 'HCOGoldenImageWithNoArchitectureAnnotation'],
      means: { wanted: { remedy: 'x', print: 'patch', alert: 'HCOGoldenImageWithNoArchitectureAnnotation' } },
    },
  ];
  for (const { args, means } of lines) {
    it(`takes: ${args.join(' ') || 'nothing'}`, () => assert.deepEqual(parseCheckArguments(args), { ...nothing, ...means }));
  }

  const faults: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
    { args: ['--output', 'xml'], says: /^--output is "xml", not text, json, yaml or markdown$/m },
    { args: ['--remedy', 'x'], says: /^--remedy needs --print$/m },
    { args: ['--print', 'patch'], says: /^--print needs --remedy$/m },
    { args: ['--alert', 'HCOGoldenImageWithNoArchitectureAnnotation'], says: /^--alert needs --remedy$/m },
    { args: ['--remedy', 'x', '--print', 'diff'], says: /^--print is "diff", not patch, json-patch, command or yaml$/m },
    { args: ['--remedy', 'x', '--print', 'patch', '--alert', 'Other'], says: /^--alert is "Other", not HCO/m },
    { args: ['--remedy', 'x', '--print', 'patch', '-o', 'json'], says: /^--output is for the whole report/m },
    { args: ['folder'], says: /Unexpected argument 'folder'/ },
  ];
  for (const { args, says } of faults) {
    it(`says what is wrong, and the usage, for: ${args.join(' ')}`, () => {
      const isRight = (error: unknown) =>
        error instanceof UsageError && says.test(error.message) && error.message.includes('npm run check -- ');
      assert.throws(() => parseCheckArguments(args), isRight);
    });
  }
});
