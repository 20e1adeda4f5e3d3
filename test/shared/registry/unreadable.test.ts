import assert from 'node:assert/strict';
import { NoConnectionError, unreadable } from '../../../shared/registry/unreadable.ts';

/** As Node throws it: its message names addresses. */
const systemError = (code: string) => Object.assign(new Error(`${code} 10.1.2.3:443 registry.internal`), { code });

describe('why an image could not be read', () => {
  const codes: readonly [code: string, why: string][] = [
    ['ENOTFOUND', 'the registry has a name that nobody knows (ENOTFOUND)'],
    ['EAI_AGAIN', 'the registry has a name that could not be looked up (EAI_AGAIN)'],
    ['ECONNREFUSED', 'the registry refuses connections (ECONNREFUSED)'],
    ['EHOSTUNREACH', 'the registry cannot be reached (EHOSTUNREACH)'],
    ['CERT_HAS_EXPIRED', 'the registry has a certificate that is not trusted (CERT_HAS_EXPIRED)'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'the registry has a certificate that is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'the registry has a certificate that is not trusted (SELF_SIGNED_CERT_IN_CHAIN)'],
    ['EWHATEVER', 'the registry could not be asked (EWHATEVER)'],
  ];
  for (const [code, why] of codes) {
    it(`is told of ${code} without the address`, () => {
      const error = unreadable(systemError(code), 'the registry');
      assert.ok(error instanceof NoConnectionError);
      assert.equal(error.message, why);
    });
  }

  it('is told of a fault of our own by its name alone', () => {
    const error = unreadable(new TypeError('robot:hunter2 is not a function'), 'it');
    assert.equal(error.message, 'it could not be asked (TypeError)');
    assert.ok(!(error instanceof NoConnectionError));
  });
});
