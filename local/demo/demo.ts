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

export interface Demo {
  /** The page. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts everything on a port that is free, and resolves when alerts are taken. */
export async function startDemo(port: number): Promise<Demo> {
  const now = () => new Date();
  const url = `http://localhost:${port}`;
  const cluster = createEmbeddedCluster({ prefix: '/kubernetes', release: '1.19', now });
  const slack = createEmbeddedSlack({ token: SLACK_TOKEN, channel: CHANNEL, now });
  const alertmanager = createAlertmanager({ url: `${url}/alerts`, token: ALERTMANAGER_TOKEN, now });
  const story = createStory({ cluster, alertmanager, kubernetesUrl: `${url}/kubernetes`, slack: createSlackSwitch(slack), now });
  await story.play('arm-nodes-join'); // so that the captured alert is true from the start
  const alerts = forwardTo('/alerts');
  const routes = [alerts.route, ...cluster.routes, ...slack.routes, ...createChannelPage({ slack, story, title: 'archwatch demo' })];
  const server = await listen(routes, { port, log: createLog({ level: 'fatal', format: 'json' }) });
  const folder = await mkdtemp(join(tmpdir(), 'archwatch-'));
  const keep = (name: string, content: string) => writeFile(join(folder, name), content, { mode: 0o600 }).then(() => join(folder, name));
  const webhook = await startFunction('alertmanager-webhook', {
    CLUSTER_NAME,
    KUBECONFIG: await keep('kubeconfig', kubeconfigFor(`${url}/kubernetes`)),
    SLACK_API_URL: `${url}/slack/api/`,
    SLACK_CHANNEL: CHANNEL.id,
    SLACK_BOT_TOKEN_FILE: await keep('slack-token', SLACK_TOKEN),
    ALERTMANAGER_TOKEN_FILE: await keep('alertmanager-token', ALERTMANAGER_TOKEN),
    INCIDENTS: 'memory',
  });
  alerts.setTarget(webhook.url);
  return {
    url,
    stop: async () => {
      await webhook.stop();
      await rm(folder, { recursive: true, force: true });
      await server.close();
    },
  };
}
