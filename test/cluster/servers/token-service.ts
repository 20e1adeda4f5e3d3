/** Gives tokens that docker-registry takes. https://distribution.github.io/distribution/spec/auth/jwt/ */
import { randomUUID, sign, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { remember } from './running.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url));
export const CERTIFICATE_FILE = fixture('localhost.pem');
export const KEY_FILE = fixture('localhost-key.pem');
export const SERVICE = 'registry-of-the-tests';
export const ISSUER = 'token-service-of-the-tests';

export interface TokenService {
  /** Where tokens are given. */
  readonly realm: string;
  /** A token with which one may do all that with the repository. */
  tokenFor(repository: string, actions: readonly string[]): string;
  stop(): Promise<void>;
}

/** Starts one with the certificate of `localhost`, which gives tokens to pull to whoever has that header and asks for this service. */
export async function startTokenService(authorization: string): Promise<TokenService> {
  const [cert, key] = await Promise.all([readFile(CERTIFICATE_FILE, 'utf8'), readFile(KEY_FILE, 'utf8')]);
  const tokenFor = createTokens(cert, key);
  const server = createServer({ cert, key }, ({ url = '', headers }, response) => {
    const { searchParams } = new URL(url, 'https://localhost');
    const [, repository] = /^repository:(.*):pull$/.exec(searchParams.get('scope') ?? '') ?? [];
    if (headers.authorization !== authorization || searchParams.get('service') !== SERVICE || !repository) response.writeHead(401).end();
    else response.end(JSON.stringify({ token: tokenFor(repository, ['pull']) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const stop = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    server.closeAllConnections();
    forget();
    return promise;
  };
  const forget = remember('token service', stop);
  return { realm: `https://localhost:${(server.address() as AddressInfo).port}/token`, tokenFor, stop };
}

function createTokens(cert: string, key: string): TokenService['tokenFor'] {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const header = { typ: 'JWT', alg: 'ES256', x5c: [new X509Certificate(cert).raw.toString('base64')] };
  return (repository, actions) => {
    const now = Math.floor(Date.now() / 1_000);
    const access = [{ type: 'repository', name: repository, actions }];
    const claims = { iss: ISSUER, sub: 'robot', aud: SERVICE, exp: now + 300, nbf: now - 60, iat: now, jti: randomUUID(), access };
    const signed = `${encode(header)}.${encode(claims)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };
}
