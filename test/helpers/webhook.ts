/** The whole way of a delivery in one process: in over HTTP, to an embedded cluster and an embedded Slack over HTTP, with a clock that stands still. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAlertsHandler } from '../../functions/alertmanager-webhook/handler.ts';
import { kubeconfigFor } from '../../local/demo/kubeconfig.ts';
import { createEmbeddedCluster, type EmbeddedCluster } from '../../local/embedded-cluster/embedded-cluster.ts';
import type { Release } from '../../local/embedded-cluster/releases.ts';
import type { ChannelMessage } from '../../local/embedded-slack/channel.ts';
import { createEmbeddedSlack, type EmbeddedSlack } from '../../local/embedded-slack/embedded-slack.ts';
import { createBearerCheck } from '../../shared/auth.ts';
import { listen } from '../../shared/http/listen.ts';
import { createMemoryStore, type IncidentStore } from '../../shared/incidents/store/store.ts';
import { kubernetes } from '../../shared/kubernetes/api-client.ts';
import type { Connect } from '../../shared/kubernetes/api-connection.ts';
import { createCluster } from '../../shared/kubernetes/cluster.ts';
import { createLookAgain } from '../../shared/look-again/look-again.ts';
import type { SlackButton } from '../../shared/slack/actions.ts';
import { createChat } from '../../shared/slack/chat.ts';
import { CHANNEL, TOKEN } from './embedded-slack.ts';
import { type Line, recordingLog, silentLog } from './log.ts';

export const CLUSTER_NAME = 'prod-eu-1';
export const CLUSTER_ID = '7c1f9f3e-4b0a-4a55-8e0c-5a1d2f0f9b11';
/** Two, as during a rotation. */
export const BEARER = { old: 'old-token', new: 'new-token' };
/** Half a minute after the first captured alert began. */
const STARTED = Date.UTC(2026, 10, 22, 17, 0, 55);

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface RunningWebhook {
  readonly cluster: EmbeddedCluster;
  /** The API server, prefix included. */
  readonly kubernetesUrl: string;
  readonly slack: EmbeddedSlack;
  /** The base of its Web API. */
  readonly slackApiUrl: string;
  /** The record, for another function that works on it too. */
  readonly incidents: IncidentStore;
  readonly now: () => Date;
  readonly lines: readonly Line[];
  /** What answers `POST /alerts`. */
  readonly url: string;
  /** Posts a body, an object as JSON, with a token that is accepted unless said otherwise; null sends none. */
  deliver(body: unknown, token?: string | null): Promise<Answer>;
  wait(minutes: number): void;
  /** The one message of the channel; fails where there are more or fewer. */
  message(): ChannelMessage;
  /** A counter of `/metrics`, which all tests of a process share: compare it with itself. */
  counted(sample: string): Promise<number>;
  close(): Promise<void>;
}

export interface WebhookOptions {
  readonly release?: Release;
  readonly buttons?: readonly SlackButton[];
}

/** With three amd64 and two arm64 workers, and the import off. */
export async function startWebhook({ release = '1.19', buttons = [] }: WebhookOptions = {}): Promise<RunningWebhook> {
  let time = STARTED;
  const now = () => new Date(time);
  const cluster = createEmbeddedCluster({ prefix: '/kubernetes', release, now });
  for (const name of ['worker-amd-1', 'worker-amd-2', 'worker-amd-3']) cluster.addNode({ name, architecture: 'amd64' });
  for (const name of ['worker-arm-1', 'worker-arm-2']) cluster.addNode({ name, architecture: 'arm64' });
  const slack = createEmbeddedSlack({ token: TOKEN, channel: CHANNEL, now });
  const world = await listen([...cluster.routes, ...slack.routes], { port: 0, log: silentLog });
  const origin = `http://localhost:${world.port}`;
  const folder = await mkdtemp(join(tmpdir(), 'archwatch-webhook-'));
  const tokens = join(folder, 'tokens');
  await writeFile(tokens, Object.values(BEARER).join('\n'));
  const log = recordingLog();
  const incidents = createMemoryStore();
  const slackApiUrl = `${origin}/slack/api/`;
  const looking = createLookAgain({
    cluster: createCluster({ connect: await connectTo(`${origin}/kubernetes`), hyperConverged: undefined, now, log }),
    incidents,
    chat: createChat({ token: async () => TOKEN, channel: CHANNEL.id, apiUrl: slackApiUrl, now }),
    settings: { consoleUrl: undefined, buttons },
    clusterName: CLUSTER_NAME,
    kubectl: 'kubectl',
    flapWindowMs: 60 * 60_000,
    log,
    now,
  });
  const identity = { name: CLUSTER_NAME, id: CLUSTER_ID, labels: ['cluster', 'managed_cluster'] };
  const route = createAlertsHandler({ authenticate: createBearerCheck(tokens), looking, cluster: identity, now });
  const server = await listen([route], { port: 0, log });
  const url = `http://localhost:${server.port}`;
  return {
    cluster,
    kubernetesUrl: `${origin}/kubernetes`,
    slack,
    ...{ slackApiUrl, incidents, now },
    lines: log.lines,
    url: `${url}/alerts`,
    deliver: async (body, token = BEARER.new) => {
      const headers = { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const answer = await fetch(`${url}/alerts`, { method: 'POST', headers, body: text });
      return { status: answer.status, text: await answer.text() };
    },
    wait: (minutes) => {
      time += minutes * 60_000;
    },
    message: () => {
      const [message, ...more] = slack.messages();
      assert.ok(message !== undefined && more.length === 0, `${more.length + (message ? 1 : 0)} messages, not one`);
      return message;
    },
    counted: async (sample) => {
      const page = await (await fetch(`${url}/metrics`)).text();
      return Number(
        page
          .split('\n')
          .find((line) => line.startsWith(`${sample} `))
          ?.split(' ')
          .at(-1) ?? 0,
      );
    },
    close: async () => {
      cluster.setOutage(undefined);
      await Promise.all([server.close(), world.close(), rm(folder, { recursive: true })]);
    },
  };
}

/** The API server as a function is connected to it: by a kubeconfig. */
export async function connectTo(server: string): Promise<Connect> {
  const folder = await mkdtemp(join(tmpdir(), 'archwatch-kubeconfig-'));
  const file = join(folder, 'config');
  await writeFile(file, kubeconfigFor(server));
  const { connect } = kubernetes({ KUBECONFIG: file });
  await rm(folder, { recursive: true });
  return connect;
}

/** What a message says of itself to machines. */
export function payloadOf({ metadata }: Pick<ChannelMessage, 'metadata'>): Record<string, unknown> {
  return { ...metadata?.event_payload };
}

/** All that a person can read in a message or reply, in one line. */
export function textOf({ blocks }: Pick<ChannelMessage, 'blocks'>): string {
  return textsIn(blocks).join(' ');
}

/** Each text of some blocks by itself: a command stands alone in one. */
export function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => (name === 'text' && typeof member === 'string' ? [member] : textsIn(member)));
}
