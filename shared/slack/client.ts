/** Slack's SDK, tamed: one time limit a call, no retries of its own, every refusal a `SlackError`. */
import type { WebClient } from '@slack/web-api';
import { inSpan } from '../tracing.ts';
import { SlackError, toSlackError } from './refusal.ts';
import { send } from './send.ts';

/** Rule 10: one call, in ms. The SDK itself would wait for ever. */
export const CALL_TIME_MS = 3_000;
/** Where Slack does not say how long (plain 429): its limit for posting is about one a second. */
const DEFAULT_RETRY_AFTER_S = 1;

export interface SlackClientOptions {
  /** Asked for each call, so that a rotated token holds at once. */
  readonly token: () => Promise<string>;
  readonly apiUrl: string;
  readonly now: () => Date;
}

/** One call of a method. Throws `SlackError` where Slack did not do it. */
export type Call = <T>(method: string, run: (client: WebClient, token: string) => Promise<T>) => Promise<T>;

export function createSlackClient({ token, apiUrl, now }: SlackClientOptions): Call {
  let opened: Promise<WebClient> | undefined;
  const open = () => {
    opened ??= openClient(apiUrl);
    return opened;
  };
  const call = createCaller(now);
  return (method, run) =>
    inSpan({ name: `Slack ${method}`, kind: 'client' }, () => call(method, async () => run(await open(), await token())));
}

/** The SDK is loaded with the first call: a function that wakes must not wait for it before it listens. */
async function openClient(slackApiUrl: string): Promise<WebClient> {
  const { LogLevel, WebClient } = await import('./sdk.ts');
  return new WebClient(undefined, {
    slackApiUrl,
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_TIME_MS,
    fetch: send,
    logLevel: LogLevel.ERROR,
  });
}

/** Holds calls of a method back while Slack wants it quiet: asking again only prolongs it. A clock that is set back holds nothing. */
function createCaller(now: () => Date) {
  const quiet = new Map<string, { readonly from: number; readonly until: number }>();
  return async <T>(method: string, run: () => Promise<T>): Promise<T> => {
    const { from, until } = quiet.get(method) ?? { from: 0, until: 0 };
    const time = now().getTime();
    if (from <= time && time < until) {
      throw new SlackError(method, 'rate-limited', 'still rate limited', { retryAfterSeconds: (until - time) / 1_000 });
    }
    try {
      return await run();
    } catch (error) {
      const refused = toSlackError(method, error);
      if (refused.refusal === 'rate-limited') {
        const answered = now().getTime();
        quiet.set(method, { from: answered, until: answered + (refused.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_S) * 1_000 });
      }
      throw refused;
    }
  };
}
