/** The part of Alertmanager's API that keeps silences, on a real socket. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface KeptSilence {
  readonly id: string;
  readonly matchers: readonly { readonly name: string; readonly value: string }[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly status: { readonly state: 'active' | 'expired' };
}

export interface SilencingAlertmanager {
  readonly url: string;
  readonly silences: readonly KeptSilence[];
  /** Ends all that there are, as somebody does on Alertmanager's page. */
  expireAll(): void;
  /** Answers everything with this status; undefined as it should. */
  setStatus(status: number | undefined): void;
  close(): Promise<void>;
}

/** Who asks meanwhile finds the same, though one is made. */
const LIST_MS = 100;

export async function startSilencing(): Promise<SilencingAlertmanager> {
  const silences: KeptSilence[] = [];
  let broken: number | undefined;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const answer = (status: number, value: unknown) => response.writeHead(status).end(JSON.stringify(value));
    if (broken !== undefined) return void answer(broken, 'broken on purpose');
    if (request.method === 'GET') {
      const found = [...silences];
      return void setTimeout(() => answer(200, found), LIST_MS);
    }
    const id = `silence-${silences.length + 1}`;
    silences.push({ ...JSON.parse(body), id, status: { state: 'active' } });
    answer(200, { silenceID: id });
  });
  await new Promise<void>((resolve) => server.listen(0, () => resolve()));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    silences,
    expireAll: () =>
      void silences.splice(0, silences.length, ...silences.map((one) => ({ ...one, status: { state: 'expired' as const } }))),
    setStatus: (status) => {
      broken = status;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
