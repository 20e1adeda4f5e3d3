/** The smallest client of an API server: enough to put objects there, and independent of the one under test. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

/** What an API server answers. Tests know what they asked for, so its shape is taken as it comes. */
export type Answer = ReturnType<typeof JSON.parse>;

/** `PATCH` is a JSON merge patch, or with a list a JSON Patch; `APPLY` a server-side apply that creates or overrules. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'APPLY' | 'DELETE';

export type Send = (method: Method, path: string, body?: object) => Promise<Answer>;

/** A request that the API server refused, with its own words. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;

  constructor(asked: string, status: number, words: string) {
    super(`the API server answered ${status} to ${asked}: ${words}`);
    this.status = status;
  }
}

export interface ClientSettings {
  readonly url: string;
  /** The certificate that the server must prove to have, as PEM. */
  readonly authority: string;
  readonly token: string;
}

const JSON_PATCH = 'application/json-patch+json';
const MEDIA_TYPES: Readonly<Partial<Record<Method, string>>> = {
  PATCH: 'application/merge-patch+json',
  APPLY: 'application/apply-patch+yaml',
};
const TIMEOUT_MS = 20_000;

/** A client that knows one way to ask. */
export function createClient({ url, authority, token }: ClientSettings): Send {
  return async (method, path, body) => {
    const target = new URL(path, url);
    if (method === 'APPLY') target.search = '?fieldManager=archwatch-test&force=true';
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': Array.isArray(body) ? JSON_PATCH : (MEDIA_TYPES[method] ?? 'application/json'),
      'user-agent': 'archwatch-test',
    };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const asked = request(target, { method: method === 'APPLY' ? 'PATCH' : method, headers, ca: authority, signal });
    asked.end(body && JSON.stringify(body));
    const [response]: IncomingMessage[] = await once(asked, 'response');
    return read(`${method} ${path}`, response);
  };
}

async function read(asked: string, response: IncomingMessage | undefined): Promise<Answer> {
  if (!response) throw new Error(`no answer to ${asked}`);
  const body = await text(response);
  const { statusCode: status = 0 } = response;
  if (status >= 300) throw new RefusedError(asked, status, body);
  return response.headers['content-type']?.includes('json') ? JSON.parse(body) : body;
}
