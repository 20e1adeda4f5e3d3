/** What is wrong with the HTTP layers of other functions, faas-js-runtime's among them, and must not be with ours. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { listen } from '../../../shared/http/listen.ts';
import type { Route } from '../../../shared/http/route.ts';
import type { Listening } from '../../../shared/http/server.ts';
import { ApiStatusError } from '../../../shared/kubernetes/api-status-error.ts';
import { silentLog } from '../../helpers/log.ts';

describe('an answer', () => {
  /** As Slack's SDK, Node, the API server and Express' own parser throw them. */
  const upstream: readonly Error[] = [
    Object.assign(new Error('An API error occurred: channel_not_found'), { code: 'slack_webapi_platform_error' }),
    Object.assign(new Error('connect ECONNREFUSED 10.96.0.1:443'), { code: 'ECONNREFUSED', syscall: 'connect' }),
    new ApiStatusError('/api/v1/namespaces/archwatch/configmaps/incidents', 403, 'forbidden'),
    new ApiStatusError('/api/v1/nodes', 404, 'not found'),
    Object.assign(new Error('rate limited'), { status: 429, statusCode: 429 }),
    Object.assign(new Error('too large, says somebody else'), { type: 'entity.too.large', limit: 1, status: 413 }),
  ];
  let server: Listening;
  const routes: readonly Route[] = [
    ...upstream.map((error, index): Route => ({ method: 'post', path: `/upstream-${index}`, handle: () => Promise.reject(error) })),
    { method: 'post', path: '/named/:name', handle: async () => ({ status: 202 }) },
    { method: 'post', path: '/done', handle: async ({ body }) => ({ status: 202, headers: { 'x-length': String(body.length) } }) },
  ];
  before(async () => {
    server = await listen(routes, { port: 0, log: silentLog });
  });
  after(() => server.close());
  const post = (path: string, headers: Record<string, string> = {}, body = '{}') =>
    fetch(`http://localhost:${server.port}${path}`, { method: 'POST', headers, body });

  for (const [index, error] of upstream.entries()) {
    it(`never passes on the status or the words of whom we asked: ${error.message}`, async () => {
      const answer = await post(`/upstream-${index}`);
      assert.deepEqual([answer.status, await answer.text()], [503, 'unavailable']);
    });
  }

  it('is the same for a request that names the whole address, whatever host that names', async () => {
    const socket = connect(server.port, 'localhost');
    socket.write('POST http://a:99999999/done?x=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}');
    assert.match(await text(socket), /^HTTP\/1.1 202 /);
  });

  it('lets no page of another site read it', async () => {
    const headers = { origin: 'https://elsewhere.example.org' };
    const asked = await fetch(`http://localhost:${server.port}/done`, {
      method: 'OPTIONS',
      headers: { ...headers, 'access-control-request-method': 'POST' },
    });
    for (const answer of [asked, await post('/done', headers)]) {
      assert.deepEqual(
        [...answer.headers.keys()].filter((name) => name.startsWith('access-control-')),
        [],
      );
    }
  });

  it('to a body that cannot be read is 400, in our own words', async () => {
    const broken = [
      await post('/done', { 'content-encoding': 'gzip' }, 'not packed at all'),
      await post('/done', { 'content-encoding': 'unheard-of' }),
      await post('/named/%zz'),
    ];
    for (const answer of broken) {
      assert.equal(answer.status, 400);
      assert.equal(await answer.text(), 'the request could not be read');
    }
  });
});
