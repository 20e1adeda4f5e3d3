import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { authorize } from '../../../shared/registry/authorize.ts';
import { insecureRule } from '../../../shared/registry/insecure.ts';
import type { Question } from '../../../shared/registry/transport.ts';

const CREDENTIALS = { username: 'robot', password: 'hunter2-hunter2' };
const BASIC = `Basic ${Buffer.from('robot:hunter2-hunter2').toString('base64')}`;

/** What comes of a challenge, and what the token service was asked. */
async function enter(
  registry: string,
  realm: string,
  { status = 200, body = '{"token":"t"}', insecure = [] as readonly string[], service = 'svc', scope = '' } = {},
) {
  const asked: Question[] = [];
  const ask = async (question: Question) => {
    asked.push(question);
    return { url: question.url, status, headers: {}, body: Buffer.from(body) };
  };
  const challenge = { scheme: 'bearer', realm: new URL(realm), service, scope: scope || undefined } as const;
  const entrance = { registry: new URL(registry), repository: 'a/b', credentials: CREDENTIALS, ask, isInsecure: insecureRule(insecure) };
  return authorize(challenge, entrance).then(
    (authorization) => ({ asked, authorization, why: undefined }),
    (error: Error) => ({ asked, authorization: undefined, why: error }),
  );
}

describe('credentials for a token', () => {
  const realms: readonly {
    registry: string;
    realm: string;
    insecure?: readonly string[];
    get: 'credentials' | 'nothing' | 'no request';
  }[] = [
    { registry: 'https://quay.io', realm: 'https://quay.io/v2/auth', get: 'credentials' },
    { registry: 'https://r.example.org:5000', realm: 'https://r.example.org:5000/token', get: 'credentials' },
    { registry: 'https://r.example.org:5000', realm: 'https://r.example.org/token', get: 'credentials' },
    { registry: 'https://r.example.org:5000', realm: 'https://r.example.org:5001/token', get: 'credentials' },
    { registry: 'https://registry-1.docker.io', realm: 'https://auth.docker.io/token', get: 'credentials' },
    { registry: 'https://registry-1.docker.io', realm: 'https://auth.docker.io:8443/token', get: 'nothing' },
    { registry: 'https://registry-1.docker.io', realm: 'http://auth.docker.io/token', insecure: ['auth.docker.io'], get: 'nothing' },
    { registry: 'https://r.example.org', realm: 'https://auth.docker.io/token', get: 'nothing' },
    { registry: 'https://registry-1.docker.io', realm: 'https://auth.docker.io.example.org/token', get: 'nothing' },
    { registry: 'https://r.example.org', realm: 'https://evil.example.org/token', get: 'nothing' },
    { registry: 'https://r.example.org', realm: 'https://example.org/token', get: 'nothing' },
    { registry: 'https://r.example.org', realm: 'https://r.example.org@evil.example.org/token', get: 'nothing' },
    { registry: 'https://r.example.org', realm: 'http://r.example.org/token', get: 'no request' },
    { registry: 'http://r.example.org', realm: 'http://evil.example.org/token', insecure: ['r.example.org'], get: 'no request' },
    { registry: 'http://r.example.org', realm: 'http://r.example.org/token', insecure: ['r.example.org'], get: 'credentials' },
    { registry: 'http://r.example.org', realm: 'https://r.example.org/token', get: 'credentials' },
    { registry: 'http://r.example.org:5000', realm: 'https://r.example.org:5000/token', get: 'credentials' },
    { registry: 'https://r.example.org', realm: 'http://r.example.org/token', insecure: ['r.example.org'], get: 'nothing' },
    { registry: 'https://r.example.org:5000', realm: 'http://r.example.org/token', insecure: ['r.example.org'], get: 'nothing' },
    { registry: 'https://r.example.org:5000', realm: 'http://r.example.org:5000/token', insecure: ['r.example.org:5000'], get: 'nothing' },
    { registry: 'http://r.example.org:5000', realm: 'http://r.example.org/token', insecure: ['r.example.org'], get: 'nothing' },
    { registry: 'http://r.example.org:5000', realm: 'http://r.example.org:5001/token', insecure: ['r.example.org:5001'], get: 'nothing' },
  ];
  for (const { registry, realm, insecure = [], get } of realms) {
    const among = insecure.length > 0 ? ` (insecure: ${insecure.join()})` : '';
    it(`of ${registry} at ${realm}${among}: ${get}`, async () => {
      const { asked, authorization, why } = await enter(registry, realm, { insecure });
      assert.deepEqual(
        asked.map((question) => question.authorization),
        get === 'no request' ? [] : [get === 'credentials' ? BASIC : undefined],
      );
      assert.equal(authorization, get === 'no request' ? undefined : 'Bearer t');
      if (get === 'no request') assert.equal(why?.message, "the registry's token service is not on https");
    });
  }

  const withheld: readonly { realm: string; because: string }[] = [
    { realm: 'https://evil.example.org/token', because: 'it is on another host, which gets no credentials' },
    { realm: 'http://r.example.org/token', because: 'it is on plain http, which gets no credentials' },
  ];
  for (const { realm, because } of withheld) {
    it(`are told of where they are withheld and it fails: ${because}`, async () => {
      const { why } = await enter('https://r.example.org', realm, { status: 401, insecure: ['r.example.org'] });
      assert.equal(why?.message, `the registry's token service answered 401: ${because}`);
    });
  }

  it('are not told of, nor anything that was said, where they are refused', async () => {
    const { why } = await enter('https://r.example.org', 'https://r.example.org/token', { status: 401, body: CREDENTIALS.password });
    assert.equal(why?.message, "the registry's token service answered 401");
    assert.ok(!inspect(why).includes('hunter2'));
  });
});

describe('a token', () => {
  it('is asked for by service and scope, to pull this image unless the registry says what for', async () => {
    const query = async (scope: string) => (await enter('https://r.io', 'https://me:pw@r.io/token?a=1', { scope })).asked[0]?.url.href;
    assert.equal(await query(''), 'https://r.io/token?a=1&service=svc&scope=repository%3Aa%2Fb%3Apull');
    assert.equal(await query('repository:x:pull'), 'https://r.io/token?a=1&service=svc&scope=repository%3Ax%3Apull');
  });

  it('may have either name', async () =>
    assert.equal((await enter('https://r.io', 'https://r.io/t', { body: '{"access_token":"u"}' })).authorization, 'Bearer u'));

  for (const body of [
    '',
    '<html>',
    '{}',
    'null',
    '{"token":""}',
    '{"token":7}',
    '{"token":"a\\r\\nb"}',
    JSON.stringify({ token: 'x'.repeat(20_000) }),
  ]) {
    it(`is none in ${body.slice(0, 30)}`, async () =>
      assert.match(String((await enter('https://r.io', 'https://r.io/t', { body })).why), /token service/));
  }
});

describe('a password', () => {
  const entrance = {
    registry: new URL('https://r.io'),
    repository: 'a',
    ask: () => assert.fail('nobody is asked'),
    isInsecure: () => false,
  };
  it('is sent where the registry wants one', async () =>
    assert.equal(await authorize({ scheme: 'basic' }, { ...entrance, credentials: CREDENTIALS }), BASIC));
  it('is missing where the template names none', () =>
    assert.rejects(authorize({ scheme: 'basic' }, { ...entrance, credentials: undefined }), { message: 'the registry wants a password' }));
  it('is not sent where it is not known what is wanted', () =>
    assert.rejects(authorize(undefined, { ...entrance, credentials: CREDENTIALS }), /of a kind that is not known/));
});
