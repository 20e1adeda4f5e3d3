/** An event as the broker gave it up → what is to be remembered of it. Whatever it says is a stranger's text. */
import { createHash } from 'node:crypto';
import { CHANGES, PING } from '../../shared/knative-events.ts';
import { plain } from '../../shared/plain.ts';
import { clip } from '../../shared/slack/text.ts';

/** What is read of a CloudEvent. */
export interface ReceivedEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Harmless and short in each of its texts. */
export interface Letter {
  /** The same for the same letter, however often it comes: of its id, its source and who failed. */
  readonly key: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | undefined;
  /** The address of the subscriber that failed, without credentials. */
  readonly destination: string | undefined;
  /** Its HTTP status; undefined where it did not answer. */
  readonly errorCode: string | undefined;
  readonly errorText: string | undefined;
}

/** The types that archwatch's own sources send; others' sources send them too. */
export const KNOWN_TYPES: readonly string[] = [...CHANGES.keys(), PING];

const MAX_NAME = 200;
const MAX_TYPE = 100;
const MAX_DESTINATION = 500;
const MAX_CODE = 20;
const MAX_ERROR_TEXT = 300;
/** Half of a SHA-256 in hex: enough for 200 of them. */
const KEY_LENGTH = 32;

/** The hourly ping on its way to us, and not one that somebody else failed on. */
export function isPing({ type, extensions }: ReceivedEvent): boolean {
  return type === PING && !Object.keys(extensions).some((name) => name.startsWith('knativeerror'));
}

/** Reads what brokers add to a dead letter: https://knative.dev/docs/eventing/event-delivery/. */
export function toLetter({ id, source, type, subject, extensions }: ReceivedEvent): Letter {
  const { knativeerrordest: destination, knativeerrorcode: code, knativeerrordata: data } = extensions;
  return {
    key: createHash('sha256')
      .update(JSON.stringify([id, source, destination]))
      .digest('hex')
      .slice(0, KEY_LENGTH),
    id: harmless(id, MAX_NAME),
    source: harmless(source, MAX_NAME),
    type: harmless(type, MAX_TYPE),
    subject: text(subject, MAX_NAME),
    destination: withoutSecrets(text(destination, MAX_DESTINATION)),
    errorCode: text(code, MAX_CODE),
    errorText: text(typeof data === 'string' ? decoded(data) : data, MAX_ERROR_TEXT)?.replace(TOKEN, '…'),
  };
}

/** Slack's tokens, and whatever stands after "Bearer". */
const TOKEN = /xox[a-z]-[-\w]+|(?<=\bBearer\s+)\S+/gi;

/** Without name, password and query, however it is spelled; what holds an @ and is no address is not repeated. */
function withoutSecrets(destination: string | undefined): string | undefined {
  const url = URL.parse(destination ?? '');
  if (url === null || !/^https?:$/.test(url.protocol)) return destination?.includes('@') ? undefined : destination;
  const isNamed = url.username !== '' || url.password !== '';
  return isNamed || url.search !== '' ? `${url.protocol}//${isNamed ? '…@' : ''}${url.host}${url.pathname}` : destination;
}

/** Undefined for what is absent, empty, or no text. */
function text(value: unknown, max: number): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return harmless(String(value), max) || undefined;
}

function harmless(value: string, max: number): string {
  return clip(plain(value).trim(), max);
}

/** Brokers send base64 of the first bytes of the answer, so its last character may be cut; what is not that stays as it is. */
function decoded(data: string): string {
  if (data.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(data)) return data;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(data, 'base64'), { stream: true });
  } catch {
    return data; // bytes that are no text
  }
}
