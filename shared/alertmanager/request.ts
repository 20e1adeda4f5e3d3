/** One call of Alertmanager's API. https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
import { readFile } from 'node:fs/promises';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { getCACertificates } from 'node:tls';
import { answerTo, bodyOf } from '../http/answer.ts';
import { plain } from '../plain.ts';
import { MalformedAlertError } from './alert.ts';

export interface AlertmanagerApiOptions {
  /** Where its API is; a path in it is kept: `https://host/alertmanager`. */
  readonly url: string;
  /** The bearer token, asked for before each call; undefined sends none. */
  readonly token: (() => Promise<string>) | undefined;
  /** A file of certificates (PEM) that are trusted beside the usual ones; read for each call. */
  readonly caFile: string | undefined;
  /** For the whole of one call, in ms. */
  readonly timeMs?: number;
}

const TIME_MS = 3_000;
const MAX_BODY = 5 * 1024 * 1024;

/** The address of a resource of the API: `alerts`, `silences`. */
export function apiUrl(base: string, resource: string, query: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v2/${resource}`;
  url.search = String(new URLSearchParams(query));
  return url;
}

/** What it answers: a GET, or a POST where there is a body. Throws where it did not do it, or did not answer in JSON. */
export async function ask(url: URL, options: AlertmanagerApiOptions, body?: object): Promise<unknown> {
  return parseJson(await send(url, options, body));
}

async function send(url: URL, { token, caFile, timeMs = TIME_MS }: AlertmanagerApiOptions, body: object | undefined): Promise<string> {
  const secret = await token?.();
  const ca = caFile === undefined ? undefined : [...getCACertificates('default'), await readFile(caFile, 'utf8')];
  const signal = AbortSignal.timeout(timeMs);
  const text = body && JSON.stringify(body);
  const asked = begin(url, { signal, method: text === undefined ? 'GET' : 'POST', headers: headersOf(secret, text) }, ca);
  try {
    if (text !== undefined) asked.write(text);
    const response = await answerTo(asked, signal);
    const answer = withoutSecret((await bodyOf(response, MAX_BODY)).toString('utf8'), secret);
    if (response.statusCode === 200) return answer;
    throw new Error(`it answered ${response.statusCode}${said(response.statusCode, answer)}`);
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${timeMs} ms`, { cause: error });
    throw error;
  } finally {
    asked.destroy();
  }
}

function begin(url: URL, options: RequestOptions, ca: string[] | undefined) {
  return url.protocol === 'https:' ? httpsRequest(url, { ...options, ...(ca ? { ca } : {}) }) : httpRequest(url, options);
}

function headersOf(secret: string | undefined, body: string | undefined): Readonly<Record<string, string | number>> {
  return {
    accept: 'application/json',
    ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
}

const MAX_SAID = 200;
const MIN_SECRET = 8;

/** Whoever does not let us in may answer with what we sent, in whatever writing. */
function said(status: number | undefined, body: string): string {
  const text = status === 401 || status === 403 ? '' : plain(body.trim().slice(0, MAX_SAID));
  return text === '' ? '' : `: ${text}`;
}

/** Errors quote parts of the answer; a part of the token could not be told any more. What is short may stand in any list. */
function withoutSecret(body: string, secret: string | undefined): string {
  return secret !== undefined && secret.length >= MIN_SECRET ? body.replaceAll(secret, '[token]') : body;
}

/** The parser's own message quotes the answer. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new MalformedAlertError('the answer is not JSON');
  }
}
