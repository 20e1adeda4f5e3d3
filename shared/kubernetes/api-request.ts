/** Requests to the API server over connections that are kept, with the credentials that they were opened with. */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { answerTo, bodyOf } from '../http/answer.ts';
import { currentTrace } from '../tracing.ts';

/** Who we are, and whom we trust. */
export type Credentials = Pick<
  RequestOptions,
  'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername' | 'headers' | 'auth' | 'agent'
>;

export interface Target {
  /** Without a slash at its end. */
  readonly server: string;
  readonly credentials: Credentials;
  /** Goes through a proxy, and is ended with the rest; undefined where there is none. */
  readonly proxy: HttpAgent | undefined;
}

export type HttpMethod = 'GET' | 'POST' | 'PATCH';

export interface ApiRequest {
  readonly method: HttpMethod;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly body?: object | undefined;
}

export interface ApiAnswer {
  readonly status: number;
  /** As they came: https://www.rfc-editor.org/rfc/rfc9111#field.warning */
  readonly warnings: string;
  readonly text: string;
}

export interface Requests {
  /** Throws what the connection threw, or the signal's reason. */
  readonly ask: (request: ApiRequest) => Promise<ApiAnswer>;
  /** Ends all connections. */
  readonly close: () => void;
}

/** Bytes. The longest is a page of objects: a hundred Nodes have some MB. */
const MAX_ANSWER = 32 * 1024 * 1024;
/** A connection that nobody uses is ended before a load balancer on the way forgets it; ms. */
const IDLE_MS = 5_000;

export function openRequests({ server, credentials, proxy }: Target): Requests {
  const { headers, auth, agent: _, ...tls } = credentials;
  const isPlain = server.startsWith('http:');
  const kept = { keepAlive: true, timeout: IDLE_MS };
  const agent = proxy ?? (isPlain ? new HttpAgent(kept) : new HttpsAgent({ ...kept, ...tls }));
  const request = isPlain ? httpRequest : httpsRequest;
  const send = ({ method, path, signal, body }: ApiRequest): ClientRequest => {
    const text = body && JSON.stringify(body);
    const options = { method, signal, auth, agent, headers: { ...headers, ...headersOf(method, body, text) } };
    const asked = request(`${server}${path}`, options);
    if (text) asked.write(text);
    return asked;
  };
  return {
    ask: async (wanted) => {
      try {
        const answer = await answered(wanted, send);
        const whole = await bodyOf(answer, MAX_ANSWER);
        return { status: answer.statusCode ?? 0, warnings: String(answer.headers.warning ?? ''), text: whole.toString('utf8') };
      } catch (error) {
        throw wanted.signal.aborted ? wanted.signal.reason : error;
      }
    },
    close: () => agent.destroy(),
  };
}

/** Whoever keeps a connection may find that it was just ended on the other side: a read is asked again, by one that is new in the end. */
async function answered(wanted: ApiRequest, send: (wanted: ApiRequest) => ClientRequest): Promise<IncomingMessage> {
  const asked = send(wanted);
  try {
    return await answerTo(asked, wanted.signal);
  } catch (error) {
    if (wanted.method === 'GET' && asked.reusedSocket && isEnded(error)) return answered(wanted, send);
    throw error;
  }
}

function isEnded(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** JSON; and the keys of a cluster's tokens, which an API server gives as this and as nothing else. */
const ACCEPTED = 'application/json, application/jwk-set+json';

function headersOf(method: HttpMethod, body: object | undefined, text: string | undefined): OutgoingHttpHeaders {
  const trace = currentTrace();
  return {
    accept: ACCEPTED,
    'user-agent': 'archwatch',
    ...(trace ? { traceparent: trace.parent } : {}),
    ...(trace?.state ? { tracestate: trace.state } : {}),
    ...(text ? { 'content-type': mediaType(method, body), 'content-length': Buffer.byteLength(text) } : {}),
  };
}

/** A JSON Patch is a list (RFC 6902, section 3), and a merge patch of an object is an object (RFC 7396). */
function mediaType(method: HttpMethod, body: object | undefined): string {
  if (method !== 'PATCH') return 'application/json';
  return Array.isArray(body) ? 'application/json-patch+json' : 'application/merge-patch+json';
}
