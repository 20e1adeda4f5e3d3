/** What it means when Slack does not do what it was asked. https://docs.slack.dev/reference/methods/chat.postMessage#errors */
import type { ErrorCode } from '@slack/web-api';

export type Refusal =
  /** The message cannot be edited any more: post it anew. */
  | 'gone'
  /** A person must mend the app, its token or the channel. */
  | 'misconfigured'
  /** The blocks are not taken: send simpler ones. */
  | 'invalid-blocks'
  | 'rate-limited'
  /** Slack gave a reason that stays. */
  | 'refused'
  /** No connection could be made: nothing was done. */
  | 'unreached'
  /** It was asked and did not answer: it may have been done or not, and may yet be. */
  | 'unanswered'
  /** It answered that it had trouble: it may have been done or not. */
  | 'failed';

interface SlackErrorDetails {
  readonly retryAfterSeconds?: number | undefined;
  /** The scope that Slack misses. */
  readonly scope?: string | undefined;
  readonly cause?: unknown;
}

/** Slack did not do it. The message never holds the token. */
export class SlackError extends Error {
  override readonly name = 'SlackError';
  readonly refusal: Refusal;
  /** Slack's own word, or what the connection said. */
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(method: string, refusal: Refusal, code: string, { retryAfterSeconds, scope, cause }: SlackErrorDetails = {}) {
    const hint = HINTS.get(code)?.replace('the scope', scope ? `the scope ${scope}` : 'the scope');
    super(`${method}: ${code}${hint ? ` (${hint})` : ''}`, { cause });
    this.refusal = refusal;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What to do, for the log line that somebody reads who set this up. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['is_archived', 'unarchive the channel, or set SLACK_CHANNEL to another'],
  ['channel_not_found', 'set SLACK_CHANNEL to the id of a channel that the app can see'],
  ['not_in_channel', 'invite the app to the channel'],
  ['restricted_action', 'let the app post in the channel'],
  ['missing_scope', 'add the scope to the app, and install it again'],
  ['invalid_auth', 'put a valid bot token into SLACK_BOT_TOKEN_FILE'],
  ['not_authed', 'put a bot token into SLACK_BOT_TOKEN_FILE'],
  ['not_allowed_token_type', 'put a bot token into SLACK_BOT_TOKEN_FILE: it begins with xoxb-'],
  ['token_expired', 'put a valid bot token into SLACK_BOT_TOKEN_FILE'],
  ['token_revoked', 'put a valid bot token into SLACK_BOT_TOKEN_FILE'],
  ['account_inactive', 'the app was removed from the workspace: install it again'],
]);

/** The last: a thread whose parent a person deleted. */
const GONE = ['message_not_found', 'edit_window_closed', 'cant_update_message', 'is_inactive', 'thread_not_found'];
const INVALID_BLOCKS = ['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long'];
/** Slack's own trouble: it may have been done or not. */
const TROUBLE = ['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable', 'team_added_to_org'];

/** The SDK's words, without the SDK: it is loaded with the first call. */
const SDK_CODES = {
  platform: 'slack_webapi_platform_error',
  rateLimited: 'slack_webapi_rate_limited_error',
  request: 'slack_webapi_request_error',
} as const satisfies Readonly<Record<string, `${ErrorCode}`>>;

/** Of any kind that the SDK throws. */
interface SdkError {
  readonly code?: string;
  readonly data?: { readonly error?: string; readonly needed?: string };
  readonly retryAfter?: number;
  readonly message?: string;
}

/** Reads the SDK's error. */
export function toSlackError(method: string, error: unknown): SlackError {
  const { code, data, retryAfter, message } = error as SdkError;
  if (code === SDK_CODES.rateLimited) return new SlackError(method, 'rate-limited', 'ratelimited', { retryAfterSeconds: retryAfter });
  if (code === SDK_CODES.platform)
    return new SlackError(method, refusalOf(data?.error ?? ''), data?.error ?? 'refused without a reason', { scope: data?.needed });
  const refusal = code === SDK_CODES.request ? (wasNotReached(error) ? 'unreached' : 'unanswered') : 'failed';
  return new SlackError(method, refusal, message ?? 'unknown error', { cause: error });
}

/** Of a connection that could not be made, by the operating system's words or those of Node's client. */
const UNREACHED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/** Whether no connection could be made: then nothing was sent. */
export function wasNotReached(error: unknown): boolean {
  const { code, original, cause } = (error ?? {}) as { code?: string; original?: unknown; cause?: unknown };
  if (code !== undefined && UNREACHED.includes(code)) return true;
  return [original, cause].some((inner) => inner !== undefined && wasNotReached(inner));
}

/** Whether it may have been done all the same: then look before it is done again. */
export function isAmbiguous({ refusal }: SlackError): boolean {
  return refusal === 'unanswered' || refusal === 'failed';
}

function refusalOf(error: string): Refusal {
  if (GONE.includes(error)) return 'gone';
  if (INVALID_BLOCKS.includes(error)) return 'invalid-blocks';
  if (error === 'ratelimited' || error === 'rate_limited') return 'rate-limited';
  if (HINTS.has(error)) return 'misconfigured';
  return TROUBLE.includes(error) ? 'failed' : 'refused';
}
