/** Secrets: the bearer tokens of those who may call us, and our own. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { UnauthorizedError } from './http/route.ts';

/**
 * Lets in callers whose `Authorization: Bearer` token stands in the file, one a line; two during a rotation.
 * The file is read for each call, so a rotated secret holds at once. A file that cannot be read, or is empty, is our fault and no 401.
 */
export function createBearerCheck(file: string): (headers: IncomingHttpHeaders) => Promise<void> {
  return async (headers) => {
    const accepted = await readTokens(file);
    if (!isOneOf(bearerToken(headers), accepted)) throw new UnauthorizedError('the bearer token is not accepted');
  };
}

/** What the caller sent as `Authorization: Bearer`. Throws `UnauthorizedError` where it sent nothing of the kind. */
export function bearerToken({ authorization }: Pick<IncomingHttpHeaders, 'authorization'>): string {
  const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw new UnauthorizedError('no bearer token');
  return token;
}

/** The tokens of a file, one a line. Throws where it cannot be read or holds none. */
export async function readTokens(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`cannot read the secret in ${file}`, { cause: error });
  });
  return parseTokens(file, text);
}

/** One token a line, and nothing else. Throws where there is none, or a line that cannot be one. */
export function parseTokens(file: string, text: string): readonly string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const tokens = lines.map((line) => line.trim()).filter((line) => line !== '');
  if (tokens.length === 0) throw new Error(`${file} holds no secret`);
  const wrong = tokens.findIndex((token) => /\s/.test(token));
  if (wrong >= 0) throw new Error(`${file}: entry ${wrong + 1} is not a token: it has a space in it`);
  return tokens;
}

/** Compares with every token, in a time that does not depend on what matches. */
function isOneOf(token: string, accepted: readonly string[]): boolean {
  const given = digest(token);
  return accepted.map((candidate) => timingSafeEqual(given, digest(candidate))).some((equal) => equal);
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Where a secret of ours comes from: a mounted file that may change, or a value that does not. */
export type SecretSource = { readonly file: string } | { readonly value: string };

/** The secret as it is now. Throws where its file cannot be read or is empty. */
export async function readSecret(source: SecretSource): Promise<string> {
  if ('value' in source) return source.value;
  const [secret = ''] = await readTokens(source.file);
  return secret;
}
