/** All that stands between an API server and whoever is on call: a real Alertmanager, the function as its own process, the channel. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChannelMessage } from '../../local/embedded-slack/channel.ts';
import { type Alert, type Alertmanager, startAlertmanager } from './servers/alertmanager.ts';
import type { ApiServer } from './servers/api-server.ts';
import { startFunction } from './servers/function.ts';
import { captureFile } from './servers/paths.ts';
import { temporaryFolder } from './servers/running.ts';
import { type RunningSlack, startSlack } from './servers/slack.ts';
import { waitUntil } from './servers/wait.ts';

const TOKEN = 'of-alertmanager';

export interface OnCall {
  readonly slack: RunningSlack;
  readonly alertmanager: Alertmanager;
  /** The messages since the function was started anew. */
  messages(): readonly ChannelMessage[];
  /** A function that remembers nothing takes the place of the one that is running. */
  startAnew(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts them, looking at this API server as its administrator. */
export async function startOnCall(server: ApiServer): Promise<OnCall> {
  const slack = await startSlack();
  const environment = await environmentFor(server, slack);
  let webhook = await startFunction('alertmanager-webhook', environment);
  const { port, url } = webhook;
  const alertmanager = await startAlertmanager({ webhookUrl: `${url}/alerts`, token: TOKEN, groupWait: '100ms', groupInterval: '200ms' });
  let earlier = 0;
  return {
    slack,
    alertmanager,
    messages: () => slack.messages().slice(earlier),
    startAnew: async () => {
      await webhook.stop();
      for (const { ts } of slack.messages()) slack.deleteMessage(ts); // what is open would be taken over
      earlier = slack.messages().length;
      webhook = await startFunction('alertmanager-webhook', { ...environment, PORT: String(port) });
    },
    stop: async () => {
      await alertmanager.stop();
      await webhook.stop();
      await slack.stop();
    },
  };
}

async function environmentFor(server: ApiServer, slack: RunningSlack): Promise<Readonly<Record<string, string>>> {
  const folder = await temporaryFolder();
  const keep = async (name: string, content: string) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  return {
    CLUSTER_NAME: 'prod-eu-1',
    KUBECONFIG: server.kubeconfig,
    SLACK_API_URL: slack.apiUrl,
    SLACK_CHANNEL: slack.channel.id,
    SLACK_BOT_TOKEN_FILE: await keep('slack-token', slack.token),
    ALERTMANAGER_TOKEN_FILE: await keep('alertmanager-token', TOKEN),
    INCIDENTS: 'memory',
  };
}

/** The captured alert, as Prometheus would send it now, from this pod of the operator. */
export function alertFrom(pod: string): Alert {
  const { alerts } = JSON.parse(readFileSync(captureFile('alertmanager-1-firing.json'), 'utf8'));
  const { labels, annotations, generatorURL } = alerts[0];
  return { labels: { ...labels, pod }, annotations, generatorURL };
}

/** The same, over. */
export function ended(alert: Alert): Alert {
  return { ...alert, endsAt: new Date().toISOString() };
}

/** The only message, once its metadata says this. */
export function messageWith({ messages }: OnCall, state: Readonly<Record<string, string>>): Promise<ChannelMessage> {
  return waitUntil(`one message has ${Object.values(state).join(', ')}`, () => {
    const [message, ...others] = messages();
    assert.ok(message, 'there is none');
    assert.equal(others.length, 0, 'there are several');
    assert.partialDeepStrictEqual(message.metadata, { event_type: 'archwatch_incident', event_payload: state });
    return message;
  });
}

/** What its thread says, oldest first. */
export function repliesOf({ messages }: OnCall): readonly string[] {
  return messages().flatMap(({ replies }) => replies.map(({ text }) => text));
}
