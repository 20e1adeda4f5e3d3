/** An embedded cluster and an embedded Slack on one port, and functions that run against them as processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { listen } from '../../shared/http/listen.ts';
import { openLog } from '../../shared/log.ts';
import { writeEnvironments } from '../demo/environments.ts';
import { createEmbeddedCluster, type EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import { createEmbeddedSlack, type EmbeddedSlack } from '../embedded-slack/embedded-slack.ts';

export const SLACK_TOKEN = 'xoxb-of-the-embedded-slack';
export const SIGNING_SECRET = 'of-the-embedded-slack-app';
export const BEARER = 'bearer-of-the-embedded-alertmanager';
export const CHANNEL = { id: 'C0ALERTS', name: 'alerts' };

type Environment = Readonly<Record<string, string>>;

export interface World {
  readonly cluster: EmbeddedCluster;
  readonly slack: EmbeddedSlack;
  /** What a function is configured with; nothing of it is kept after the process. */
  environmentOf(name: string): Environment;
  close(): Promise<void>;
}

/** With one amd64 and one arm64 worker, and the import off. `onRequest` hears of each that is made to either, and of its answer. */
export async function startWorld(onRequest: (path: string, answer: Promise<unknown>) => void = () => undefined): Promise<World> {
  const now = () => new Date();
  const cluster = createEmbeddedCluster({ prefix: '/kubernetes', release: '1.19', now });
  for (const architecture of ['amd64', 'arm64']) cluster.addNode({ name: `worker-${architecture}`, architecture });
  const slack = createEmbeddedSlack({ token: SLACK_TOKEN, channel: CHANNEL, now });
  const heard = [...cluster.routes, ...slack.routes].map((route) => ({
    ...route,
    handle: (request: Parameters<typeof route.handle>[0]) => {
      const answer = route.handle(request);
      onRequest(request.path, answer);
      return answer;
    },
  }));
  const server = await listen(heard, { port: 0, log: await openLog({ level: 'silent', format: 'json' }) });
  const ends: (() => void | Promise<void>)[] = [server.close];
  const url = `http://localhost:${server.port}`;
  const tokens = { slackToken: SLACK_TOKEN, signingSecret: SIGNING_SECRET, alertmanagerToken: BEARER };
  const places = { url, clusterName: 'prod', channel: CHANNEL.id, alertmanagerUrl: `${url}/alertmanager` };
  const environments = await writeEnvironments({ ...places, ...tokens, ends });
  const found = new Map<string, Environment>(Object.entries(environments));
  return {
    cluster,
    slack,
    environmentOf: (name) => ({ ...found.get(name), INCIDENTS: 'memory', DEAD_LETTERS: 'memory', HOME: '/nowhere' }),
    close: async () => {
      for (const end of ends) await end();
    },
  };
}

export interface Started {
  readonly child: ChildProcess;
  /** Where it listens. Rejects where it ends before. */
  readonly url: Promise<string>;
  /** Its exit status; null after a signal. */
  readonly ended: Promise<number | null>;
  /** Each line of both streams. */
  readonly lines: readonly string[];
}

/** A process of Node with these arguments, on a free port; the environment is all that it gets. */
export function startNode(args: readonly string[], environment: Environment): Started {
  const child = spawn(process.execPath, [...args], { env: { PORT: '0', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const { promise: url, resolve, reject } = Promise.withResolvers<string>();
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      const port = /(?:"port":|^ +port: )(\d+)/.exec(line)?.[1]; // as JSON, or for a person
      if (port) resolve(`http://localhost:${port}`);
    });
  const ended = once(child, 'close').then(([code]) => code);
  ended.then((code) => reject(new Error(`it ended with ${code}: ${lines.join('\n')}`)));
  return { child, url, ended, lines };
}
