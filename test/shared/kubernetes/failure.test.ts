import assert from 'node:assert/strict';
import { MalformedError } from '../../../shared/golden-images/json.ts';
import type { FailureReason } from '../../../shared/golden-images/read.ts';
import { ApiStatusError } from '../../../shared/kubernetes/api-status-error.ts';
import { attempt, ReadError } from '../../../shared/kubernetes/failure.ts';

describe('a read', () => {
  it('is what was read', async () => {
    assert.deepEqual(await attempt('nodes', async () => [1, 2]), { ok: true, value: [1, 2] });
    assert.deepEqual(await attempt('nodes', async () => undefined), { ok: true, value: undefined });
  });

  const status = (code: number) => new ApiStatusError('/api/v1/nodes', code, 'nodes is not for you');
  const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause });
  const coded = (message: string, code: string) => Object.assign(new Error(message), { code });
  const cases: { when: string; error: unknown; reason: FailureReason; detail: RegExp }[] = [
    { when: 'the server answers 401', error: status(401), reason: 'unauthorized', detail: /401 nodes is not for you/ },
    { when: 'the server answers 403', error: status(403), reason: 'forbidden', detail: /GET \/api\/v1\/nodes: 403/ },
    { when: 'the server answers 404', error: status(404), reason: 'not-served', detail: /404/ },
    { when: 'the server answers 408', error: status(408), reason: 'timeout', detail: /408/ },
    { when: 'the server answers 504', error: status(504), reason: 'timeout', detail: /504/ },
    { when: 'the server answers 400', error: status(400), reason: 'server-error', detail: /400/ },
    { when: 'the server answers 410', error: status(410), reason: 'server-error', detail: /410/ },
    { when: 'the server answers 429', error: status(429), reason: 'server-error', detail: /429/ },
    { when: 'the server answers 500', error: status(500), reason: 'server-error', detail: /500/ },
    { when: 'the server answers 503', error: status(503), reason: 'server-error', detail: /503/ },
    { when: 'the server answers 302', error: status(302), reason: 'server-error', detail: /302/ },
    { when: 'the time is up', error: new DOMException('aborted', 'TimeoutError'), reason: 'timeout', detail: /did not answer in time/ },
    {
      when: 'the request is aborted',
      error: new DOMException('aborted', 'AbortError'),
      reason: 'timeout',
      detail: /did not answer in time/,
    },
    {
      when: 'the connection is refused',
      error: fetchFailed(coded('connect ECONNREFUSED ::1:1', 'ECONNREFUSED')),
      reason: 'unreachable',
      detail: /^fetch failed: connect ECONNREFUSED ::1:1$/,
    },
    {
      when: 'every address is refused',
      error: fetchFailed(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })),
      reason: 'unreachable',
      detail: /^fetch failed: ECONNREFUSED$/,
    },
    {
      when: 'every address is refused, and nothing says more',
      error: Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }),
      reason: 'unreachable',
      detail: /^ECONNREFUSED$/,
    },
    {
      when: 'the name is unknown',
      error: fetchFailed(coded('getaddrinfo ENOTFOUND api', 'ENOTFOUND')),
      reason: 'unreachable',
      detail: /ENOTFOUND api/,
    },
    {
      when: 'the certificate is not trusted',
      error: fetchFailed(coded('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT')),
      reason: 'unreachable',
      detail: /self-signed/,
    },
    { when: 'the connection ends', error: new Error('socket hang up'), reason: 'unreachable', detail: /^socket hang up$/ },
    { when: 'something else is thrown', error: 'no network', reason: 'unreachable', detail: /^no network$/ },
    { when: 'the answer is not JSON', error: syntaxError(), reason: 'server-error', detail: /not JSON/ },
    {
      when: 'the answer has the wrong shape',
      error: new MalformedError('spec is not an object'),
      reason: 'malformed',
      detail: /^spec is not an object$/,
    },
    { when: 'the read itself says why', error: new ReadError('ambiguous', 'there are 2'), reason: 'ambiguous', detail: /^there are 2$/ },
  ];
  for (const { when, error, reason, detail } of cases) {
    it(`fails as ${reason} when ${when}`, async () => {
      const read = await attempt('nodes', () => Promise.reject(error));
      assert.ok(!read.ok);
      assert.deepEqual([read.failure.resource, read.failure.reason], ['nodes', reason]);
      assert.match(read.failure.detail, detail);
    });
  }

  it('fails, too, when the function throws before it waits', async () => {
    const read = await attempt<never>('nodes', () => {
      throw new ReadError('not-served', 'no');
    });
    assert.deepEqual(read, { ok: false, failure: { resource: 'nodes', reason: 'not-served', detail: 'no' } });
  });
});

function syntaxError(): unknown {
  try {
    return JSON.parse('<html>');
  } catch (error) {
    return error;
  }
}
