import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { address, ConfigError, choice, file, integer, optional, readConfig, required, type Variable } from '../../shared/config.ts';

describe('the configuration', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'archwatch-config-'));
    writeFileSync(join(folder, 'full'), 'secret\n');
    writeFileSync(join(folder, 'empty'), ' \n');
  });
  after(() => rmSync(folder, { recursive: true }));

  const name = required('NAME', 'how it is called');
  const number = integer('NUMBER', { min: 1, max: 9, fallback: 5 });
  const word = choice('WORD', ['one', 'two'], 'one');
  const link = address('LINK', undefined);

  const good: readonly { when: string; variable: Variable<unknown>; environment: Record<string, string>; value: unknown }[] = [
    { when: 'a text', variable: name, environment: { NAME: 'prod' }, value: 'prod' },
    { when: 'a text with space around it', variable: name, environment: { NAME: ' prod\n' }, value: 'prod' },
    { when: 'an optional text', variable: optional('MAYBE'), environment: { MAYBE: 'x' }, value: 'x' },
    { when: 'an optional text that is empty', variable: optional('MAYBE'), environment: { MAYBE: ' ' }, value: undefined },
    { when: 'an optional text that is not there', variable: optional('MAYBE'), environment: {}, value: undefined },
    { when: 'a number that is not there', variable: number, environment: {}, value: 5 },
    { when: 'a number', variable: number, environment: { NUMBER: '9' }, value: 9 },
    { when: 'a word', variable: word, environment: { WORD: 'two' }, value: 'two' },
    { when: 'a word that is empty', variable: word, environment: { WORD: '' }, value: 'one' },
    { when: 'an address', variable: link, environment: { LINK: 'https://a.example/b' }, value: 'https://a.example/b' },
    { when: 'an address that is not there', variable: link, environment: {}, value: undefined },
    { when: 'an address with a default', variable: address('LINK', 'http://d/'), environment: {}, value: 'http://d/' },
  ];
  for (const { when, variable, environment, value } of good) {
    it(`reads ${when}`, () => assert.deepEqual(readConfig(environment, { variable }), { variable: value }));
  }

  const bad: readonly { when: string; variable: Variable<unknown>; environment: Record<string, string>; says: string }[] = [
    { when: 'a text that is not there', variable: name, environment: {}, says: 'NAME is not set: how it is called' },
    { when: 'a text that is empty', variable: name, environment: { NAME: ' ' }, says: 'NAME is not set: how it is called' },
    ...['0', '10', '-1', '1.5', '1e0', 'five', '0x5'].map((text) => ({
      when: `the number ${text}`,
      variable: number,
      environment: { NUMBER: text },
      says: `NUMBER is "${text}", not a whole number from 1 to 9`,
    })),
    { when: 'another word', variable: word, environment: { WORD: 'ONE' }, says: 'WORD is "ONE", not one of one, two' },
    ...['a.example', '/path', 'ftp://a.example', 'javascript:alert(1)', 'http://'].map((text) => ({
      when: `the address ${text}`,
      variable: link,
      environment: { LINK: text },
      says: `LINK is "${text}", not an http or https address`,
    })),
    ...['user:s3cret@am:9093', 'https//user:s3cret@am:9093', 'user:s3@cret@am:9093', 'ftp://user:s3cret@am:9093'].map((text) => ({
      when: `the address ${text}, and says no password`,
      variable: link,
      environment: { LINK: text },
      says: 'LINK is "…@am:9093", not an http or https address',
    })),
  ];
  for (const { when, variable, environment, says } of bad) {
    it(`refuses ${when}`, () => refuses(environment, { variable }, [says]));
  }

  it('reads the path of a file with something in it', () => {
    const FILE = join(folder, 'full');
    assert.deepEqual(readConfig({ FILE }, { secret: file('FILE', 'a secret') }), { secret: FILE });
  });

  const files = [
    { when: 'is not named', path: () => undefined, says: () => 'FILE is not set: a secret' },
    { when: 'is missing', path: () => join(folder, 'missing'), says: (path: string) => `FILE: ${path} cannot be read (ENOENT)` },
    { when: 'is a folder', path: () => folder, says: (path: string) => `FILE: ${path} cannot be read (EISDIR)` },
    { when: 'is empty', path: () => join(folder, 'empty'), says: (path: string) => `FILE: ${path} is empty` },
  ];
  for (const { when, path, says } of files) {
    it(`refuses a file that ${when}`, () => {
      const FILE = path();
      refuses({ FILE }, { secret: file('FILE', 'a secret') }, [says(FILE ?? '')]);
    });
  }

  it('names everything that is missing or wrong in one error, in order', () => {
    refuses({ NUMBER: '99', WORD: 'two' }, { name, number, word, link, secret: file('FILE', 'a secret') }, [
      'NAME is not set: how it is called',
      'NUMBER is "99", not a whole number from 1 to 9',
      'FILE is not set: a secret',
    ]);
  });

  it('does not hide a fault of the program behind that', () => {
    const broken: Variable<string> = () => {
      throw new TypeError('a bug');
    };
    assert.throws(() => readConfig({}, { name, broken }), TypeError);
  });
});

function refuses(
  environment: Record<string, string | undefined>,
  variables: Record<string, Variable<unknown>>,
  says: readonly string[],
): void {
  const message = ['The configuration is not usable:', ...says.map((line) => `- ${line}`)].join('\n');
  assert.throws(() => readConfig(environment, variables), new ConfigError(message));
}
