/** The demo: a function as it would be deployed, with an embedded cluster and an embedded chat to talk to, all on one port. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from '../../shared/http.ts';
import { createLog } from '../../shared/log.ts';
import { createChannelPage } from '../channel-page/channel-page.ts';
import { createEmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import { createEmbeddedSlack } from '../embedded-slack/embedded-slack.ts';
import { createAlertmanager } from '../story/alertmanager.ts';
import { createStory } from '../story/story.ts';
import { forwardTo } from './forward.ts';
import { startFunction } from './function-process.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { createSlackSwitch } from './slack-switch.ts';

const CLUSTER_NAME = 'demo';
const CHANNEL = { id: 'C0DEMO', name: 'on-call' };
/** What the README's curl line sends. */
const ALERTMANAGER_TOKEN = 'demo';
const SLACK_TOKEN = 'xoxb-demo';
/** Its tokens are known to everybody, so only this machine may connect. */
const LOOPBACK = '127.0.0.1';

export interface Demo {
  /** The page. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts everything on a port that is free, and resolves when alerts are taken. Where that fails, nothing is left of it. */
export async function startDemo(port: number, start = startFunction): Promise<Demo> {
  const ends: (() => void | Promise<void>)[] = [];
  const endAll = async () => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const url = await startParts({ port, start, ends });
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= endAll();
      return stopped;
    };
    return { url, stop };
  } catch (error) {
    await endAll();
    throw error;
  }
}

interface Parts {
  readonly port: number;
  readonly start: typeof startFunction;
  /** Takes what ends each part. */
  readonly ends: (() => void | Promise<void>)[];
}

async function startParts({ port, start, ends }: Parts): Promise<string> {
  const now = () => new Date();
  const url = `http://localhost:${port}`;
  const cluster = createEmbeddedCluster({ prefix: '/kubernetes', release: '1.19', now });
  const slack = createEmbeddedSlack({ token: SLACK_TOKEN, channel: CHANNEL, now });
  const alertmanager = createAlertmanager({ url: `${url}/alerts`, token: ALERTMANAGER_TOKEN, now });
  const story = createStory({ cluster, alertmanager, kubernetesUrl: `${url}/kubernetes`, slack: createSlackSwitch(slack), now });
  await story.play('arm-nodes-join'); // so that the captured alert is true from the start
  const alerts = forwardTo('/alerts');
  const routes = [alerts.route, ...cluster.routes, ...slack.routes, ...createChannelPage({ slack, story, title: 'archwatch demo' })];
  const server = await listen(routes, { port, host: LOOPBACK, log: createLog({ level: 'fatal', format: 'json' }) });
  ends.push(server.close);
  const folder = await mkdtemp(join(tmpdir(), 'archwatch-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const keep = (name: string, content: string) => writeFile(join(folder, name), content, { mode: 0o600 }).then(() => join(folder, name));
  const webhook = await start('alertmanager-webhook', {
    CLUSTER_NAME,
    KUBECONFIG: await keep('kubeconfig', kubeconfigFor(`${url}/kubernetes`)),
    SLACK_API_URL: `${url}/slack/api/`,
    SLACK_CHANNEL: CHANNEL.id,
    SLACK_BOT_TOKEN_FILE: await keep('slack-token', SLACK_TOKEN),
    ALERTMANAGER_TOKEN_FILE: await keep('alertmanager-token', ALERTMANAGER_TOKEN),
    INCIDENTS: 'memory',
  });
  ends.push(webhook.stop, alertmanager.stop); // the server ends when its requests do, so no step may go on trying
  alerts.setTarget(webhook.url);
  return url;
}
