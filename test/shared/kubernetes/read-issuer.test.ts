import assert from 'node:assert/strict';
import type { ApiConnection } from '../../../shared/kubernetes/api-connection.ts';
import { ApiStatusError } from '../../../shared/kubernetes/api-status-error.ts';
import { createIssuerReader } from '../../../shared/kubernetes/read-issuer.ts';

const KEY = { kty: 'RSA', kid: 'a', alg: 'RS256', use: 'sig', n: 'AQAB', e: 'AQAB' };
const DISCOVERY = { issuer: 'https://oidc.example.org/id/1', jwks_uri: 'https://keys.example.org/keys.json' };

describe('the issuer of a cluster’s tokens', () => {
  let asked: string[];
  const readerOf = (answers: Readonly<Record<string, unknown>>) => {
    asked = [];
    const get: ApiConnection['get'] = async (path) => {
      asked.push(path);
      if (answers[path] instanceof Error) throw answers[path];
      return answers[path];
    };
    const send = () => Promise.reject(new Error('nothing is to be changed'));
    return createIssuerReader(async () => ({ get, send, close: async () => undefined }));
  };

  it('is read at the API server, and so are its keys, wherever it says that others find them', async () => {
    const read = readerOf({ '/.well-known/openid-configuration': DISCOVERY, '/openid/v1/jwks': { keys: [KEY] } });
    assert.deepEqual(await read(), { name: DISCOVERY.issuer, keySet: { keys: [KEY] } });
    assert.deepEqual(asked.sort(), ['/.well-known/openid-configuration', '/openid/v1/jwks']);
  });

  const wrong: readonly { readonly what: string; readonly discovery?: unknown; readonly keys?: unknown; readonly says: RegExp }[] = [
    {
      what: 'it may not be read',
      discovery: new ApiStatusError('/.well-known/openid-configuration', 403, 'forbidden'),
      says: /403 forbidden/,
    },
    { what: 'the keys are not there', keys: new ApiStatusError('/openid/v1/jwks', 404, 'not found'), says: /404 not found/ },
    { what: 'nobody answers', keys: new TypeError('fetch failed'), says: /fetch failed/ },
    { what: 'it has no name', discovery: {}, says: /names no issuer/ },
    { what: 'its name is no text', discovery: { issuer: 1 }, says: /issuer is not a string/ },
    { what: 'there are no keys', keys: { keys: [] }, says: /has no keys/ },
    { what: 'the keys are something else', keys: { keys: [{ kid: 'a' }] }, says: /has no keys/ },
    { what: 'the keys are no list', keys: { keys: {} }, says: /keys is not a list/ },
  ];
  for (const { what, discovery = DISCOVERY, keys = { keys: [KEY] }, says } of wrong) {
    it(`is not known where ${what}`, async () => {
      const read = readerOf({ '/.well-known/openid-configuration': discovery, '/openid/v1/jwks': keys });
      await assert.rejects(read(), (error: Error) => /^cannot read who issues the tokens/.test(error.message) && says.test(error.message));
    });
  }
});
