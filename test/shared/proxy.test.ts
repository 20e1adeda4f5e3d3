/** Which requests follow Node's variables for a proxy, and for an authority of one's own: as docs/install.md says it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CERTIFICATE, type ListingAlertmanager, startListing } from '../helpers/alertmanager-api.ts';

const SHARED = new URL('../../shared/', import.meta.url);

/** What each asks of the address `url`, and prints of the answer. */
const ASKING = {
  Slack: `const { send } = await import(shared + 'slack/send.ts');
    console.log((await send(url, { method: 'POST', body: 'text=x' })).status)`,
  'Slack, with a file': `const { send } = await import(shared + 'slack/send.ts');
    console.log((await send(url, { method: 'POST', body: new FormData() })).status)`,
  Alertmanager: `const { ask } = await import(shared + 'alertmanager/request.ts');
    await ask(new URL(url), { url, token: undefined, caFile: undefined }); console.log(200)`,
  'the API server': `const { openRequests } = await import(shared + 'kubernetes/api-request.ts');
    const requests = openRequests({ server: url, credentials: {}, proxy: undefined });
    console.log((await requests.ask({ method: 'GET', path: '/', signal: AbortSignal.timeout(5000) })).status); requests.close()`,
  'a registry': `const { createTransport } = await import(shared + 'registry/transport.ts');
    const transport = createTransport({ signal: AbortSignal.timeout(5000), certificates: [], isInsecure: () => false, refuses: () => false });
    console.log((await transport.ask({ who: 'it', url: new URL(url), accept: '*/*', authorization: undefined })).status); transport.close()`,
  'a collector': `const { OTLPTraceExporter } = await import(shared + 'opentelemetry/sdk.ts');
    const exporter = new OTLPTraceExporter({ url });
    exporter.export([], ({ code }) => { console.log(code === 0 ? 200 : code); exporter.shutdown() })`,
};
const THROUGH = ['Slack', 'Slack, with a file', 'Alertmanager'];

describe('a proxy that Node’s variables name', () => {
  let target: ListingAlertmanager;
  let proxy: Proxy;
  before(async () => {
    [target, proxy] = await Promise.all([startListing([], { tls: true }), startProxy()]);
  });
  after(async () => {
    proxy.close();
    await target.close();
  });

  const ask = async (code: string, environment: Readonly<Record<string, string>> = {}) => {
    const env = { NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: CERTIFICATE, ...environment };
    const [before, asked] = [proxy.connected.length, target.asked.length];
    const said = await runScript(`const shared = '${SHARED}'; const url = '${target.url}';\n${code}`, env);
    return { said, proxied: proxy.connected.slice(before), arrived: target.asked.length - asked };
  };

  for (const [who, code] of Object.entries(ASKING)) {
    const through = THROUGH.includes(who);
    it(`is ${through ? 'what we reach' : 'no way to'} ${who}${through ? ' by' : ''}`, async () => {
      const proxied = through ? [new URL(target.url).host] : [];
      assert.deepEqual(await ask(code), { said: '200\n', proxied, arrived: 1 });
    });
  }

  it('is left out for what NO_PROXY names', async () => {
    for (const who of [ASKING.Slack, ASKING.Alertmanager]) {
      assert.deepEqual(await ask(who, { NO_PROXY: '.svc,localhost' }), { said: '200\n', proxied: [], arrived: 1 });
    }
  });

  it('is left out where nobody switched it on', async () =>
    assert.deepEqual(await ask(ASKING.Slack, { NODE_USE_ENV_PROXY: '' }), { said: '200\n', proxied: [], arrived: 1 }));

  for (const [who, code] of Object.entries({
    Slack: `const { send } = await import(shared + 'slack/send.ts');
      const asking = send(url, { method: 'POST', body: 'text=x', signal: AbortSignal.timeout(50) });`,
    Alertmanager: `const { ask } = await import(shared + 'alertmanager/request.ts');
      const asking = ask(new URL(url), { url, token: undefined, caFile: undefined, timeMs: 50 });`,
  })) {
    it(`is not waited for by ${who} when it says nothing: Node itself waits five seconds`, async () => {
      const silent = createServer().on('connect', () => undefined);
      await once(silent.listen(0), 'listening');
      const HTTPS_PROXY = `http://localhost:${(silent.address() as AddressInfo).port}`;
      try {
        const { said } = await ask(
          `${code}
          setTimeout(() => { console.log('two seconds'); process.exit() }, 2000);
          await asking.catch(({ message }) => console.log(message));`,
          { HTTPS_PROXY },
        );
        assert.match(said, /^no (connection in time|answer within 50 ms)\ntwo seconds\n$/);
      } finally {
        silent.closeAllConnections();
        silent.close();
      }
    });
  }

  it('is trusted with nothing: who answers behind it must prove who it is', async () => {
    const { said, arrived } = await ask(ASKING.Slack, { NODE_EXTRA_CA_CERTS: '' });
    assert.match(said, /self-signed certificate/);
    assert.equal(arrived, 0);
  });
});

interface Proxy {
  readonly url: string;
  /** `host:port` of each tunnel. */
  readonly connected: readonly string[];
  readonly close: () => void;
}

/** It knows CONNECT and nothing else. */
async function startProxy(): Promise<Proxy> {
  const connected: string[] = [];
  const server: Server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', ({ url = '' }, socket) => {
    connected.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const far = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(far).pipe(socket);
    });
    far.on('error', () => socket.destroy());
    socket.on('error', () => far.destroy());
  });
  await once(server.listen(0), 'listening');
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, connected, close: () => server.close() };
}

/** Node reads the variables when it starts, so it is one of its own. All that it prints. */
async function runScript(script: string, env: Readonly<Record<string, string>>): Promise<string> {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script];
  const child = spawn(process.execPath, args, { cwd: fileURLToPath(SHARED), env, timeout: 30_000 });
  const [said, wrong] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return said + wrong;
}
