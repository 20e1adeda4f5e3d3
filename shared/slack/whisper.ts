/** A message for one person alone: the answer to a click. */
import { createSlackClient, type SlackClientOptions } from './client.ts';
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

/** Throws `SlackError` where Slack took it in neither way. */
export type Whisper = (to: Listener, message: Whispered) => Promise<void>;

/** In ms, as any call to Slack. */
const TIME_MS = 3_000;
/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses, and the same for governments. */
const RESPONSE_HOSTS = ['hooks.slack.com', 'hooks.slack-gov.com'];

/** The address of the click needs no scope; where it does not work, the app's own token may. */
export function createWhisper(options: SlackClientOptions): Whisper {
  const call = createSlackClient(options);
  return async ({ user, channel, responseUrl }, { text, blocks }) => {
    if (responseUrl !== undefined && isResponseUrl(responseUrl, options.apiUrl) && (await respond(responseUrl, { text, blocks }))) return;
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

/** Whether it was taken. */
async function respond(url: string, message: Whispered): Promise<boolean> {
  const body = JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...message });
  const headers = { 'content-type': 'application/json' };
  try {
    return (await send(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIME_MS) })).ok;
  } catch {
    return false; // why does not matter: there is another way
  }
}
