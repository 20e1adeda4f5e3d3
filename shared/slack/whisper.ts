/** A message for one person alone: the answer to a click. */
import type { Logger } from '../log.ts';
import { createSlackClient, type SlackClientOptions } from './client.ts';
import { isAmbiguous, SlackError, wasNotReached } from './refusal.ts';
import type { Block } from './rich-text.ts';
import { send } from './send.ts';

export interface Whispered {
  /** For notifications and screen readers; mrkdwn. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

export interface Listener {
  /** Slack's ids. */
  readonly user: string;
  readonly channel: string;
  /** The address that came with the click; good for half an hour. */
  readonly responseUrl: string | undefined;
}

/** Throws `SlackError` where Slack took it in neither way, or did not answer: then it may have been heard. */
export type Whisper = (to: Listener, message: Whispered) => Promise<void>;

/** In ms, as any call to Slack. */
const TIME_MS = 3_000;
/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses, and the same for governments. */
const RESPONSE_HOSTS = ['hooks.slack.com', 'hooks.slack-gov.com'];

export interface WhisperOptions extends SlackClientOptions {
  readonly log: Pick<Logger, 'debug'>;
}

/** The address of the click needs no scope; where it did not take it, the app's own token may. */
export function createWhisper(options: WhisperOptions): Whisper {
  const call = createSlackClient(options);
  return async ({ user, channel, responseUrl }, { text, blocks }) => {
    if (responseUrl !== undefined && isResponseUrl(responseUrl, options.apiUrl)) {
      const refused = await respond(responseUrl, { text, blocks });
      if (refused === undefined) return;
      options.log.debug({ user, channel, err: refused }, `the address of the click did not take the answer: ${refused.message}`);
      if (isAmbiguous(refused)) throw refused; // said in the other way it might be heard twice
    }
    const ephemeral = { channel, user, text, blocks: [...blocks] };
    await call('chat.postEphemeral', (client, token) => client.chat.postEphemeral({ token, ...ephemeral }));
  };
}

/** Whoever can sign could else have us ask any server that we reach. */
export function isResponseUrl(address: string, apiUrl: string): boolean {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '') return false;
  const isSlack = url.protocol === 'https:' && url.port === '' && RESPONSE_HOSTS.includes(url.hostname);
  return isSlack || url.origin === new URL(apiUrl).origin;
}

/** Why it was not taken; undefined where it was. No word of the address, which lets anybody answer. */
async function respond(url: string, message: Whispered): Promise<SlackError | undefined> {
  const body = JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...message });
  const headers = { 'content-type': 'application/json' };
  try {
    const { ok, status } = await send(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIME_MS) });
    return ok ? undefined : new SlackError('response_url', 'refused', `it answered ${status}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return new SlackError('response_url', wasNotReached(error) ? 'unreached' : 'unanswered', why, { cause: error });
  }
}
