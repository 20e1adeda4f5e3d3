/** Requests to an API server over TLS, as a kubeconfig says. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { connect as connectTo, type Server as NetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { kubernetes } from '../../../shared/kubernetes/api-client.ts';
import type { ApiConnection } from '../../../shared/kubernetes/api-connection.ts';
import { attempt } from '../../../shared/kubernetes/failure.ts';
import { startRequestSpan } from '../../../shared/tracing.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url));
const CERTIFICATE = fixture('localhost.pem');
const TRUSTED = { 'certificate-authority-data': CERTIFICATE.toString('base64') };
/** A plugin: the token is in the file that it is given. https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats */
const PLUGIN = `
const token = require('node:fs').readFileSync(process.argv[1], 'utf8');
console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } }));`;

describe('requests to the API server', () => {
  let folder: string;
  let server: Server;
  let asked: IncomingMessage[];
  let connections: number;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let api: ApiConnection | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archwatch-api-'));
    [asked, connections] = [[], 0];
    answer = (_request, response) => response.end('{"kind":"Node"}');
    server = createServer({ cert: CERTIFICATE, key: fixture('localhost-key.pem') }, (request, response) => {
      asked.push(request);
      answer(request, response);
    });
    server.on('secureConnection', () => {
      connections += 1;
    });
    await once(server.listen(0), 'listening');
  });
  afterEach(async () => {
    await api?.close();
    api = undefined;
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  const configured = async (cluster: object, user: object) => {
    const path = join(folder, 'kubeconfig');
    const named = { name: 'a', cluster: { server: `https://localhost:${portOf(server)}/`, ...cluster } };
    const contexts = [{ name: 'a', context: { cluster: 'a', user: 'a' } }];
    await writeFile(path, JSON.stringify({ clusters: [named], contexts, users: [{ name: 'a', user }], 'current-context': 'a' }));
    return kubernetes({ KUBECONFIG: path });
  };
  const connect = async (cluster: object = TRUSTED) => {
    api = await (await configured(cluster, { token: 'of-a' })).connect();
    return api;
  };
  const inTime = () => AbortSignal.timeout(5_000);

  it('carry the token, and share one connection', async () => {
    const { get } = await connect();
    for (let times = 0; times < 3; times++) assert.deepEqual(await get('/api/v1/nodes', inTime()), { kind: 'Node' });
    assert.equal(connections, 1);
    assert.deepEqual([...new Set(asked.map(({ url, headers }) => `${url} ${headers.authorization}`))], ['/api/v1/nodes Bearer of-a']);
  });

  it('are not made to a server that the kubeconfig does not trust', async () => {
    const { get } = await connect({});
    const read = await attempt('nodes', () => get('/api/v1/nodes', inTime()));
    assert.match(read.ok ? '' : read.failure.detail, /self-signed/);
    assert.deepEqual(asked, []);
  });

  it('are made all the same where it says that nothing is to be verified', async () => {
    const { get } = await connect({ 'insecure-skip-tls-verify': true });
    assert.deepEqual(await get('/', inTime()), { kind: 'Node' });
  });

  for (const { when, begin } of [
    { when: 'does not begin', begin: () => undefined },
    { when: 'does not end', begin: (response: ServerResponse) => void response.write('{"kind":') },
  ]) {
    it(`give up in time on an answer that ${when}`, async () => {
      answer = (_request, response) => begin(response);
      const { get } = await connect();
      const read = await attempt('nodes', () => get('/', AbortSignal.timeout(50)));
      assert.equal(read.ok ? '' : read.failure.reason, 'timeout');
    });
  }

  it('give up in time on a proxy that does not answer', async () => {
    const silent = createPlainServer().on('connect', () => undefined);
    await once(silent.listen(0), 'listening');
    try {
      const context = await configured({ ...TRUSTED, 'proxy-url': `http://localhost:${portOf(silent)}` }, { token: 'of-a' });
      api = await context.connect();
      const read = await attempt('nodes', () => api?.get('/', AbortSignal.timeout(50)) ?? Promise.reject());
      assert.equal(read.ok ? '' : read.failure.reason, 'timeout');
    } finally {
      await api?.close();
      silent.closeAllConnections();
      silent.close();
    }
  });

  it('give up on an answer without end, before memory does', async () => {
    answer = (_request, response) => {
      const more = Buffer.alloc(1024 * 1024, ' ');
      const goOn = () => void (response.destroyed || (response.write(more) ? setImmediate(goOn) : response.once('drain', goOn)));
      goOn();
    };
    const { get } = await connect();
    const read = await attempt('nodes', () => get('/', inTime()));
    assert.deepEqual(read.ok ? '' : [read.failure.reason, read.failure.detail], [
      'server-error',
      `the answer is larger than ${32 * 1024 * 1024} bytes`,
    ]);
  });

  describe('over a kept connection that has just been ended on the other side', () => {
    let onConnection: Map<Socket, number>;
    beforeEach(() => {
      onConnection = new Map();
      answer = ({ socket }, response) => {
        const before = onConnection.get(socket) ?? 0;
        onConnection.set(socket, before + 1);
        if (before > 0) socket.destroy();
        else response.end('{"kind":"Node"}');
      };
    });

    it('read again', async () => {
      const { get } = await connect();
      for (let times = 0; times < 3; times++) assert.deepEqual(await get('/', inTime()), { kind: 'Node' });
      assert.equal(asked.length, 5);
    });

    it('change nothing again: it may be done already', async () => {
      const { get, send } = await connect();
      await get('/', inTime());
      await assert.rejects(send('PATCH', '/', {}, inTime()), { code: 'ECONNRESET' });
      assert.equal(asked.length, 2);
    });
  });

  it('say why nobody could be reached', async () => {
    const { get } = await connect();
    server.close();
    await once(server, 'close');
    const read = await attempt('nodes', () => get('/', inTime()));
    assert.match(read.ok ? '' : `${read.failure.reason} ${read.failure.detail}`, /^unreachable .*ECONNREFUSED/);
  });

  it('follow no redirect: it would carry the token elsewhere', async () => {
    answer = (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    const { get } = await connect();
    await assert.rejects(get('/', inTime()), /302/);
    assert.equal(asked.length, 1);
  });

  const users = [
    { what: 'a file of the kubeconfig', user: () => ({ tokenFile: 'token' }), end: '\n' },
    { what: 'a file, before a token beside it', user: () => ({ tokenFile: 'token', token: 'old' }), end: '' },
    {
      what: 'the file of a service account',
      user: (path: string) => ({ 'auth-provider': { name: 'tokenFile', config: { tokenFile: path } } }),
      end: '',
    },
    {
      what: 'a plugin',
      user: (path: string) => ({
        exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', PLUGIN, path] },
      }),
      end: '',
    },
  ];
  for (const { what, user, end } of users) {
    it(`carry the token of ${what}, with each connection the one that it gives then`, async () => {
      const path = join(folder, 'token');
      const context = await configured(TRUSTED, user(path));
      for (const token of ['first', 'second']) {
        await writeFile(path, token + end);
        const opened = await context.connect();
        await opened.get('/', inTime());
        await opened.close();
      }
      assert.deepEqual(
        asked.map(({ headers }) => headers.authorization),
        ['Bearer first', 'Bearer second'],
      );
    });
  }

  it('go through a proxy where the kubeconfig names one, until the connection is closed', async () => {
    const tunnels: { readonly to: string | undefined; readonly socket: Socket }[] = [];
    const proxy = createPlainServer().on('connect', ({ url }: IncomingMessage, socket: Socket) => {
      tunnels.push({ to: url, socket });
      const onward = connectTo(portOf(server), 'localhost', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      pipeline(socket, onward, socket, () => undefined);
    });
    await once(proxy.listen(0), 'listening');
    try {
      const context = await configured({ ...TRUSTED, 'proxy-url': `http://localhost:${portOf(proxy)}` }, { token: 'of-a' });
      for (let times = 1; times <= 2; times++) {
        const { get, close } = await context.connect();
        assert.deepEqual(await get('/', inTime()), { kind: 'Node' });
        const arrived = new Promise((resolve) => {
          answer = resolve; // and gives none
        });
        const unanswered = assert.rejects(get('/hangs', inTime()), { code: 'ECONNRESET' });
        await arrived;
        await close();
        await unanswered;
        answer = (_request, response) => response.end('{"kind":"Node"}');
      }
      assert.deepEqual([...new Set(tunnels.map(({ to }) => to))], [`localhost:${portOf(server)}`]);
      assert.deepEqual([...new Set(asked.map(({ headers }) => headers.authorization))], ['Bearer of-a']);
      assert.equal(connections, tunnels.length);
    } finally {
      proxy.close();
      for (const { socket } of tunnels) socket.destroy();
    }
  });

  it('carry on the trace that they belong to, with what others keep in it', async () => {
    const from = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', isSampled: true, state: 'other=1' };
    const { get } = await connect();
    await startRequestSpan('x', from, 0).run(() => get('/', inTime()));
    const [request] = asked;
    assert.match(String(request?.headers.traceparent), /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    assert.equal(request?.headers.tracestate, 'other=1');
  });
});

function portOf(server: NetServer): number {
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  return address.port;
}
