/** An embedded Slack on a real socket, and the real client that talks to it. */
import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import { createEmbeddedSlack, type EmbeddedSlack } from '../../local/embedded-slack/embedded-slack.ts';
import { listen } from '../../shared/http/listen.ts';
import { silentLog } from './log.ts';

export const TOKEN = 'xoxb-for-tests';
export const CHANNEL = { id: 'C0ALERTS', name: 'alerts' };

const ignore = () => undefined;
const silent: Logger = {
  ...{ debug: ignore, info: ignore, warn: ignore, error: ignore, setLevel: ignore, setName: ignore },
  getLevel: () => LogLevel.ERROR,
};

export interface RunningSlack {
  readonly slack: EmbeddedSlack;
  readonly client: WebClient;
  /** The base of the Web API. */
  readonly api: string;
  clientWith(token: string | undefined): WebClient;
  /** Lets time pass; it stands still otherwise. */
  wait(seconds: number): void;
  close(): Promise<void>;
}

/** Starts one on a free port. */
export async function startSlack(): Promise<RunningSlack> {
  let now = Date.UTC(2026, 8, 1, 10, 32, 7);
  const slack = createEmbeddedSlack({ token: TOKEN, channel: CHANNEL, now: () => new Date(now) });
  const server = await listen(slack.routes, { port: 0, log: silentLog });
  const api = `http://localhost:${server.port}/slack/api/`;
  const options = { slackApiUrl: api, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, timeout: 400, logger: silent };
  const clientWith = (token: string | undefined) => new WebClient(token, options);
  const wait = (seconds: number) => {
    now += seconds * 1_000;
  };
  return { slack, client: clientWith(TOKEN), api, clientWith, wait, close: server.close };
}
