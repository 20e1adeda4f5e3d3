/** The dead-letter function as a process, with its record on an API server: what it needs, and what a kill leaves. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { kubeconfigFor } from '../../local/demo/kubeconfig.ts';
import { createEmbeddedCluster, type EmbeddedCluster } from '../../local/embedded-cluster/embedded-cluster.ts';
import { createEmbeddedSlack, type EmbeddedSlack } from '../../local/embedded-slack/embedded-slack.ts';
import { listen } from '../../shared/http/listen.ts';
import type { Listening } from '../../shared/http/server.ts';
import { event, ping, sendTo } from '../helpers/dead-letters.ts';
import { CHANNEL, TOKEN } from '../helpers/embedded-slack.ts';
import { silentLog } from '../helpers/log.ts';

const ENTRY = fileURLToPath(new URL('../../functions/dead-letter/index.ts', import.meta.url));

describe('the dead-letter function as a process', () => {
  let folder: string;
  let cluster: EmbeddedCluster;
  let slack: EmbeddedSlack;
  let world: Listening;
  let children: ChildProcess[];

  beforeEach(async () => {
    children = [];
    folder = await mkdtemp(join(tmpdir(), 'archwatch-dead-letter-'));
    const now = () => new Date();
    cluster = createEmbeddedCluster({ prefix: '/kubernetes', release: '1.19', now });
    slack = createEmbeddedSlack({ token: TOKEN, channel: CHANNEL, now });
    world = await listen([...cluster.routes, ...slack.routes], { port: 0, log: silentLog });
    await writeFile(join(folder, 'kubeconfig'), kubeconfigFor(`http://localhost:${world.port}/kubernetes`));
    await writeFile(join(folder, 'slack-token'), TOKEN);
  });
  afterEach(async () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    await Promise.all([world.close(), rm(folder, { recursive: true })]);
  });

  const start = (variables: Readonly<Record<string, string>>) => {
    const child = spawn(process.execPath, [ENTRY], { env: { HOME: folder, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    return child;
  };
  const inMemory = () => ({
    PORT: '0',
    CLUSTER_NAME: 'prod',
    SLACK_API_URL: `http://localhost:${world.port}/slack/api/`,
    SLACK_CHANNEL: CHANNEL.id,
    SLACK_BOT_TOKEN_FILE: join(folder, 'slack-token'),
    DEAD_LETTERS: 'memory',
  });
  const onRecord = () => ({ ...inMemory(), DEAD_LETTERS: 'configmap:archwatch/dead-letters', KUBECONFIG: join(folder, 'kubeconfig') });
  const started = async (variables: Readonly<Record<string, string>>) => {
    const child = start(variables);
    for await (const line of createInterface({ input: child.stdout ?? assert.fail() })) {
      const { msg, port } = JSON.parse(line);
      if (msg === 'listening') return { child, url: `http://localhost:${port}/` };
    }
    return assert.fail('it does not listen');
  };
  const record = () => JSON.stringify(cluster.configMaps());

  it('ends with status 78 and says all that is missing or wrong at once', async () => {
    const child = start({ PORT: 'high', DEAD_LETTERS: 'configmap:archwatch' });
    let output = '';
    child.stderr?.on('data', (data) => {
      output += data;
    });
    assert.deepEqual(await once(child, 'close'), [78, null]);
    const named = [...output.matchAll(/^- ([A-Z_]+)/gm)].map(([, name]) => name).sort();
    assert.deepEqual(named, ['CLUSTER_NAME', 'DEAD_LETTERS', 'PORT', 'SLACK_BOT_TOKEN_FILE', 'SLACK_CHANNEL']);
  });

  it('needs no cluster to keep its record in memory', async () => {
    const { url } = await started(inMemory());
    assert.equal(await sendTo(url, [event('1')]), 202);
    assert.deepEqual([slack.messages().length, cluster.requests()], [1, []]);
  });

  it('keeps its record in the ConfigMap that it is told, and another process goes on with it', async () => {
    const first = await started(onRecord());
    assert.equal(await sendTo(first.url, [event('1')]), 202);
    first.child.kill('SIGTERM');
    assert.deepEqual(await once(first.child, 'close'), [0, null]);
    const second = await started(onRecord());
    assert.equal(await sendTo(second.url, [event('1')]), 202);
    assert.equal(await sendTo(second.url, [event('2')]), 202);
    assert.match(record(), /\\"waiting\\": \{\\n {4}\\"total\\": 1,/);
    assert.equal(slack.messages().length, 1);
  });

  it('killed while it says something is not talked over: the next waits until that can no longer arrive', async () => {
    slack.setFault('no-reply', { calls: 1, method: 'chat.postMessage' });
    const { promise: posted, resolve } = Promise.withResolvers<void>();
    slack.subscribe(resolve);
    const first = await started(onRecord());
    const sent = sendTo(first.url, [event('1')]).catch(() => 'killed');
    await posted;
    first.child.kill('SIGKILL');
    assert.equal(await sent, 'killed');
    assert.match(record(), /\\"intent\\"/);
    const second = await started(onRecord());
    assert.deepEqual([await sendTo(second.url, [event('1')]), await sendTo(second.url, [ping('p')])], [202, 503]);
    assert.equal(slack.messages().length, 1);
  });

  it('says when it starts that the history scope is missing', async () => {
    slack.setFault({ error: 'missing_scope' }, { method: 'conversations.history' });
    for await (const line of createInterface({ input: start(inMemory()).stdout ?? assert.fail() })) {
      const { msg } = JSON.parse(line);
      if (/messages may come twice after trouble.*scope/.test(msg)) return;
    }
    assert.fail('it ended');
  });

  it('answers 503 while the API server cannot be asked, and says nothing', async () => {
    const { url } = await started({ ...onRecord(), KUBECONFIG: await nowhere() });
    assert.equal(await sendTo(url, [event('1')]), 503);
    assert.deepEqual(slack.messages(), []);
  });
  const nowhere = async () => {
    const gone = await listen([], { port: 0, log: silentLog });
    await gone.close();
    await writeFile(join(folder, 'nowhere'), kubeconfigFor(`http://localhost:${gone.port}`));
    return join(folder, 'nowhere');
  };
});
