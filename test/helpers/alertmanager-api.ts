/** The part of Alertmanager's API that is asked, on a real socket: it answers what a test says, and keeps what it was asked. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

export const CERTIFICATE = fileURLToPath(new URL('../fixtures/tls/localhost.pem', import.meta.url));
const KEY = fileURLToPath(new URL('../fixtures/tls/localhost-key.pem', import.meta.url));

export interface ListingAlertmanager {
  readonly url: string;
  readonly asked: readonly { readonly path: string; readonly query: URLSearchParams; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers with that list, or as the function does. */
export async function startListing(answers: readonly object[] | Answering, { tls = false } = {}): Promise<ListingAlertmanager> {
  const asked: ListingAlertmanager['asked'][number][] = [];
  const handle: Answering = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    asked.push({ path: pathname, query: searchParams, authorization: request.headers.authorization });
    if (typeof answers === 'function') answers(request, response);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(answers));
  };
  const server: Server = tls ? createTlsServer({ cert: readFileSync(CERTIFICATE), key: readFileSync(KEY) }, handle) : createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://localhost:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An alert as the API lists it (`gettableAlert`). */
export function listedAlert(labels: Readonly<Record<string, string>>, changes: object = {}): object {
  return {
    annotations: { runbook_url: 'https://example.org/runbook' },
    endsAt: '2026-11-22T10:04:00.000Z',
    fingerprint: 'f6c173e616a9926c',
    receivers: [{ name: 'archwatch' }],
    startsAt: '2026-11-22T09:00:00.000Z',
    status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: 'active' },
    updatedAt: '2026-11-22T10:00:00.000Z',
    generatorURL: 'https://prometheus.example.org/graph',
    labels,
    ...changes,
  };
}
