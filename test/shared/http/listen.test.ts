import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { listen } from '../../../shared/http/listen.ts';
import {
  BadRequestError,
  type HttpAnswer,
  NO_CONTENT,
  NotKnownYetError,
  type Route,
  UnauthorizedError,
} from '../../../shared/http/route.ts';
import type { Listening } from '../../../shared/http/server.ts';
import { recordingLog, silentLog } from '../../helpers/log.ts';
import { heldBytes } from '../../helpers/memory.ts';

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

  for (const headers of [{ 'x-forwarded-for': '192.0.2.1' }, { forwarded: 'for=192.0.2.1;proto=https' }]) {
    it(`shows its metrics to nobody who comes by the gateway (${Object.keys(headers)})`, async () => {
      const url = `http://localhost:${server.port}`;
      const answers = await Promise.all(['/metrics', '/health/readiness'].map((path) => fetch(url + path, { headers })));
      assert.deepEqual([answers.map(({ status }) => status), await answers[0]?.text()], [[404, 200], 'not found']);
    });
  }
});

describe('what is not known yet', () => {
  it('is 503 for each who asks, said once and no error; all else that fails is an error each time', async () => {
    const log = recordingLog();
    const soon = new NotKnownYetError('the keys were read a moment ago');
    const routes = (
      [
        ['/soon', soon],
        ['/broken', new Error('the secret is 42')],
      ] as const
    ).map(([path, error]): Route => ({ method: 'post', path, handle: () => Promise.reject(error) }));
    const server = await listen(routes, { port: 0, log });
    try {
      for (const path of ['/soon', '/soon', '/broken', '/broken']) {
        const answer = await fetch(`http://localhost:${server.port}${path}`, { method: 'POST' });
        assert.deepEqual([answer.status, await answer.text()], [503, 'unavailable']);
      }
      const levels = log.lines.filter(({ message }) => message.startsWith('answered 503')).map(({ level }) => level);
      assert.deepEqual(levels, ['warn', 'error', 'error']);
    } finally {
      await server.close();
    }
  });
});

describe('bodies that are being handled at once', () => {
  let server: Listening;
  let handling: PromiseWithResolvers<HttpAnswer>[];
  let bodies: WeakRef<Buffer>[];
  const start = async (options: { readonly bodyTimeMs?: number } = {}, ofRoute: { readonly bodyTimeMs?: number } = {}) => {
    handling = [];
    bodies = [];
    const handle: Route['handle'] = ({ body }) => {
      const answer = Promise.withResolvers<HttpAnswer>();
      handling.push(answer);
      bodies.push(new WeakRef(body));
      return answer.promise;
    };
    const routes: Route[] = [{ method: 'post', path: '/', bodyLimit: 60, handle, ...ofRoute }];
    server = await listen(routes, { port: 0, log: silentLog, bodiesLimit: 100, ...options });
  };
  const end = () => {
    for (const { resolve } of handling) resolve(NO_CONTENT);
  };
  afterEach(() => {
    end();
    return server.close();
  });

  const post = async (body: RequestInit['body'], headers: Record<string, string> = {}) => {
    const sent = typeof body === 'string' || body instanceof Uint8Array ? {} : { duplex: 'half' as const };
    return (await fetch(`http://localhost:${server.port}/`, { method: 'POST', headers, body: body ?? null, ...sent })).status;
  };
  const reached = async (count: number) => {
    while (handling.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
  };

  it('are as many as have room; the next is 503, and is taken when one is done', async () => {
    await start();
    const first = [post('x'.repeat(50)), post('x'.repeat(50))];
    await reached(2);
    assert.equal(await post('x'), 503);
    assert.equal((await fetch(`http://localhost:${server.port}/health/liveness`)).status, 200);
    end();
    assert.deepEqual(await Promise.all(first), [204, 204]);
    const second = post('x'.repeat(60));
    await reached(3);
    end();
    assert.equal(await second, 204);
  });

  for (const { what, body, headers } of [
    { what: 'is packed', body: () => gzipSync('x'), headers: { 'content-encoding': 'gzip' } },
    { what: 'does not say its length', body: () => new Blob(['x']).stream(), headers: {} },
  ]) {
    it(`are as large as they may be where one ${what}`, async () => {
      await start();
      const first = post(body(), headers);
      await reached(1);
      assert.equal(await post('x'.repeat(41)), 503);
      const second = post('x'.repeat(40));
      await reached(2);
      end();
      assert.deepEqual(await Promise.all([first, second]), [204, 204]);
    });
  }

  it('have their room back when a sender goes away, or is too large', async () => {
    await start();
    for (let time = 0; time < 5; time += 1) {
      const socket = connect(server.port, 'localhost');
      socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 60\r\n\r\nx', () => socket.destroy());
      await once(socket, 'close');
      let status = 503; // until the server has noticed
      while (status === 503) status = await post('x'.repeat(61));
      assert.equal(status, 413);
    }
    const next = post('x'.repeat(60));
    await reached(1);
    end();
    assert.equal(await next, 204);
  });

  for (const { by, options } of [
    { by: 'the server', options: [{ bodyTimeMs: 20 }] },
    { by: 'the route', options: [{}, { bodyTimeMs: 20 }] },
  ] as const) {
    it(`do not wait for one that does not come within the time of ${by}`, async () => {
      await start(...options);
      const slow = [1, 2].map(() => connect(server.port, 'localhost'));
      for (const socket of slow) socket.resume().write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\nx');
      await Promise.all(slow.map((socket) => once(socket, 'close')));
      const next = post('x'.repeat(50));
      await reached(1);
      end();
      assert.equal(await next, 204);
    });
  }

  it('are let go while their answers are waited for', async () => {
    await start();
    const first = post('x'.repeat(50));
    await reached(1);
    await heldBytes();
    assert.equal(bodies[0]?.deref(), undefined);
    end();
    assert.equal(await first, 204);
  });
});
