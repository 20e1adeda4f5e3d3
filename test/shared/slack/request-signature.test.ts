import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import { UnauthorizedError } from '../../../shared/http/route.ts';
import { createSignatureCheck, sign } from '../../../shared/slack/request-signature.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const NOW = Date.UTC(2026, 10, 22, 10);
const SECONDS = NOW / 1_000;
const BODY = Buffer.from('payload=%7B%22type%22%3A%22block_actions%22%7D');

const headersOf = (timestamp: string, signature: string): IncomingHttpHeaders => ({
  'x-slack-request-timestamp': timestamp,
  'x-slack-signature': signature,
});
const signed = (seconds: number | string = SECONDS, body = BODY, secret = SECRET) =>
  headersOf(String(seconds), sign(secret, String(seconds), body));
const check = createSignatureCheck({ secret: async () => SECRET, now: () => new Date(NOW) });
const isRefused = async (headers: IncomingHttpHeaders, body: Buffer = BODY) => {
  try {
    await check.signed(headers, body);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof UnauthorizedError, String(error));
    return error.message;
  }
};

describe('the signature on what Slack sends', () => {
  // https://docs.slack.dev/authentication/verifying-requests-from-slack has this example
  it('is that of Slack’s own example', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA' +
      '&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554' +
      '%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    assert.equal(sign(SECRET, '1531420618', body), 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503');
  });

  const accepted = [
    { when: 'it was sent now', headers: signed() },
    { when: 'it was sent 5 minutes ago', headers: signed(SECONDS - 300) },
    { when: 'it was sent by a clock that is 5 minutes ahead', headers: signed(SECONDS + 300) },
  ];
  for (const { when, headers } of accepted) it(`is taken when ${when}`, async () => assert.equal(await isRefused(headers), undefined));

  const own = signed();
  const [timestamp, signature] = [String(own['x-slack-request-timestamp']), String(own['x-slack-signature'])];
  const refused: readonly { when: string; headers: IncomingHttpHeaders; body?: Buffer; says: RegExp }[] = [
    { when: 'it was sent more than 5 minutes ago', headers: signed(SECONDS - 301), says: /more than 5 minutes/ },
    { when: 'it is of the future by more than 5 minutes', headers: signed(SECONDS + 301), says: /more than 5 minutes/ },
    { when: 'there are no headers', headers: {}, says: /^no X-Slack-Request-Timestamp$/ },
    { when: 'there is no signature', headers: { 'x-slack-request-timestamp': timestamp }, says: /^no X-Slack-Signature$/ },
    { when: 'the signature is empty', headers: headersOf(timestamp, ''), says: /^no X-Slack-Signature$/ },
    { when: 'the time is no number', headers: signed('now'), says: /not a time/ },
    { when: 'the time is infinite', headers: signed('1e999'), says: /not a time/ },
    { when: 'the time is in another writing', headers: signed(`${SECONDS}.0`), says: /not a time/ },
    { when: 'the version is another', headers: headersOf(timestamp, signature.replace('v0', 'v1')), says: /version v0/ },
    { when: 'there is no version', headers: headersOf(timestamp, signature.slice(3)), says: /version v0/ },
    { when: 'it is cut', headers: headersOf(timestamp, signature.slice(0, -2)), says: /version v0/ },
    { when: 'it goes on', headers: headersOf(timestamp, `${signature}00`), says: /version v0/ },
    { when: 'it is in capitals', headers: headersOf(timestamp, signature.toUpperCase().replace('V', 'v')), says: /version v0/ },
    { when: 'it comes twice', headers: headersOf(timestamp, `${signature}, ${signature}`), says: /version v0/ },
    { when: 'the secret was another', headers: signed(SECONDS, BODY, 'other'), says: /not that of this body/ },
    { when: 'the body is empty', headers: own, body: Buffer.alloc(0), says: /not that of this body/ },
    { when: 'the time is another within the 5 minutes', headers: headersOf(String(SECONDS - 1), signature), says: /not that of this body/ },
    {
      when: 'the boundary between time and body was moved',
      headers: headersOf(timestamp.slice(0, -1), signature),
      says: /more than 5 minutes/,
    },
  ];
  for (const { when, headers, body, says } of refused) {
    it(`is refused when ${when}`, async () => assert.match((await isRefused(headers, body)) ?? 'taken', says));
  }

  it('is refused when any bit of the body, or any digit of the signature, is another', async () => {
    const flipped = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), fc.nat({ max: 7 }));
    await fc.assert(
      fc.asyncProperty(flipped, fc.nat({ max: 63 }), fc.integer({ min: 1, max: 15 }), async ([bytes, place, bit], digit, add) => {
        const body = Buffer.from(bytes);
        const headers = signed(SECONDS, body);
        assert.equal(await isRefused(headers, body), undefined);
        const other = Buffer.from(body);
        other.writeUInt8(other.readUInt8(place % other.length) ^ (1 << bit), place % other.length);
        assert.match((await isRefused(headers, other)) ?? 'taken', /not that of this body/);
        const hex = String(headers['x-slack-signature']);
        const at = 3 + digit;
        const wrong = `${hex.slice(0, at)}${((Number.parseInt(hex.charAt(at), 16) + add) % 16).toString(16)}${hex.slice(at + 1)}`;
        assert.match((await isRefused(headersOf(timestamp, wrong), body)) ?? 'taken', /not that of this body/);
      }),
    );
  });

  it('can be refused without the body for what is wrong with the headers', async () => {
    await check.fresh(own);
    await assert.rejects(check.fresh({}), UnauthorizedError);
    await assert.rejects(check.fresh(signed(SECONDS - 301)), UnauthorizedError);
  });

  it('holds with the secret of now', async () => {
    const secrets = ['old', 'new'];
    const rotating = createSignatureCheck({ secret: async () => secrets[0] ?? '', now: () => new Date(NOW) });
    await rotating.signed(signed(SECONDS, BODY, 'old'), BODY);
    secrets.shift();
    await rotating.signed(signed(SECONDS, BODY, 'new'), BODY);
    await assert.rejects(rotating.signed(signed(SECONDS, BODY, 'old'), BODY), UnauthorizedError);
  });

  const faults = [
    { rule: 'an empty secret', secret: async () => '' },
    { rule: 'a secret that cannot be read', secret: async () => Promise.reject(new Error('cannot read it')) },
  ];
  for (const { rule, secret } of faults) {
    it(`lets nobody in with ${rule}: that is our fault, and no 401`, async () => {
      const broken = createSignatureCheck({ secret, now: () => new Date(NOW) });
      const forged = `v0=${createHmac('sha256', '').update(`v0:${SECONDS}:`).update(BODY).digest('hex')}`;
      await assert.rejects(broken.signed(headersOf(String(SECONDS), forged), BODY), (error) => !(error instanceof UnauthorizedError));
    });
  }
});
