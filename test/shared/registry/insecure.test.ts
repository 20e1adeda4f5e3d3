import assert from 'node:assert/strict';
import { insecureRule } from '../../../shared/registry/insecure.ts';

describe('an insecure host', () => {
  const cases: readonly [entry: string, url: string, isInsecure: boolean][] = [
    ['r.example.org', 'https://r.example.org/v2/', true],
    ['r.example.org', 'http://r.example.org/v2/', true],
    ['R.Example.org ', 'https://r.example.org/', true],
    ['r.example.org', 'https://r.example.org:5000/', false],
    ['r.example.org:5000', 'https://r.example.org:5000/', true],
    ['r.example.org:5000', 'https://r.example.org/', false],
    ['r.example.org:443', 'https://r.example.org/', true],
    ['r.example.org:80', 'http://r.example.org/', true],
    ['r.example.org:80', 'https://r.example.org/', false],
    ['example.org', 'https://r.example.org/', false],
    ['*', 'https://r.example.org/', false],
    ['', 'https://r.example.org/', false],
    ['[2001:db8::1]:5000', 'https://[2001:db8::1]:5000/', true],
  ];
  for (const [entry, url, isInsecure] of cases) {
    it(`is ${isInsecure ? '' : 'not '}${url} by ${JSON.stringify(entry)}`, () =>
      assert.equal(insecureRule(['other', entry])(new URL(url)), isInsecure));
  }
});
