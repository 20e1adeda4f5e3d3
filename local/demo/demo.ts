/** The demo: the functions as they would be deployed, with an embedded cluster, eventing and chat to talk to, all on one port. */
import { listen } from '../../shared/http/listen.ts';
import { openLog } from '../../shared/log.ts';
import { createChannelPage } from '../channel-page/channel-page.ts';
import { createSilences } from '../embedded-alertmanager/silences.ts';
import { createEmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import { createEmbeddedSlack } from '../embedded-slack/embedded-slack.ts';
import { createAlertmanager } from '../story/alertmanager.ts';
import { createStory } from '../story/story.ts';
import { writeEnvironments } from './environments.ts';
import { connectBroker, watchCluster } from './eventing.ts';
import { startFunction } from './function-process.ts';
import { createFunctions } from './functions.ts';
import { createPerson } from './person.ts';
import { createSlackSwitch } from './slack-switch.ts';
import { countTraffic } from './traffic.ts';

const CLUSTER_NAME = 'demo';
const CHANNEL = { id: 'C0DEMO', name: 'on-call' };
/** What the README's curl line sends. */
const ALERTMANAGER_TOKEN = 'demo';
const SLACK_TOKEN = 'xoxb-demo';
const SIGNING_SECRET = 'demo';
const PREFIX = '/kubernetes';
const ALERTMANAGER_PREFIX = '/alertmanager';
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
  const environments = await writeEnvironments({
    ...{ url, clusterName: CLUSTER_NAME, channel: CHANNEL.id },
    ...{ slackToken: SLACK_TOKEN, signingSecret: SIGNING_SECRET, alertmanagerToken: ALERTMANAGER_TOKEN, ends },
    alertmanagerUrl: `${url}${ALERTMANAGER_PREFIX}`,
  });
  const functions = createFunctions({ start, environments });
  const cluster = createEmbeddedCluster({ prefix: PREFIX, release: '1.19', now });
  const traffic = countTraffic(cluster.routes, PREFIX);
  const slack = createEmbeddedSlack({ token: SLACK_TOKEN, channel: CHANNEL, now });
  slack.connectApp({ interactivityUrl: `${url}/slack/actions`, signingSecret: SIGNING_SECRET, slackUrl: url });
  const silences = createSilences({ prefix: ALERTMANAGER_PREFIX, now });
  const alertmanager = createAlertmanager({ url: `${url}/alerts`, token: ALERTMANAGER_TOKEN, now, isSilenced: silences.isSilenced });
  const broker = connectBroker(url);
  const story = createStory({
    ...{ cluster, clusterName: CLUSTER_NAME, kubernetesUrl: `${url}${PREFIX}`, traffic, slack: createSlackSwitch(slack) },
    ...{ alertmanager, silences, broker, functions, person: createPerson(slack), now },
  });
  const page = createChannelPage({ slack, story, title: 'archwatch demo' });
  const routes = [...functions.routes, ...traffic.routes, ...slack.routes, ...silences.routes, ...page];
  const server = await listen(routes, { port, host: LOOPBACK, log: await openLog({ level: 'fatal', format: 'json' }) });
  ends.unshift(server.close); // ends last: it waits for its requests
  ends.push(functions.stop);
  await functions.start();
  const unwatch = watchCluster(cluster, broker, { name: CLUSTER_NAME, now });
  ends.push(unwatch, broker.stop, alertmanager.stop); // the server ends when its requests do, so nobody may go on trying
  return url;
}
