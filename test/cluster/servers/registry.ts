/** A real registry: Debian's docker-registry, with images that a test pushes over its API. */
import { rm, writeFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { type RequestOptions, request as secureRequest } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Content, SingleImage } from '../../helpers/images.ts';
import { onFreePort } from './ports.ts';
import { startProgram } from './process.ts';
import { temporaryFolder } from './running.ts';
import { CERTIFICATE_FILE, ISSUER, KEY_FILE, SERVICE, type TokenService } from './token-service.ts';

/** The one who may come in where a password is wanted. */
export const ROBOT = { username: 'robot', password: 'beep-boop' };
/** A line of htpasswd, which the registry takes with bcrypt only: `perl -e 'print crypt("beep-boop", "\$2b\$05\$abcdefghijklmnopqrstuu")'`. */
const HTPASSWD = 'robot:$2b$05$abcdefghijklmnopqrstuugm5neyixgOUHor9h7U4sH3KJPqEP.Ca\n';

/** How `ROBOT` comes in. */
export const BASIC = `Basic ${Buffer.from(`${ROBOT.username}:${ROBOT.password}`).toString('base64')}`;

/** In plain http for everybody; or with the certificate of `localhost`, for a password, or for tokens of that service. */
export type Entrance = 'open' | 'password' | TokenService;

export interface Registry {
  /** `localhost:port` */
  readonly host: string;
  /** Pushes a list, after the images in it, or the manifest of a single image; under its digest unless a tag is given. */
  push(manifest: Content, tag?: string): Promise<void>;
  /** Pushes a single image under its digest. */
  pushImage(image: SingleImage): Promise<void>;
  output(): string;
  stop(): Promise<void>;
}

/** Starts a registry without images; tokens are for pushes to that repository. */
export async function startRegistry(entrance: Entrance, repository: string): Promise<Registry> {
  const folder = await temporaryFolder();
  const config = join(folder, 'config.yml');
  await writeFile(join(folder, 'htpasswd'), HTPASSWD);
  return onFreePort(async (port) => {
    await writeFile(config, JSON.stringify(configuration(port, folder, entrance)));
    const authorization = typeof entrance === 'object' ? `Bearer ${entrance.tokenFor(repository, ['pull', 'push'])}` : BASIC;
    const send = createSend(`${entrance === 'open' ? 'http' : 'https'}://localhost:${port}`, authorization);
    const program = await startProgram({
      name: 'docker-registry',
      command: 'docker-registry',
      args: ['serve', config],
      env: { PATH: process.env.PATH },
      ready: async () => void (await send('GET', '/v2/', 200)),
    });
    const push: Registry['push'] = async (manifest, tag = manifest.digest) =>
      void (await send('PUT', `/v2/${repository}/manifests/${tag}`, 201, manifest));
    return {
      host: `localhost:${port}`,
      push,
      pushImage: async ({ manifest, blobs }) => {
        for (const blob of blobs) await pushBlob(send, repository, blob);
        await push(manifest);
      },
      output: program.output,
      stop: async () => {
        await program.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  });
}

/** The registry's configuration: JSON, which is YAML too. */
function configuration(port: number, folder: string, entrance: Entrance): object {
  return {
    version: 0.1,
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: {
      addr: `127.0.0.1:${port}`,
      secret: 'of-the-tests',
      ...(entrance === 'open' ? {} : { tls: { certificate: CERTIFICATE_FILE, key: KEY_FILE } }),
    },
    ...authentication(folder, entrance),
  };
}

function authentication(folder: string, entrance: Entrance): object {
  if (entrance === 'open') return {};
  if (entrance === 'password') return { auth: { htpasswd: { realm: 'Registry', path: join(folder, 'htpasswd') } } };
  return { auth: { token: { realm: entrance.realm, service: SERVICE, issuer: ISSUER, rootcertbundle: CERTIFICATE_FILE } } };
}

/** Sends a request that must be answered with that status; gives the address that the answer names. */
type Send = (method: string, path: string, expected: number, content?: Content) => Promise<string>;

function createSend(base: string, authorization: string): Send {
  return (method, path, expected, content) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const url = new URL(path, base);
    const body = content?.body ?? Buffer.alloc(0);
    const headers = { authorization, 'content-type': content?.type ?? 'application/octet-stream', 'content-length': body.length };
    const request = url.protocol === 'https:' ? secureRequest : plainRequest;
    const sent = request(url, { method, headers, rejectUnauthorized: false } as RequestOptions);
    sent.on('error', reject).on('response', async (response) => {
      const said = await text(response).catch(reject);
      if (response.statusCode === expected) resolve(response.headers.location ?? '');
      else reject(new Error(`${method} ${url.pathname}: ${response.statusCode} ${said}`));
    });
    sent.end(body);
    return promise;
  };
}

/** https://distribution.github.io/distribution/spec/api/#pushing-an-image */
async function pushBlob(send: Send, repository: string, blob: Content): Promise<void> {
  const place = new URL(await send('POST', `/v2/${repository}/blobs/uploads/`, 202), 'http://localhost');
  place.searchParams.set('digest', blob.digest);
  await send('PUT', `${place.pathname}${place.search}`, 201, { ...blob, type: 'application/octet-stream' });
}
