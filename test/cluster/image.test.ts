/** What the image runs, in what the manifests put around it: a read-only root, a user of its own, no rights, and little memory. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addHyperConverged } from './hyperconverged.ts';
import { buildImage, type Image } from './image/build.ts';
import { type Container, createRoom, type Room } from './image/container.ts';
import { createManyNodes } from './image/many-nodes.ts';
import { linesOf } from './message.ts';
import { accessTo } from './servers/access.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { captureFile, hyperConvergedCrd } from './servers/paths.ts';
import { temporaryFolder } from './servers/running.ts';
import { type RunningSlack, startSlack } from './servers/slack.ts';

const NODES = 5_000;
const ARM_NODES = 100;
const LIMIT = 128 * 1024 * 1024;
const DELIVERIES = 3;
/** Rule 10. */
const ANSWER_MS = 10_000;
const ALERTMANAGER_TOKEN = 'of-alertmanager';
const SIGNING_SECRET = 'of-the-app';
const SECRETS = '/var/run/secrets/archwatch';
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

describe('the image', () => {
  let image: Image;
  let server: ApiServer;
  let slack: RunningSlack;
  let room: Room;
  before(async () => {
    image = await buildImage();
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19')] });
    slack = await startSlack();
    room = await createRoom(image, await volumesFor(server, slack));
    await addHyperConverged(server, { version: 'v1' });
  });
  after(async () => {
    await slack?.stop();
    await server?.stop();
  });

  it('has a root that nobody can write to', async () => {
    const script = `
      for (const path of ['/app/x', '/tmp/x', '/x', '/proc/sys/kernel/hostname'])
        try { require('node:fs').writeFileSync(path, 'x'); console.log(path + ' written'); } catch (error) { console.log(path + ' ' + error.code); }`;
    const { stdout, stderr } = await room.run(script);
    assert.equal(stderr, '');
    assert.deepEqual(stdout.trim().split('\n'), ['/app/x EROFS', '/tmp/x EROFS', '/x EROFS', '/proc/sys/kernel/hostname EROFS']);
  });

  it('has nothing in it but Node, the bundles and what is mounted', async () => {
    const { stdout } = await room.run(`console.log(require('node:fs').readdirSync('/').join(' '))`);
    assert.match(stdout, /^app lib lib64 proc sys tmp usr var$/m);
  });

  for (const name of ['alertmanager-webhook', 'dead-letter', 'node-events', 'slack-actions']) {
    it(`has ${name}, which as process 1 is healthy, and ends with 0 when it is told to`, async () => {
      assert.ok(image.names.includes(name));
      const running = await room.start(name, environmentOf(server, slack), LIMIT);
      try {
        assert.match(running.status().NSpid ?? '', /^\d+\t1$/);
        for (const path of ['/health/liveness', '/health/readiness', '/metrics'])
          assert.equal((await fetch(running.url + path)).status, 200, path);
      } finally {
        assert.deepEqual(await running.stop(), { code: 0, signal: null });
      }
    });
  }

  it(`answers ${DELIVERIES} alerts in a row with ${NODES} nodes and ${LIMIT / 1024 / 1024} MiB, none of them late`, async () => {
    await createManyNodes(
      server,
      Array.from({ length: NODES }, (_, index) => ({ name: `worker-${index}`, architecture: index < ARM_NODES ? 'arm64' : 'amd64' })),
    );
    const webhook = await room.start('alertmanager-webhook', environmentOf(server, slack), LIMIT);
    try {
      assertHasNoRights(webhook, image);
      for (let number = 0; number < DELIVERIES; number++) {
        const started = Date.now();
        assert.equal(await deliver(webhook), 204, webhook.output());
        assert.ok(Date.now() - started < ANSWER_MS, `it took ${Date.now() - started} ms`);
      }
      const [message, ...others] = slack.messages();
      assert.equal(others.length, 0);
      assert.match(linesOf(message ?? { blocks: [] }).join('\n'), new RegExp(`^arm64 ${ARM_NODES} of ${NODES}, ready`, 'm'));
      assert.deepEqual([webhook.memory.kills(), webhook.memory.pids().length], [0, 1]);
      const peak = Number.parseInt(webhook.status().VmHWM ?? '', 10) * 1024;
      assert.ok(peak <= LIMIT, `${peak} bytes at the peak, the text of Node and all`);
    } finally {
      assert.deepEqual(await webhook.stop(), { code: 0, signal: null }, webhook.output());
    }
  });
});

/** What the kernel says of it. */
function assertHasNoRights({ status }: Container, { uid, gid }: Image): void {
  const { Uid, Gid, Groups = '', CapEff, CapPrm, CapBnd, CapAmb, NoNewPrivs } = status();
  const none = '0000000000000000';
  assert.deepEqual([Uid, Gid, Groups.trim()], [`${uid}\t${uid}\t${uid}\t${uid}`, `${gid}\t${gid}\t${gid}\t${gid}`, '']);
  assert.deepEqual(
    { CapEff, CapPrm, CapBnd, CapAmb, NoNewPrivs },
    { CapEff: none, CapPrm: none, CapBnd: none, CapAmb: none, NoNewPrivs: '1' },
  );
}

async function volumesFor(server: ApiServer, slack: RunningSlack): Promise<Readonly<Record<string, string>>> {
  const { authority = '', token = '' } = await accessTo(server);
  const folder = await temporaryFolder();
  const files = {
    [`${SECRETS}/slack/token`]: slack.token,
    [`${SECRETS}/alertmanager/token`]: ALERTMANAGER_TOKEN,
    [`${SECRETS}/signing/secret`]: SIGNING_SECRET,
    [`${ACCOUNT}/token`]: token,
    [`${ACCOUNT}/ca.crt`]: authority,
    [`${ACCOUNT}/namespace`]: 'archwatch',
  };
  const written = Object.entries(files).map(async ([path, content], index) => {
    const file = join(folder, String(index));
    await writeFile(file, content);
    return [path, file] as const;
  });
  return Object.fromEntries(await Promise.all(written));
}

/** As the manifests have it for all functions together, and what Kubernetes adds to a pod. */
function environmentOf(server: ApiServer, slack: RunningSlack): Readonly<Record<string, string>> {
  const { hostname, port } = new URL(server.url);
  return {
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
    CLUSTER_NAME: 'prod-eu-1',
    SLACK_API_URL: slack.apiUrl,
    SLACK_CHANNEL: slack.channel.id,
    SLACK_BOT_TOKEN_FILE: `${SECRETS}/slack/token`,
    ALERTMANAGER_TOKEN_FILE: `${SECRETS}/alertmanager/token`,
    SLACK_SIGNING_SECRET_FILE: `${SECRETS}/signing/secret`,
    INCIDENTS: 'memory',
    DEAD_LETTERS: 'memory',
  };
}

async function deliver({ url }: Container): Promise<number> {
  const headers = { authorization: `Bearer ${ALERTMANAGER_TOKEN}`, 'content-type': 'application/json' };
  const body = readFileSync(captureFile('alertmanager-1-firing.json'));
  return (await fetch(`${url}/alerts`, { method: 'POST', headers, body })).status;
}
