/** Requests to registries and to where they send us: bounded, by address and by size, and credentials stay with the host that they are for. */
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { answerTo, bodyOf } from '../http/answer.ts';
import { createLookup, type RefusesAddress, refuseNumber } from './addresses.ts';
import { UnreadableError, unreadable } from './unreadable.ts';

export interface Question {
  /** What messages call it. */
  readonly who: string;
  readonly url: URL;
  readonly accept: string;
  /** Sent to the origin of `url` and nowhere else. */
  readonly authorization: string | undefined;
}

export interface Answer {
  /** Who answered in the end. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Transport {
  /** A GET, redirects followed. Throws `UnreadableError`. */
  readonly ask: (question: Question) => Promise<Answer>;
  /** Ends its connections. */
  readonly close: () => void;
}

export interface TransportOptions {
  readonly signal: AbortSignal;
  /** PEM; trusted beside the usual ones. */
  readonly certificates: readonly string[];
  /** Whether this host needs no certificate. */
  readonly isInsecure: (url: URL) => boolean;
  readonly refuses: RefusesAddress;
}

/** Real manifests and configurations have some kB. Parsed, what is made for it takes thirty times its size. */
const MAX_BODY = 1024 * 1024;
const MAX_REDIRECTS = 5;

/** The agents are its own: a connection that somebody else made was not checked. */
export function createTransport(options: TransportOptions): Transport {
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true, ...trust(options.certificates) }) };
  return {
    ask: (question) => follow(question, (one) => send(one, options, agents)),
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** Made once for all connections: it reads some hundred certificates. */
function trust(certificates: readonly string[]): { readonly secureContext?: SecureContext } {
  if (certificates.length === 0) return {};
  return { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ...certificates] }) };
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

async function follow(question: Question, sendOne: (question: Question) => Promise<Answer>): Promise<Answer> {
  let current = question;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const answer = await sendOne(current);
    const url = redirectOf(answer, current.who);
    if (url === undefined) return answer;
    const authorization = url.origin === current.url.origin ? current.authorization : undefined;
    current = { ...question, who: `where ${question.who} sends us`, url, authorization };
  }
  throw new UnreadableError(`${question.who} redirects more than ${MAX_REDIRECTS} times`);
}

const REDIRECTS = [301, 302, 303, 307, 308];

function redirectOf({ status, headers, url }: Answer, who: string): URL | undefined {
  if (!REDIRECTS.includes(status)) return undefined;
  const next = URL.parse(headers.location ?? '', url.href);
  if (headers.location === undefined || next === null || !/^https?:$/.test(next.protocol)) {
    throw new UnreadableError(`${who} redirects to what is no address`);
  }
  if (url.protocol === 'https:' && next.protocol === 'http:') throw new UnreadableError(`${who} redirects from https to http`);
  next.username = next.password = '';
  return next;
}

async function send(question: Question, options: TransportOptions, agents: Agents): Promise<Answer> {
  const { url, who } = question;
  try {
    refuseNumber(url.hostname, options.refuses, who);
    const response = await answerTo(request(question, options, agents));
    return { url, status: response.statusCode ?? 0, headers: response.headers, body: await bodyOf(response, MAX_BODY) };
  } catch (error) {
    throw unreadable(error, who);
  }
}

function request({ url, who, accept, authorization }: Question, { signal, isInsecure, refuses }: TransportOptions, agents: Agents) {
  const headers = { accept, 'accept-encoding': 'identity', 'user-agent': 'archwatch', ...(authorization ? { authorization } : {}) };
  const options = { headers, signal, lookup: createLookup(refuses, who) };
  if (url.protocol === 'http:') return httpRequest(url, { ...options, agent: agents.http });
  return httpsRequest(url, { ...options, agent: agents.https, rejectUnauthorized: !isInsecure(url) });
}
