/** The dead-letter function in one process: in over HTTP, out to an embedded Slack over HTTP, its record in memory, with a clock that stands still. */

import { createDeadLetterHandler, type DeadLetterHandlerDependencies, LIMITS } from '../../functions/dead-letter/handler.ts';
import type { ReceivedEvent } from '../../functions/dead-letter/letter.ts';
import { createMemoryConfigMaps } from '../../functions/dead-letter/memory.ts';
import { createRecords, ENTRY } from '../../functions/dead-letter/records.ts';
import { createSay, type SayDependencies } from '../../functions/dead-letter/say.ts';
import type { ChannelMessage } from '../../local/embedded-slack/channel.ts';
import { createEmbeddedSlack, type EmbeddedSlack } from '../../local/embedded-slack/embedded-slack.ts';
import { parseEvents } from '../../shared/cloudevents.ts';
import { listen } from '../../shared/http/listen.ts';
import type { ConfigMaps } from '../../shared/kubernetes/config-maps.ts';
import { createChat } from '../../shared/slack/chat.ts';
import { CHANNEL, TOKEN } from './embedded-slack.ts';
import { type Line, recordingLog, silentLog } from './log.ts';

export const CLUSTER_NAME = 'prod-eu-1';
export const RECORD = { namespace: 'archwatch', name: 'dead-letters' };
export const SUBSCRIBER = 'http://node-events.archwatch.svc.cluster.local/events';
export const STARTED = Date.UTC(2026, 10, 22, 3, 0, 0);

export const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A Node event that was answered 503, as a broker gives it up. */
export function event(id: string, changes: Partial<ReceivedEvent> = {}): ReceivedEvent {
  const error = { knativeerrordest: SUBSCRIBER, knativeerrorcode: '503', knativeerrordata: base64('unavailable') };
  const type = 'dev.knative.apiserver.resource.add';
  return { id, source: 'https://10.96.0.1:443', type, subject: '/apis/v1/nodes/worker-arm-1', extensions: error, ...changes };
}

/** The hourly ping on its way to the function itself. */
export const ping = (id: string) =>
  event(id, { type: 'dev.knative.sources.ping', source: '/apis/v1/ping', subject: undefined, extensions: {} });

export interface Replica {
  readonly url: string;
  readonly lines: readonly Line[];
  /** Answers with the status. */
  send(...events: readonly ReceivedEvent[]): Promise<number>;
  /** A counter of `/metrics`, which all tests of a process share: compare it with itself. */
  counted(sample: string): Promise<number>;
}

export interface RunningDeadLetters {
  readonly slack: EmbeddedSlack;
  readonly configMaps: ConfigMaps;
  /** Another process on the same record. `chat` changes what it does with Slack. */
  replica(
    chat?: (chat: SayDependencies['chat']) => SayDependencies['chat'],
    configMaps?: ConfigMaps,
    limits?: NonNullable<DeadLetterHandlerDependencies['limits']>,
  ): Promise<Replica>;
  now(): Date;
  wait(seconds: number): void;
  messages(): readonly ChannelMessage[];
  /** The record's text; undefined where there is none. */
  kept(): Promise<string | undefined>;
  close(): Promise<void>;
}

export async function startDeadLetters(): Promise<RunningDeadLetters> {
  let time = STARTED;
  const now = () => new Date(time);
  const slack = createEmbeddedSlack({ token: TOKEN, channel: CHANNEL, now });
  const world = await listen(slack.routes, { port: 0, log: silentLog });
  const apiUrl = `http://localhost:${world.port}/slack/api/`;
  const shared = createMemoryConfigMaps();
  const servers = [world];
  return {
    slack,
    configMaps: shared,
    replica: async (change = (chat) => chat, configMaps = shared, limits = LIMITS) => {
      const log = recordingLog();
      const records = createRecords({ configMaps, name: RECORD, log, now });
      const chat = change(createChat({ token: async () => TOKEN, channel: CHANNEL.id, apiUrl, now }));
      const say = createSay({ records, chat, clusterName: CLUSTER_NAME, log, now });
      const server = await listen([createDeadLetterHandler({ parseEvents, records, say, log, now, limits })], { port: 0, log });
      servers.push(server);
      const url = `http://localhost:${server.port}/`;
      return { url, lines: log.lines, send: (...events) => sendTo(url, events), counted: (sample) => counted(url, sample) };
    },
    now,
    wait: (seconds) => {
      time += seconds * 1_000;
    },
    messages: slack.messages,
    kept: async () => (await shared.read(RECORD))?.data[ENTRY],
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

/** One event in binary mode, as brokers send it; more as a batch. */
export async function sendTo(url: string, events: readonly ReceivedEvent[]): Promise<number> {
  const all = events.map(({ extensions, ...attributes }) => ({ specversion: '1.0', ...attributes, ...extensions }));
  const [only, ...more] = all;
  const headers: Record<string, string> =
    only !== undefined && more.length === 0
      ? {
          'content-type': 'application/json',
          ...Object.fromEntries(named(only).map(([name, value]) => [`ce-${name}`, encode(String(value))])),
        }
      : { 'content-type': 'application/cloudevents-batch+json' };
  const answer = await fetch(url, { method: 'POST', headers, body: only !== undefined && more.length === 0 ? '{}' : JSON.stringify(all) });
  if (answer.status === 202 && (await answer.text()) !== '') throw new Error('a 202 with a body');
  return answer.status;
}

const named = (attributes: object) => Object.entries(attributes).filter(([, value]) => value !== undefined);
/** The HTTP binding, 3.1.3.2. */
const encode = (value: string) => value.replace(/[^ !#$&-~]/gu, (character) => encodeURIComponent(character));

async function counted(url: string, sample: string): Promise<number> {
  const lines = (await (await fetch(`${url}metrics`)).text()).split('\n');
  return Number(
    lines
      .find((line) => line.startsWith(`${sample} `))
      ?.split(' ')
      .at(-1) ?? 0,
  );
}
