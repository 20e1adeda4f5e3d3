/** A collector of traces for tests: OTLP over HTTP, as JSON. https://opentelemetry.io/docs/specs/otlp/#otlphttp */
import { listen } from '../../shared/http/listen.ts';
import type { Listening } from '../../shared/http/server.ts';
import { silentLog } from './log.ts';

export interface CollectedSpan {
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status: { readonly code?: number };
}

export interface Collector {
  readonly url: string;
  /** In the order of their ends. */
  readonly spans: readonly CollectedSpan[];
  /** Headers of each request, and the attributes of each resource by name. */
  readonly requests: readonly {
    readonly headers: Readonly<Record<string, unknown>>;
    readonly resource: Readonly<Record<string, unknown>>;
  }[];
  close(): Promise<void>;
}

/** `answer` says when, and with which status. */
export async function startCollector(answer: () => Promise<number> = async () => 200): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const requests: Collector['requests'][number][] = [];
  const server: Listening = await listen(
    [
      {
        method: 'post',
        path: '/v1/traces',
        handle: async ({ headers, body }) => {
          for (const { resource, scopeSpans } of JSON.parse(body.toString()).resourceSpans) {
            requests.push({ headers, resource: attributesOf(resource) });
            for (const scope of scopeSpans) spans.push(...scope.spans);
          }
          return { status: await answer(), headers: { 'content-type': 'application/json' }, body: '{}' };
        },
      },
    ],
    { port: 0, log: silentLog },
  );
  return { url: `http://localhost:${server.port}`, spans, requests, close: server.close };
}

/** By name, whatever their type. */
export function attributesOf({ attributes }: Pick<CollectedSpan, 'attributes'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
