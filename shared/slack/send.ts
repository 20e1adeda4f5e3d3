/** How Slack's SDK sends its requests: with Node's own client, for Node's `fetch` takes longer to load than the whole SDK. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { FetchFunction } from '@slack/web-api';
import { answerTo, bodyOf } from '../http/answer.ts';

/** Bytes. A page of the channel's history has some hundred kB. */
const MAX_ANSWER = 32 * 1024 * 1024;

/** What the SDK needs of a `fetch`; redirects are not followed. A file is a form: those few are sent by `fetch`. */
export const send: FetchFunction = async (url, init = {}) => {
  const { method = 'GET', headers = {}, body = '', signal } = init;
  if (typeof body !== 'string') return fetch(url, init);
  const request = String(url).startsWith('http:') ? httpRequest : httpsRequest;
  const options = { method, headers: { ...headers, 'content-length': Buffer.byteLength(body) }, ...(signal ? { signal } : {}) };
  const asked = request(url, options);
  const isConnected = watchConnection(asked);
  const inTime = (error: unknown) => Promise.reject(signal?.aborted ? outOfTime(signal, isConnected()) : error);
  asked.write(body);
  const answer = await answerTo(asked, signal ?? undefined).catch(inTime);
  const whole = bodyOf(answer, MAX_ANSWER).catch(inTime);
  whole.catch(() => undefined); // of a refusal nobody may read it
  return responseTo(String(url), answer, whole);
};

/** Whether there has been a connection: before that, nothing was sent. */
function watchConnection(asked: ClientRequest): () => boolean {
  let isConnected = false;
  const connected = () => {
    isConnected = true;
  };
  asked.once('socket', (socket) => (socket.connecting ? socket.once('connect', connected) : connected()));
  return () => isConnected;
}

/** The code is what `fetch` has for it. */
function outOfTime({ reason }: AbortSignal, isConnected: boolean): unknown {
  return isConnected ? reason : Object.assign(new Error('no connection in time', { cause: reason }), { code: 'UND_ERR_CONNECT_TIMEOUT' });
}

function responseTo(
  url: string,
  { statusCode: status = 0, statusMessage: statusText = '', headers }: IncomingMessage,
  body: Promise<Buffer>,
) {
  const entries = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const byName = new Map(entries);
  const text = async () => (await body).toString('utf8');
  return {
    ok: status >= 200 && status < 300,
    ...{ status, statusText, url },
    headers: { get: (name: string) => byName.get(name.toLowerCase()) ?? null, entries: () => entries },
    arrayBuffer: async () => new Uint8Array(await body).buffer,
    json: async () => JSON.parse(await text()),
    text,
  };
}
