/** How Slack proves that a request is its own: https://docs.slack.dev/authentication/verifying-requests-from-slack. */
import { createHmac } from 'node:crypto';

/** The headers that sign a body; `seconds` is the time of sending, since the epoch. */
export function signedHeaders(secret: string, seconds: number, body: string): Readonly<Record<string, string>> {
  const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return { 'X-Slack-Request-Timestamp': String(seconds), 'X-Slack-Signature': `v0=${signature}` };
}
