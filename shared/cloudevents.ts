/** CloudEvents 1.0 over HTTP, in any of its three modes: at the door, and plain values after it. The only file that knows the SDK. */
import type { IncomingHttpHeaders } from 'node:http';
import { HTTP, CloudEvent as SdkEvent, ValidationError } from 'cloudevents';
import { BadRequestError, TooLargeError } from './http/route.ts';
import { plainStart } from './plain.ts';
import { parseTraceContext, type TraceContext } from './trace-context.ts';

/** An event as its sender says it is: nothing of it is proven. */
export interface CloudEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | undefined;
  /** By name; whole numbers and booleans as text. */
  readonly extensions: Readonly<Record<string, string>>;
  /** Parsed where it is JSON, bytes where it is not; undefined where there is none, or where it is not the JSON that it should be. */
  readonly data: unknown;
}

/**
 * The events of one request; an empty batch holds none. `time` is not read: the SDK puts another in place of one that it cannot read.
 * Throws `BadRequestError` for what is not a CloudEvent 1.0; one bad event in a batch is named, and refuses all of it. A batch of more
 * than 1,000 is a `TooLargeError`: nobody else is answered while it is read.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping
 */
export function parseEvents(request: { readonly headers: IncomingHttpHeaders; readonly body: Buffer }): readonly CloudEvent[] {
  const { headers, body } = request;
  const type = mediaType(headers['content-type']);
  if (type === BATCH) return readBatch(parseBody(body));
  if (type === STRUCTURED) return [readStructured(parseBody(body))];
  if (type.startsWith('application/cloudevents')) throw new BadRequestError('CloudEvents are read as JSON, and in no other format');
  return [readBinary(headers, type, body)];
}

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/distributed-tracing.md */
export function traceOf({ extensions }: { readonly extensions: Readonly<Record<string, unknown>> }): TraceContext | undefined {
  return parseTraceContext(extensions.traceparent, extensions.tracestate);
}

/**
 * What a text becomes that is written into a header as it is, as Knative's senders do, and read as the HTTP binding says, 3.1.3.2:
 * quoted strings of older senders first, then one round of percent-decoding. What is no UTF-8 stays as it is.
 */
export function readRawHeader(text: string): string {
  const unquoted = /^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, '$1') : text;
  return unquoted.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const MAX_EVENTS = 1_000;
const REQUIRED = ['specversion', 'id', 'source', 'type'];
/** What the SDK's event holds that is not an extension. */
const CORE = new Set([
  ...REQUIRED,
  'subject',
  'time',
  'dataschema',
  'datacontenttype',
  'data',
  'data_base64',
  'schemaurl',
  'datacontentencoding',
]);

type Attributes = Readonly<Record<string, unknown>>;

function readBatch(batch: unknown): readonly CloudEvent[] {
  if (!Array.isArray(batch)) throw new BadRequestError('the body of a batch is not a list');
  if (batch.length > MAX_EVENTS) throw new TooLargeError(`${batch.length} events in one batch, at most ${MAX_EVENTS} are taken`);
  return batch.map((element: unknown, index) => {
    try {
      return readStructured(element); // the SDK's own batch says not which event is wrong
    } catch (error) {
      throw error instanceof BadRequestError ? new BadRequestError(`[${index}] of the batch: ${error.message}`) : error;
    }
  });
}

function readStructured(event: unknown): CloudEvent {
  if (!isRecord(event)) throw new BadRequestError('the event is not a JSON object');
  const { data, data_base64: base64, ...attributes } = event;
  const read = readAttributes(attributes, (body) => HTTP.toEvent({ headers: { 'content-type': STRUCTURED }, body }));
  if (base64 === undefined || base64 === null) return { ...read, data: data ?? undefined };
  if (typeof base64 !== 'string' || (data ?? undefined) !== undefined)
    throw new BadRequestError('data_base64 is not a text, or stands beside data');
  const { datacontenttype: type } = attributes;
  return { ...read, data: readData(mediaType(typeof type === 'string' ? type : undefined), Buffer.from(base64, 'base64')) };
}

function readBinary(headers: IncomingHttpHeaders, type: string, body: Buffer): CloudEvent {
  const attributes = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('ce-') ? [[name.slice(3), readRawHeader(asUtf8(String(value)))]] : [],
    ),
  );
  if (Object.keys(attributes).length === 0) throw new BadRequestError('no CloudEvent: neither ce- headers nor its content type');
  const read = readAttributes(attributes, (named) => {
    const prefixed = Object.entries(named).map(([name, value]) => [`ce-${name}`, String(value)]);
    return HTTP.toEvent({ headers: Object.fromEntries(prefixed), body: '' });
  });
  return { ...read, data: readData(type, body) };
}

/** The attributes, by the SDK. Data is kept from it: it quotes JSON that it does not expect, and makes four bytes of one. */
function readAttributes(given: Attributes, toEvent: (attributes: Attributes) => unknown): Omit<CloudEvent, 'data'> {
  const attributes = Object.fromEntries(Object.entries(given).filter(([name, value]) => isPresent(name, value)));
  // the SDK puts a new id and the version 1.0 where there is none
  for (const name of REQUIRED) if (attributes[name] === undefined) throw new BadRequestError(`the event has no ${name}`);
  if (attributes.specversion !== '1.0') throw new BadRequestError('the specversion is not 1.0');
  const { id, source, type, subject, ...rest } = validated(() => toEvent(attributes));
  const extensions = Object.entries(rest).filter(([name, value]) => !CORE.has(name) && value !== undefined);
  return { id, source, type, subject, extensions: Object.fromEntries(extensions.map(([name, value]) => [name, toText(name, value)])) };
}

/** Null is absent in JSON; and an empty subject, or any of the others, says no more than none. Extensions may be empty. */
function isPresent(name: string, value: unknown): boolean {
  return value !== null && !(value === '' && CORE.has(name));
}

function validated(toEvent: () => unknown): SdkEvent {
  try {
    const event = toEvent();
    // an extension may be called `validate`, and hides the event's own
    if (event instanceof SdkEvent && SdkEvent.prototype.validate.call(event)) return event;
  } catch (error) {
    throw new BadRequestError(`the event is not valid: ${reasonOf(error)}`);
  }
  throw new BadRequestError('the event is not valid');
}

/** The SDK's message is several lines long; the first error of its schema says it in a few words. */
function reasonOf(error: unknown): string {
  const first: unknown = error instanceof ValidationError ? error.errors?.[0] : undefined;
  const reason = isRecord(first) ? `${String(first.instancePath).slice(1)} ${String(first.message)}` : String(error);
  return plainStart(reason, MAX_REASON);
}

const MAX_REASON = 200;

function toText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || Number.isInteger(value)) return String(value);
  throw new BadRequestError(`the attribute ${plainStart(name, MAX_REASON)} is neither text, whole number nor boolean`);
}

/** Data is opaque: an event whose JSON cannot be read is still an event, and what it is about may stand in its attributes. */
function readData(type: string, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (type !== '' && !/[/+]json$/.test(type)) return bytes;
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    return undefined;
  }
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(textOf(body));
  } catch {
    throw new BadRequestError('the body is not JSON');
  }
}

/** Without the byte order mark that some senders put in front: `trim` takes it for a blank. */
function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').trim();
}

/** In lower case and without parameters: a charset changes nothing, JSON is UTF-8. */
function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1).join('').trim().toLowerCase();
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Header values reach us one character a byte, and senders write UTF-8. What is none stays as it is. */
function asUtf8(value: string): string {
  try {
    return UTF8.decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
