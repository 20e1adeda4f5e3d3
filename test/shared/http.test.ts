import assert from 'node:assert/strict';
import { BadRequestError, type HttpAnswer, type Listening, listen, NO_CONTENT, type Route, UnauthorizedError } from '../../shared/http.ts';
import { silentLog } from '../helpers/log.ts';

describe('the HTTP server', () => {
  let server: Listening;
  let read = 0;
  const routes: Route[] = [
    { method: 'post', path: '/done', handle: async () => NO_CONTENT },
    { method: 'post', path: '/small', bodyLimit: 10, handle: async ({ body }) => ({ status: 200, body: body.toString() }) },
    { method: 'post', path: '/wrong', handle: () => Promise.reject(new BadRequestError('alerts is not a list')) },
    { method: 'post', path: '/broken', handle: () => Promise.reject(new Error('the secret is 42')) },
    {
      method: 'post',
      path: '/guarded',
      bodyLimit: 10,
      authenticate: () => Promise.reject(new UnauthorizedError('no bearer token')),
      handle: async (): Promise<HttpAnswer> => {
        read += 1;
        return NO_CONTENT;
      },
    },
  ];
  before(async () => {
    server = await listen(routes, { port: 0, log: silentLog });
  });
  after(() => server.close());

  const post = (path: string, body = '') => fetch(`http://localhost:${server.port}${path}`, { method: 'POST', body });

  const cases = [
    { when: 'the handler is done', path: '/done', body: '', status: 204, text: '' },
    { when: 'the body fits', path: '/small', body: '0123456789', status: 200, text: '0123456789' },
    { when: 'the body is too large', path: '/small', body: '01234567890', status: 413, text: 'the body is larger than 10 bytes' },
    { when: 'the request is malformed', path: '/wrong', body: '', status: 400, text: 'alerts is not a list' },
    { when: 'anything else fails, without saying what', path: '/broken', body: '', status: 503, text: 'unavailable' },
    {
      when: 'the caller is not let in, before the body is read',
      path: '/guarded',
      body: 'x'.repeat(1_000),
      status: 401,
      text: 'no bearer token',
    },
    { when: 'nothing is there', path: '/else', body: '', status: 404, text: 'not found' },
  ];
  for (const { when, path, body, status, text } of cases) {
    it(`answers ${status} when ${when}`, async () => {
      const answer = await post(path, body);
      assert.deepEqual([answer.status, await answer.text()], [status, text]);
      assert.equal(read, 0);
    });
  }

  for (const path of ['/health/liveness', '/health/readiness', '/metrics']) {
    it(`answers 200 on ${path}`, async () => {
      assert.equal((await fetch(`http://localhost:${server.port}${path}`)).status, 200);
    });
  }
});
