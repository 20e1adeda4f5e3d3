/** The steps of a function as they are seen from outside: each request that it sends, labelled so that it is found again in another run. */
import type { ProxiedRequest } from '../servers/proxy.ts';

/** The number tells apart requests of the same label. */
export interface Step {
  readonly label: string;
  readonly number: number;
  /** It changes nothing outside: to be killed before it and after it is the same to everybody else. */
  readonly isRead: boolean;
}

const SLACK = '/slack/api/';

export function isSlack({ path }: Pick<ProxiedRequest, 'path'>): boolean {
  return path.startsWith(SLACK);
}

export function isRecord({ path }: Pick<ProxiedRequest, 'path'>): boolean {
  return path.includes('/configmaps');
}

/** Whatever the API server answers. */
export function isKubernetes(request: Pick<ProxiedRequest, 'path'>): boolean {
  return !isSlack(request);
}

/** What a look reads. */
export function isCluster(request: Pick<ProxiedRequest, 'path'>): boolean {
  return isKubernetes(request) && !isRecord(request);
}

export function isRead(request: ProxiedRequest): boolean {
  return isSlack(request) ? /\/conversations\.\w+/.test(request.path) : request.method === 'GET';
}

/** The three alerts race for the record: what a step is called does not say who was first. */
export function labelOf(request: ProxiedRequest): string {
  const { method, path, body } = request;
  const { pathname } = new URL(path, 'http://localhost');
  if (isSlack(request)) return slackLabel(pathname.slice(SLACK.length), body);
  if (isRecord(request)) return method === 'GET' ? 'read the record' : `record ${writtenIn(body)}`;
  return `${method} ${pathname.replace(/^\/apis?\//, '').replace(/\/namespaces\/[^/]+/, '')}`;
}

function slackLabel(method: string, body: string): string {
  if (method.startsWith('upload/')) return 'upload';
  return method === 'chat.postMessage' && new URLSearchParams(body).has('thread_ts') ? `${method} (reply)` : method;
}

function writtenIn(body: string): string {
  const { data = {} }: { readonly data?: Readonly<Record<string, string | null>> } = JSON.parse(body);
  return Object.values(data)
    .map((text) => (text === null ? 'nothing' : stateOf(JSON.parse(text))))
    .join(', ');
}

interface Written {
  readonly episode?: {
    readonly intent?: { readonly step: string };
    readonly said?: { readonly revision: number; readonly announcements: number };
    readonly revision: number;
    readonly announced: number;
    readonly announcements: readonly unknown[];
  };
}

function stateOf({ episode }: Written): string {
  if (episode === undefined) return 'a look, nothing open';
  if (episode.intent) return `an intent to ${episode.intent.step}`;
  const { said, revision, announced, announcements } = episode;
  return said?.revision === revision && said.announcements === announced + announcements.length ? 'all said' : 'something unsaid';
}
