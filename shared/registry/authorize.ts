/** How we come into a registry: with a password, or with a token for one. Credentials go to the registry's own host only. */
import { stringAt } from '../golden-images/json.ts';
import type { Challenge } from './challenge.ts';
import { DOCKER_HUB_API } from './reference.ts';
import type { Transport } from './transport.ts';
import { UnreadableError, unreadable } from './unreadable.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface Entrance {
  /** The registry, as it was asked. */
  readonly registry: URL;
  readonly repository: string;
  readonly credentials: Credentials | undefined;
  readonly ask: Transport['ask'];
  readonly isInsecure: (url: URL) => boolean;
}

const TOKEN_SERVICE = "the registry's token service";

/** The header `Authorization` for the registry. Throws `UnreadableError` where there is no way in. */
export async function authorize(challenge: Challenge | undefined, entrance: Entrance): Promise<string> {
  if (challenge?.scheme === 'bearer') return `Bearer ${await fetchToken(challenge, entrance)}`;
  if (challenge === undefined) throw new UnreadableError('the registry wants credentials of a kind that is not known here');
  if (entrance.credentials === undefined) throw new UnreadableError('the registry wants a password');
  return basic(entrance.credentials);
}

/** What every registry answers that has a token service of its own; the one of docker.io is the only other host that is known to be the same owner's. */
const TOKEN_HOSTS: Readonly<Record<string, string>> = { [DOCKER_HUB_API]: 'auth.docker.io' };

async function fetchToken(challenge: Challenge & { scheme: 'bearer' }, entrance: Entrance): Promise<string> {
  const { registry, credentials, ask, isInsecure } = entrance;
  const { realm } = challenge;
  if (realm.protocol !== 'https:' && !isInsecure(realm)) throw new UnreadableError(`${TOKEN_SERVICE} is not on https`);
  const stranger = strangerOf(realm, registry);
  const authorization = stranger === undefined && credentials ? basic(credentials) : undefined;
  const { status, body } = await ask({ who: TOKEN_SERVICE, url: tokenUrl(challenge, entrance), accept: 'application/json', authorization });
  if (status === 200) return readToken(body);
  const withheld = credentials && stranger !== undefined ? `: it is on ${stranger}, which gets no credentials` : '';
  throw new UnreadableError(`${TOKEN_SERVICE} answered ${status}${withheld}`);
}

/**
 * What makes it not the registry's own; undefined where nothing does. It is where the registry is, or on https at the same host: GitLab's
 * registry is on 5050 and its token service on 443, docker_auth is on 5001. In plain http anybody on the way may listen: only a registry
 * that is itself on http gets them so.
 */
function strangerOf(realm: URL, registry: URL): string | undefined {
  if (realm.origin === registry.origin) return undefined;
  if (realm.hostname !== registry.hostname && realm.host !== TOKEN_HOSTS[registry.hostname]) return 'another host';
  return realm.protocol === 'https:' ? undefined : 'plain http';
}

function tokenUrl({ realm, service, scope }: Challenge & { scheme: 'bearer' }, { repository }: Entrance): URL {
  const url = new URL(realm);
  url.username = url.password = '';
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', scope ?? `repository:${repository}:pull`);
  return url;
}

/** What may stand in a header. */
const TOKEN = /^[\x21-\x7e]{1,16000}$/;

function readToken(body: Buffer): string {
  try {
    const answer: unknown = JSON.parse(body.toString('utf8'));
    const token = stringAt(answer, 'token') ?? stringAt(answer, 'access_token') ?? '';
    if (TOKEN.test(token)) return token;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw unreadable(error, TOKEN_SERVICE);
  }
  throw new UnreadableError(`${TOKEN_SERVICE} gave no token`);
}

function basic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
