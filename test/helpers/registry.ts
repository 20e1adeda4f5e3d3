/** A registry on a real socket: it has what a test gives it, answers as a test says, and keeps what it was asked. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { RegistryAccess } from '../../shared/registry/read-source.ts';
import type { Content } from './images.ts';

const fixture = (name: string) => readFileSync(fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url)), 'utf8');
export const CERTIFICATE = fixture('localhost.pem');

/** Answers, or leaves it to the registry and says so. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => 'as usual' | undefined;

export interface FakeRegistry {
  /** `localhost:port` */
  readonly host: string;
  readonly port: number;
  readonly asked: readonly { readonly path: string; readonly accept: string | undefined; readonly authorization: string | undefined }[];
  /** Keeps a manifest under its digest and these tags. */
  readonly put: (manifest: Content, ...tags: readonly string[]) => void;
  readonly putBlobs: (blobs: readonly Content[]) => void;
  /** When all who were connected have gone. */
  readonly disconnected: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface FakeRegistryOptions {
  readonly answers?: Answering;
  readonly tls?: boolean;
  /** The address that it listens at. */
  readonly address?: string;
}

/** Its images are all in `disks/fedora`. */
export async function startRegistry({ answers = () => 'as usual', tls = false, address = '127.0.0.1' }: FakeRegistryOptions = {}) {
  const asked: FakeRegistry['asked'][number][] = [];
  const sockets: Socket[] = [];
  const kept = new Map<string, Content>();
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const { accept, authorization } = request.headers;
    asked.push({ path: request.url ?? '', accept, authorization });
    if (answers(request, response) !== 'as usual') return;
    const content = kept.get(request.url ?? '');
    if (content === undefined) response.writeHead(404).end('{"errors":[]}');
    else response.writeHead(200, { 'content-type': content.type }).end(content.body);
  };
  const server: Server = tls ? createTlsServer({ cert: CERTIFICATE, key: fixture('localhost-key.pem') }, handle) : createServer(handle);
  server.on('connection', (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, address, () => resolve()));
  const { port } = server.address() as AddressInfo;
  const registry: FakeRegistry = {
    host: `localhost:${port}`,
    port,
    asked,
    put: (manifest, ...tags) => {
      for (const reference of [manifest.digest, ...tags]) kept.set(`/v2/disks/fedora/manifests/${reference}`, manifest);
    },
    putBlobs: (blobs) => {
      for (const blob of blobs) kept.set(`/v2/disks/fedora/blobs/${blob.digest}`, blob);
    },
    disconnected: async () => {
      await Promise.all(sockets.filter(({ closed }) => !closed).map((socket) => once(socket, 'close')));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return registry;
}

/** A cluster in which nothing of what the templates name is there, but for what is given. */
export function accessWith(access: Partial<RegistryAccess> = {}): RegistryAccess {
  const absent = async () => ({ ok: true, value: undefined }) as const;
  return { credentials: absent, certificates: absent, imageStreamTag: absent, ...access };
}

/** A read that failed, with words that must not be shown. */
export function failed(reason: 'forbidden' | 'malformed' | 'timeout' | 'unreachable') {
  return async () => ({ ok: false, failure: { resource: 'secrets', reason, detail: 'words of the API server' } }) as const;
}
