import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { kubeconfigFor } from '../../local/demo/kubeconfig.ts';
import { createEmbeddedCluster, type EmbeddedCluster } from '../../local/embedded-cluster/embedded-cluster.ts';
import { createEmbeddedSlack, type EmbeddedSlack } from '../../local/embedded-slack/embedded-slack.ts';
import type { Fault } from '../../local/embedded-slack/faults.ts';
import { listen } from '../../shared/http/listen.ts';
import type { Route } from '../../shared/http/route.ts';
import type { Listening } from '../../shared/http/server.ts';
import { capturedText } from '../helpers/deliveries.ts';
import { CHANNEL } from '../helpers/embedded-slack.ts';
import { silentLog } from '../helpers/log.ts';
import { payloadOf } from '../helpers/webhook.ts';

const ENTRY = fileURLToPath(new URL('../../functions/alertmanager-webhook/index.ts', import.meta.url));
const SLACK_TOKEN = 'xoxb-4815162342-never-shown';
const BEARER = 'bearer-108-never-shown';

describe('the function as a process', () => {
  let folder: string;
  let cluster: EmbeddedCluster;
  let slack: EmbeddedSlack;
  let world: Listening;
  /** While it is there, the API server answers nobody before it is opened. */
  let gate: { readonly arrived: PromiseWithResolvers<void>; readonly opened: Promise<void> } | undefined;
  let started: Started | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archwatch-process-'));
    const now = () => new Date();
    cluster = createEmbeddedCluster({ prefix: '/kubernetes', release: '1.19', now });
    for (const architecture of ['amd64', 'arm64']) cluster.addNode({ name: `worker-${architecture}`, architecture });
    slack = createEmbeddedSlack({ token: SLACK_TOKEN, channel: CHANNEL, now });
    const gated = cluster.routes.map((route): Route => ({ ...route, handle: (request) => passGate().then(() => route.handle(request)) }));
    world = await listen([...gated, ...slack.routes], { port: 0, log: silentLog });
  });
  afterEach(async () => {
    if (started && started.child.exitCode === null) started.child.kill('SIGKILL');
    started = undefined;
    gate = undefined;
    slack.setFault(undefined);
    cluster.setOutage(undefined);
    await world.close();
    await rm(folder, { recursive: true });
  });
  const passGate = async () => {
    gate?.arrived.resolve();
    await gate?.opened;
  };
  const keep = async (name: string, content: string) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const environment = async () => ({
    HOME: folder,
    PORT: '0',
    LOG_LEVEL: 'trace',
    CLUSTER_NAME: 'prod',
    KUBECONFIG: await keep('kubeconfig', kubeconfigFor(`http://localhost:${world.port}/kubernetes`)),
    SLACK_API_URL: `http://localhost:${world.port}/slack/api/`,
    SLACK_CHANNEL: CHANNEL.id,
    SLACK_BOT_TOKEN_FILE: await keep('slack-token', `${SLACK_TOKEN}\n`),
    ALERTMANAGER_TOKEN_FILE: await keep('bearer', BEARER),
    INCIDENTS: 'memory',
  });
  const start = (variables: Readonly<Record<string, string>>): Started => {
    started = startProcess(variables);
    return started;
  };

  it('ends with status 78 and says all that is missing or wrong at once', async () => {
    const { ended, output } = start({
      HOME: folder,
      PORT: 'high',
      SLACK_API_URL: 'slack.com',
      KUBECTL: 'k',
      SLACK_BOT_TOKEN_FILE: '/nowhere/token',
    });
    assert.equal(await ended, 78);
    const [first, ...rest] = output().trimEnd().split('\n');
    assert.equal(first, 'The configuration is not usable:');
    assert.deepEqual(rest.map((line) => /^- ([A-Z_]+)\b/.exec(line)?.[1]).sort(), [
      'ALERTMANAGER_TOKEN_FILE',
      'CLUSTER_NAME',
      'INCIDENTS',
      'KUBECONFIG',
      'KUBECTL',
      'PORT',
      'SLACK_API_URL',
      'SLACK_BOT_TOKEN_FILE',
      'SLACK_CHANNEL',
    ]);
  });

  it('is live and ready without asking Slack or the API server', async () => {
    slack.setFault('hang');
    cluster.setOutage('hang');
    const { url } = start(await environment());
    for (const path of ['/health/liveness', '/health/readiness', '/metrics'])
      assert.equal((await fetch(`${await url}${path}`)).status, 200);
  });

  it('says at its start that messages may come twice where it may not read the channel', async () => {
    slack.setFault({ error: 'missing_scope' }, { method: 'conversations.history' });
    const { logged } = start(await environment());
    await logged(
      'messages may come twice after trouble: conversations.history: missing_scope (add the scope to the app, and install it again)',
    );
  });

  /** Told to end while a delivery is in flight, which is let go on then. */
  const endDuring = async (send: (url: string) => Promise<number>) => {
    const open = Promise.withResolvers<void>();
    gate = { arrived: Promise.withResolvers<void>(), opened: open.promise };
    const { child, url, ended, logged } = start(await environment());
    const answered = send(await url);
    await gate.arrived.promise;
    child.kill('SIGTERM');
    await logged('closing');
    await assert.rejects(post(await url, BEARER), 'it takes no more');
    open.resolve();
    assert.equal(await answered, 204);
    assert.equal(await ended, 0);
  };

  it('finishes what is in flight when it is told to end, and takes no more', async () => {
    await endDuring(postOnce);
    assert.deepEqual(
      slack
        .messages()
        .map(payloadOf)
        .map(({ verdict }) => verdict),
      ['confirmed'],
    );
  });

  it('ends then, although its callers would keep their connections', async () => {
    await endDuring(async (url) => (await post(url, BEARER)).status);
  }).timeout(5_000);

  for (const { what, bytes } of [
    { what: 'says nothing', bytes: '' },
    { what: 'has begun a request', bytes: 'POST /alerts HTTP/1.1\r\nHost: x\r\n' },
    { what: 'was refused, and has not sent its body', bytes: 'POST /alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{}' },
  ]) {
    it(`is not held up by a stranger who ${what}`, async () => {
      const { child, url, ended } = start(await environment());
      const socket = connect(Number(new URL(await url).port), 'localhost');
      await once(socket, 'connect');
      socket.on('error', () => undefined).write(bytes);
      if (bytes.includes('{}')) await once(socket, 'data');
      await fetch(`${await url}/health/liveness`);
      child.kill('SIGTERM');
      assert.equal(await ended, 0);
      socket.destroy();
    }).timeout(5_000);
  }

  it('shows no secret in its output or its answers, whatever fails', async () => {
    const { child, url, ended, output } = start(await environment());
    const answers: string[] = [];
    const deliver = async (token: string, body?: string) => {
      const answer = await post(await url, token, body);
      answers.push(`${answer.status} ${await answer.text()} ${JSON.stringify([...answer.headers])}`);
    };
    const faults: readonly Fault[] = ['down', { error: 'invalid_auth' }, { error: 'channel_not_found' }, 'lost-reply'];
    for (const fault of faults) {
      slack.setFault(fault);
      await deliver(BEARER);
    }
    slack.setFault(undefined);
    await deliver(`${BEARER}x`);
    await deliver(BEARER, `{"version":"${BEARER}"`);
    const metrics = await (await fetch(`${await url}/metrics`)).text();
    await world.close();
    await deliver(BEARER);
    await writeFile(join(folder, 'slack-token'), '');
    await writeFile(join(folder, 'bearer'), '');
    await deliver(BEARER);
    child.kill('SIGTERM');
    await ended;
    world = await listen([], { port: 0, log: silentLog });
    assert.deepEqual(
      answers.map((answer) => answer.slice(0, 3)),
      ['503', '503', '503', '503', '401', '400', '503', '503'],
    );
    for (const sign of ['invalid_auth', 'channel_not_found', 'ECONNREFUSED', 'holds no secret']) assert.ok(output().includes(sign), sign);
    for (const text of [output(), metrics, ...answers]) assert.doesNotMatch(text, /never-shown|4815162342/);
  });
});

interface Started {
  readonly child: ChildProcess;
  /** Where it listens. */
  readonly url: Promise<string>;
  /** Its exit status, once all of its output is there. */
  readonly ended: Promise<number | null>;
  /** Both streams. */
  output(): string;
  /** Resolves when a line with that message was logged. */
  logged(message: string): Promise<void>;
}

function startProcess(variables: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, [ENTRY], { env: variables, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      for (const check of [...waiting]) check();
    });
  }
  const line = (part: string) =>
    new Promise<string>((resolve) => {
      const check = () => {
        const found = lines.find((each) => each.includes(part));
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });
  return {
    child,
    url: line('"listening"').then((text) => `http://localhost:${JSON.parse(text).port}`),
    ended: once(child, 'close').then(([code]) => code),
    output: () => lines.join('\n'),
    logged: (message) => line(`"msg":${JSON.stringify(message)}`).then(() => undefined),
  };
}

/** The status of a delivery whose connection ends with its answer. */
async function postOnce(url: string): Promise<number> {
  const sent = request(`${url}/alerts`, { method: 'POST', agent: false, headers: { authorization: `Bearer ${BEARER}` } });
  sent.end(capturedText(1));
  const [answer]: IncomingMessage[] = await once(sent, 'response');
  answer?.resume();
  return answer?.statusCode ?? 0;
}

function post(url: string, token: string, body = capturedText(1)): Promise<Response> {
  return fetch(`${url}/alerts`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body });
}
