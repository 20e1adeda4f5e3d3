/** Requests of Knative's sources: as they were captured, and as an adapter would send them for any object. */
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import { type ChangedObject, type EventRequest, hourPassed, type ObjectChange, objectChanged } from '../../local/story/node-event.ts';

export type Captured = 'node-add' | 'node-update' | 'node-delete' | 'hyperconverged-add';
export const CAPTURED: readonly Captured[] = ['node-add', 'node-update', 'node-delete', 'hyperconverged-add'];

/** Headers and body of a request that the adapter of eventing 1.22 really sent. */
export function capturedEvent(name: Captured): EventRequest {
  const text = readFileSync(new URL(`../fixtures/apiserversource-${name}.http`, import.meta.url), 'utf8');
  const [head = '', body = ''] = text.split(/\r?\n\r?\n/, 2);
  const [, ...lines] = head.split(/\r?\n/);
  return { headers: Object.fromEntries(lines.map(toHeader)), body: body.trimEnd() };
}

function toHeader(line: string): readonly [string, string] {
  const [name = '', ...value] = line.split(':');
  return [name.toLowerCase(), value.join(':').trim()];
}

const CLUSTER = 'prod-eu-1';
const AT = new Date(Date.UTC(2026, 10, 22, 17, 0, 55));

export interface NodeShape {
  readonly name?: string;
  readonly uid?: string;
  readonly version?: number;
  readonly architecture?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A Node as the API server writes it, in as few words as a test needs. */
export function nodeObject({ name = 'worker-1', uid = `uid-${name}`, version = 100, architecture = 'arm64', labels }: NodeShape = {}) {
  const metadata = { name, uid, resourceVersion: String(version), labels: labels ?? { 'node-role.kubernetes.io/worker': '' } };
  return { apiVersion: 'v1', kind: 'Node' as const, metadata, status: { nodeInfo: { architecture } } };
}

/** The adapter's request for a change of an object. */
export function eventOf(action: ObjectChange['action'], object: ChangedObject, cluster: string = CLUSTER): EventRequest {
  return objectChanged({ action, object, cluster, at: AT });
}

/** The hourly ping. */
export function pingEvent(cluster: string = CLUSTER): EventRequest {
  return hourPassed({ cluster, at: AT });
}

/** What an HTTP server makes of a request. */
export function received({ headers, body }: EventRequest): { readonly headers: IncomingHttpHeaders; readonly body: Buffer } {
  return { headers, body: Buffer.from(body) };
}

/** The same event in structured mode, as a Trigger with `format: json` sends it. */
export function structured({ headers, body }: EventRequest): EventRequest {
  return { headers: { 'content-type': 'application/cloudevents+json' }, body: JSON.stringify(asJson(headers, body)) };
}

/** Several events in one request. */
export function batchOf(events: readonly EventRequest[]): EventRequest {
  const list = events.map(({ headers, body }) => asJson(headers, body));
  return { headers: { 'content-type': 'application/cloudevents-batch+json' }, body: JSON.stringify(list) };
}

function asJson(headers: EventRequest['headers'], body: string): object {
  const attributes = Object.entries(headers).flatMap(([name, value]) => (name.startsWith('ce-') ? [[name.slice(3), value]] : []));
  return { ...Object.fromEntries(attributes), datacontenttype: 'application/json', data: JSON.parse(body) };
}

/** As Node hands out what was written into a header as it is, in UTF-8: https://pkg.go.dev/github.com/cloudevents/sdk-go/v2/protocol/http */
export function overHttp(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** As the HTTP binding wants it, 3.1.3.2. */
export function percentEncoded(text: string): string {
  return text.replace(/[^!#$&-~]/gu, (character) => encodeURIComponent(character));
}

/** What senders can write into a header: no control characters, no space around it. */
export function headerText(): fc.Arbitrary<string> {
  const tricky = fc.constantFrom('%', '"', '\\', ' ', '%41', '%C3%BC', '%ff', 'ü', '東', '🚀', '\u00A0', 'a', "'");
  const character = fc.oneof(tricky, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
  return fc
    .array(character, { minLength: 1, maxLength: 12 })
    .map((characters) =>
      characters
        .join('')
        .replace(/\p{Cc}/gu, '')
        .trim(),
    )
    .filter((text) => text !== '');
}
