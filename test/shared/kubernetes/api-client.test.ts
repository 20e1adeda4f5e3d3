/** Requests to an API server over TLS, as a kubeconfig says. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubernetes } from '../../../shared/kubernetes/api-client.ts';
import type { ApiConnection } from '../../../shared/kubernetes/api-connection.ts';
import { attempt } from '../../../shared/kubernetes/failure.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url));
const CERTIFICATE = fixture('localhost.pem');

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

  const connect = async (cluster: object = { 'certificate-authority-data': CERTIFICATE.toString('base64') }) => {
    const address = server.address();
    assert.ok(typeof address === 'object' && address);
    const path = join(folder, 'kubeconfig');
    const named = { name: 'a', cluster: { server: `https://localhost:${address.port}/`, ...cluster } };
    const contexts = [{ name: 'a', context: { cluster: 'a', user: 'a' } }];
    const users = [{ name: 'a', user: { token: 'of-a' } }];
    await writeFile(path, JSON.stringify({ clusters: [named], contexts, users, 'current-context': 'a' }));
    api = await kubernetes({ KUBECONFIG: path }).connect();
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
});
