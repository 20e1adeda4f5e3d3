/**
 * Alertmanager's own list of alerts, for where no receiver can be configured.
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { getCACertificates } from 'node:tls';
import { answerTo, bodyOf } from '../answer.ts';
import { plain } from '../plain.ts';
import { type Alert, MalformedAlertError, objectOf, readAlertFields, show } from './alert.ts';

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

/** An alert that has not ended. */
export interface ListedAlert extends Alert {
  /** Silenced or inhibited: it is there, and Alertmanager tells nobody. */
  readonly suppressed: boolean;
}

export interface AlertmanagerApi {
  /** All alerts of these names that have not ended. Throws where the list could not be read, or not as a whole. */
  readonly alerts: (names: readonly string[]) => Promise<readonly ListedAlert[]>;
}

const TIME_MS = 3_000;
const MAX_BODY = 5 * 1024 * 1024;

export function createAlertmanagerApi(options: AlertmanagerApiOptions): AlertmanagerApi {
  return {
    alerts: async (names) => {
      const url = listUrl(options.url, names);
      try {
        return parseList(parseJson(await get(url, options)));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`cannot read the alerts at ${url.origin}${url.pathname}: ${why}`, { cause: error });
      }
    },
  };
}

/** Suppressed ones are asked for too: what was silenced has not ended. */
function listUrl(base: string, names: readonly string[]): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v2/alerts`;
  const filter = `alertname=~"${names.join('|')}"`;
  url.search = String(new URLSearchParams({ active: 'true', silenced: 'true', inhibited: 'true', filter }));
  return url;
}

async function get(url: URL, { token, caFile, timeMs = TIME_MS }: AlertmanagerApiOptions): Promise<string> {
  const secret = await token?.();
  const ca = caFile === undefined ? undefined : [...getCACertificates('default'), await readFile(caFile, 'utf8')];
  const signal = AbortSignal.timeout(timeMs);
  const headers = { accept: 'application/json', ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }) };
  const isHttps = url.protocol === 'https:';
  const asked = isHttps ? httpsRequest(url, { headers, signal, ...(ca ? { ca } : {}) }) : httpRequest(url, { headers, signal });
  try {
    const response = await answerTo(asked);
    const body = withoutSecret((await bodyOf(response, MAX_BODY)).toString('utf8'), secret);
    if (response.statusCode === 200) return body;
    throw new Error(`it answered ${response.statusCode}${said(response.statusCode, body)}`);
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${timeMs} ms`, { cause: error });
    throw error;
  } finally {
    asked.destroy();
  }
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

function parseList(list: unknown): readonly ListedAlert[] {
  if (!Array.isArray(list)) throw new MalformedAlertError(`the answer is ${show(list)}, not a list`);
  return list.map((item: unknown, index) => readListed(item, `[${index}]`));
}

/** `active`, `suppressed`, or `unprocessed` in its first moments. */
function readListed(item: unknown, where: string): ListedAlert {
  const alert = objectOf(item, where);
  const { state } = objectOf(alert.status ?? {}, `${where}.status`);
  return { status: 'firing', suppressed: state === 'suppressed', ...readAlertFields(alert, where), endsAt: undefined };
}
