import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { generateKeyPair, SignJWT } from 'jose';
import { BadRequestError, ForbiddenError, NotKnownYetError, UnauthorizedError } from '../../../shared/http/route.ts';
import type { Issuer } from '../../../shared/oidc/issuer-keys.ts';
import { createSenderCheck } from '../../../shared/oidc/sender-check.ts';
import { AUDIENCE, createTestIssuer, ISSUER, SUBJECT, type TestIssuer } from '../../helpers/issuer.ts';

const START = Date.UTC(2026, 10, 22, 17);
const inSeconds = (seconds: number) => START / 1_000 + seconds;
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

describe('a sender', () => {
  let issuer: TestIssuer;
  let time: number;
  let reads: number;
  let outage: Error | undefined;
  const now = () => new Date(time);
  const readIssuer = async () => {
    reads += 1;
    if (outage) throw outage;
    return issuer.published();
  };
  const createCheck = (subjects?: readonly string[]) => createSenderCheck({ audience: AUDIENCE, subjects, readIssuer, now });
  const bearing = (token: string) => ({ authorization: `Bearer ${token}` });

  beforeEach(async () => {
    issuer = await createTestIssuer();
    time = START;
    reads = 0;
    outage = undefined;
  });

  for (const alg of ['RS256', 'ES256'] as const) {
    it(`is let in with a token of the cluster for us, signed with ${alg}`, async () => {
      issuer = await createTestIssuer(alg);
      await createCheck()(bearing(await issuer.token(now())));
      await createCheck([SUBJECT])(bearing(await issuer.token(now())));
    });
  }

  const claims: readonly { readonly when: string; readonly claims: Readonly<Record<string, unknown>>; readonly says?: RegExp }[] = [
    { when: 'it has expired', claims: { exp: inSeconds(-31) }, says: /expired/ },
    { when: 'it expired within what clocks differ', claims: { exp: inSeconds(-29) } },
    { when: 'it is not valid yet', claims: { nbf: inSeconds(31) }, says: /not valid yet/ },
    { when: 'it is valid within what clocks differ', claims: { nbf: inSeconds(29) } },
    { when: 'it never expires', claims: { exp: undefined }, says: /lacks a claim/ },
    { when: 'it is of another issuer', claims: { iss: 'https://elsewhere.example.org' }, says: /another issuer/ },
    { when: 'it names no issuer', claims: { iss: undefined }, says: /another issuer/ },
    { when: 'it is for another audience', claims: { aud: ['archwatch-dead-letter'] }, says: /another audience/ },
    { when: 'it is for the API server', claims: { aud: [ISSUER] }, says: /another audience/ },
    { when: 'it is for nobody', claims: { aud: undefined }, says: /another audience/ },
    { when: 'it is for us among others', claims: { aud: ['a', AUDIENCE] } },
    { when: 'its audience is a text', claims: { aud: AUDIENCE } },
    { when: 'it is of nobody', claims: { sub: undefined }, says: /lacks a claim/ },
    { when: 'it is of a list', claims: { sub: [SUBJECT] }, says: /not as text/ },
    { when: 'it is of a number', claims: { sub: 1 }, says: /not as text/ },
  ];
  for (const { when, claims: own, says } of claims) {
    it(`is ${says ? 'kept out' : 'let in'} when ${when}`, async () => {
      const coming = createCheck()(bearing(await issuer.token(now(), own)));
      if (says) await assert.rejects(coming, isUnauthorized(says));
      else await coming;
    });
  }

  const forged: readonly {
    readonly when: string;
    readonly token: () => Promise<string>;
    readonly says: RegExp;
    readonly asks?: boolean;
  }[] = [
    { when: 'it is no token', token: async () => 'xoxb-1', says: /not a JSON Web Token/, asks: false },
    { when: 'it has the dots of one', token: async () => 'a.b.c', says: /not a JSON Web Token/, asks: false },
    {
      when: 'it is not signed',
      token: async () => `${encoded({ alg: 'none' })}.${(await partsOf(issuer)).payload}.`,
      says: /not signed as/,
    },
    {
      when: 'it is signed with the public key as a shared secret',
      token: async () => {
        const { payload } = await partsOf(issuer);
        const signed = `${encoded({ alg: 'HS256', kid: 'key-1' })}.${payload}`;
        const secret = JSON.stringify(issuer.published().keySet.keys[0]);
        return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
      },
      says: /not signed as/,
    },
    {
      when: 'another key of that name signed it',
      token: async () => (await createTestIssuer()).token(now()),
      says: /wrong signature/,
    },
    {
      when: 'another key signed it that it brings along',
      token: async () => {
        const { privateKey, publicKey } = await generateKeyPair('ES256');
        const jwk = await crypto.subtle.exportKey('jwk', publicKey);
        const payload = { iss: ISSUER, aud: AUDIENCE, sub: SUBJECT, exp: inSeconds(60) };
        return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'own', jwk: { kty: 'EC', ...jwk } }).sign(privateKey);
      },
      says: /key that this cluster does not have/,
    },
    {
      when: 'somebody changed what it says',
      token: async () => {
        const { header, signature } = await partsOf(issuer);
        return `${header}.${encoded({ iss: ISSUER, aud: AUDIENCE, sub: 'system:admin', exp: inSeconds(60) })}.${signature}`;
      },
      says: /wrong signature/,
    },
    {
      when: 'it asks for what nobody supports',
      token: async () => {
        const { payload, signature } = await partsOf(issuer);
        return `${encoded({ alg: 'ES256', kid: 'key-1', crit: ['exp'], exp: 1 })}.${payload}.${signature}`;
      },
      says: /not supported/,
    },
  ];
  for (const { when, token, says, asks = true } of forged) {
    it(`is kept out when ${when}, and the answer does not repeat it`, async () => {
      const sent = await token();
      await assert.rejects(createCheck()(bearing(sent)), (error: Error) => isUnauthorized(says)(error) && !error.message.includes(sent));
      assert.equal(reads > 0, asks, asks ? 'the keys are read' : 'nobody is asked about what is no token');
    });
  }

  for (const authorization of [undefined, '', 'Basic YTpi', 'Bearer']) {
    it(`is kept out with ${JSON.stringify(authorization)}, and nobody is asked`, async () => {
      await assert.rejects(createCheck()(authorization === undefined ? {} : { authorization }), isUnauthorized(/no bearer token/));
      assert.equal(reads, 0);
    });
  }

  it('that is somebody else is told so, with the name: it is proven', async () => {
    const sub = 'system:serviceaccount:default:default';
    await assert.rejects(createCheck([SUBJECT])(bearing(await issuer.token(now(), { sub }))), (error: Error) => {
      assert.ok(error instanceof ForbiddenError);
      assert.match(error.message, /system:serviceaccount:default:default/);
      return true;
    });
  });

  it('is neither let in nor refused while the keys cannot be had, and let in as soon as they can', async () => {
    const check = createCheck();
    const token = await issuer.token(now());
    outage = new Error('no answer within 3000 ms');
    await assert.rejects(check(bearing(token)), isOurTrouble(/no answer/));
    outage = undefined;
    time += 1_000;
    await check(bearing(token));
  });

  it('is let in by the keys that are there while they cannot be read again for another, who is told neither', async () => {
    const check = createCheck();
    const token = await issuer.token(now());
    await check(bearing(token));
    outage = new Error('no answer within 3000 ms');
    time += 60_000;
    for (let times = 0; times < 3; times += 1) {
      await assert.rejects(check(bearing(await issuer.token(now(), {}, { kid: 'of-nobody' }))), isOurTrouble(/no answer/));
      await check(bearing(token));
    }
    assert.equal(reads, 2, 'the API server is not asked for each');
    time += 1_000;
    await assert.rejects(check(bearing(await issuer.token(now(), {}, { kid: 'of-nobody' }))), isOurTrouble(/no answer/));
    assert.equal(reads, 3);
  });

  it('is neither let in nor refused while what is published is no set of keys', async () => {
    const broken = createSenderCheck({
      audience: AUDIENCE,
      subjects: undefined,
      readIssuer: async () => ({ name: ISSUER, keySet: { keys: [{ kty: 'EC', kid: 'key-1', crv: 'P-256', x: 'A', y: 'A' }] } }),
      now,
    });
    await assert.rejects(broken(bearing(await issuer.token(now()))), isOurTrouble(/./));
  });

  describe('the keys', () => {
    const publishing = (...keys: Issuer['keySet']['keys']) => {
      const { name } = issuer.published();
      issuer = { ...issuer, published: () => ({ name, keySet: { keys } }) };
    };

    it('may be published twice', async () => {
      const { keys } = issuer.published().keySet;
      publishing(...keys, ...keys);
      await createCheck([SUBJECT])(bearing(await issuer.token(now())));
      await assert.rejects(createCheck()(bearing(await issuer.token(now(), { exp: inSeconds(-31) }))), isUnauthorized(/expired/));
    });

    it('may share a name: a token of either is let in, and none of a third', async () => {
      const [other, third] = await Promise.all([createTestIssuer(), createTestIssuer()]);
      publishing(...other.published().keySet.keys, ...issuer.published().keySet.keys);
      const check = createCheck();
      for (const { token } of [issuer, other]) await check(bearing(await token(now())));
      await assert.rejects(check(bearing(await third.token(now()))), isUnauthorized(/wrong signature/));
    });

    it('that share a name and cannot be used refuse nobody', async () => {
      const broken = { kty: 'EC', kid: 'key-1', crv: 'P-256', x: 'A', y: 'A' };
      publishing(broken, broken);
      await assert.rejects(createCheck()(bearing(await issuer.token(now()))), isOurTrouble(/multiple matching/));
    });

    it('are read once for many', async () => {
      const check = createCheck();
      const token = await issuer.token(now());
      await Promise.all(Array.from({ length: 50 }, () => check(bearing(token))));
      time += 60_000;
      await check(bearing(token));
      assert.equal(reads, 1);
    });

    it('are read again after a rotation: a token of the new key is let in, and so is one of the old', async () => {
      const check = createCheck();
      const old = await issuer.token(now());
      await check(bearing(old));
      await issuer.rotate();
      issuer.publish();
      time += 60_000;
      const tokens = [await issuer.token(now()), await issuer.token(now()), old];
      await Promise.all(tokens.map((token) => check(bearing(token))));
      assert.equal(reads, 2);
    });

    it('are not read for each token that names another one: in between nobody knows, and then it is none', async () => {
      const check = createCheck();
      const stranger = await issuer.token(now(), {}, { kid: 'of-nobody' });
      await check(bearing(await issuer.token(now())));
      for (const [after, reason] of [
        [1_000, isOurTrouble(/a moment ago/)],
        [9_999, isOurTrouble(/a moment ago/)],
        [10_000, isUnauthorized(/key that this cluster does not have/)],
        [10_001, isOurTrouble(/a moment ago/)],
        [20_000, isUnauthorized(/key that this cluster does not have/)],
      ] as const) {
        time = START + after;
        await assert.rejects(check(bearing(stranger)), reason, `after ${after} ms`);
      }
      assert.equal(reads, 3);
    });

    it('that are not known yet are one and the same trouble until they are read again', async () => {
      const check = createCheck();
      const strange = async (kid: string) => check(bearing(await issuer.token(now(), {}, { kid }))).catch((error: unknown) => error);
      await check(bearing(await issuer.token(now())));
      time += 1;
      const first = await strange('a');
      assert.ok(first instanceof NotKnownYetError);
      assert.equal(await strange('b'), first);
      time += 10_000;
      await strange('a');
      time += 1;
      const later = await strange('a');
      assert.ok(later instanceof NotKnownYetError);
      assert.notEqual(later, first);
    });

    it('that were withdrawn are trusted no longer than ten minutes', async () => {
      const check = createCheck();
      const token = await issuer.token(now());
      await check(bearing(token));
      issuer = await createTestIssuer(); // another key of the same name
      time += 10 * 60_000 - 1;
      await check(bearing(token));
      time += 1;
      await assert.rejects(check(bearing(token)), isUnauthorized(/wrong signature/));
    });

    it('of an issuer that has another name now are read again', async () => {
      const check = createCheck();
      await check(bearing(await issuer.token(now())));
      const renamed = 'https://issuer.example.org';
      const published = issuer.published();
      const token = await issuer.token(now(), { iss: renamed });
      issuer = { ...issuer, published: () => ({ ...published, name: renamed }) };
      time += 60_000;
      await check(bearing(token));
    });
  });

  it('is never let in by a token of which one character was changed', async () => {
    const check = createCheck();
    const token = await issuer.token(now());
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
    // The last character of a signature holds bits that say nothing.
    const changes = fc.record({ at: fc.nat(token.length - 2), to: fc.constantFrom(...alphabet) });
    await fc.assert(
      fc.asyncProperty(changes, async ({ at, to }) => {
        fc.pre(token[at] !== to);
        await assert.rejects(check(bearing(token.slice(0, at) + to + token.slice(at + 1))), UnauthorizedError);
      }),
      { numRuns: 300 },
    );
  });
});

async function partsOf(issuer: TestIssuer): Promise<{ readonly header: string; readonly payload: string; readonly signature: string }> {
  const [header = '', payload = '', signature = ''] = (await issuer.token(new Date(START))).split('.');
  return { header, payload, signature };
}

function isUnauthorized(says: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof UnauthorizedError && says.test(error.message);
}

/** It becomes 503. */
function isOurTrouble(says: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Error && !(error instanceof BadRequestError) && says.test(error.message);
}
