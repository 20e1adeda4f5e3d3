/** Slack's signature on what it sends, version 0: https://docs.slack.dev/authentication/verifying-requests-from-slack */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { UnauthorizedError } from '../http/route.ts';

export interface SignatureCheckDependencies {
  /** Asked for each request, so that a rotated secret holds at once. What it throws is our fault, and no 401. */
  readonly secret: () => Promise<string>;
  readonly now: () => Date;
}

export interface SignatureCheck {
  /** What can be told without the body: that both headers are there and that the time is now. Throws `UnauthorizedError`. */
  readonly fresh: (headers: IncomingHttpHeaders) => Promise<void>;
  /** All of it, over the body as it came. Throws `UnauthorizedError`, and what reading the secret threw. */
  readonly signed: (headers: IncomingHttpHeaders, body: Buffer) => Promise<void>;
}

/** In both directions: a stamp of the future would be good for longer. */
const MAX_AGE_MS = 5 * 60_000;

export function createSignatureCheck({ secret, now }: SignatureCheckDependencies): SignatureCheck {
  const fresh = (headers: IncomingHttpHeaders) => readHeaders(headers, now());
  return {
    fresh: async (headers) => void fresh(headers),
    signed: async (headers, body) => {
      const { timestamp, signature } = fresh(headers);
      const expected = Buffer.from(sign(await secret(), timestamp, body));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw new UnauthorizedError('the signature is not that of this body, this time and our secret');
      }
    },
  };
}

/** The signature of a body as Slack writes it. An empty secret signs nothing: anybody could. */
export function sign(secret: string, timestamp: string, body: string | Buffer): string {
  if (secret === '') throw new Error('the signing secret is empty');
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

function readHeaders(headers: IncomingHttpHeaders, now: Date): { readonly timestamp: string; readonly signature: string } {
  const timestamp = only(headers['x-slack-request-timestamp'], 'X-Slack-Request-Timestamp');
  const signature = only(headers['x-slack-signature'], 'X-Slack-Signature');
  if (!/^\d{1,12}$/.test(timestamp)) throw new UnauthorizedError('X-Slack-Request-Timestamp is not a time in seconds');
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) throw new UnauthorizedError('X-Slack-Signature is not a signature of version v0');
  if (Math.abs(now.getTime() - Number(timestamp) * 1_000) > MAX_AGE_MS) {
    throw new UnauthorizedError('X-Slack-Request-Timestamp is more than 5 minutes away from our clock');
  }
  return { timestamp, signature };
}

function only(value: string | readonly string[] | undefined, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new UnauthorizedError(`no ${name}`);
}
