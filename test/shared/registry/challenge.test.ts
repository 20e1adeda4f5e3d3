import assert from 'node:assert/strict';
import { readChallenge } from '../../../shared/registry/challenge.ts';

const REALM = 'https://auth.example.org/token';

describe('what a registry wants', () => {
  const tokens: readonly (readonly [header: string, service?: string | undefined, scope?: string])[] = [
    [`Bearer realm="${REALM}",service="registry",scope="repository:a/b:pull"`, 'registry', 'repository:a/b:pull'],
    [`bearer realm="${REALM}", scope="a,b c"`, undefined, 'a,b c'],
    [`Bearer realm=${REALM},service="say \\"hi\\""`, 'say "hi"'],
    [`Basic realm="x", Bearer realm="${REALM}",service="s"`, 's'],
    [`Bearer realm="${REALM}",service="s", Basic realm="x"`, 's'],
    [`Bearer realm="${REALM}",realm="https://second.example.org"`],
  ];
  for (const [header, service, scope] of tokens) {
    it(`is a token with ${header}`, () =>
      assert.deepEqual(readChallenge(header), { scheme: 'bearer', realm: new URL(REALM), service, scope }));
  }

  for (const header of [
    'Basic realm="Registry"',
    'basic',
    'Negotiate, Basic realm=x',
    'Bearer realm="file:///etc/passwd", Basic realm="x"',
  ]) {
    it(`is a password with ${header}`, () => assert.deepEqual(readChallenge(header), { scheme: 'basic' }));
  }

  for (const header of [
    undefined,
    '',
    'Negotiate',
    'Bearer',
    'Bearer realm=""',
    'Bearer realm="/token"',
    'Bearer realm="ftp://a"',
    'NotBasic x',
    'Digest a="Basic"',
  ]) {
    it(`is not known with ${header}`, () => assert.equal(readChallenge(header), undefined));
  }

  it('is told in no time, however it is written', () => {
    for (const part of ['\\"', 'a="', ' ,', 'Bearer ', 'a=b,', '\\']) readChallenge(`Bearer a="${part.repeat(16_000)}`);
  }).timeout(1_000);
});
