/** Requests to an API server as somebody: only what it answers counts, and not what it says. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { ApiServer, ServiceAccountName } from '../servers/api-server.ts';

/** `METHOD /path`; a PATCH is a JSON merge patch. Gives the status. */
export type Call = (line: string, body?: object) => Promise<number>;

export interface Caller {
  /** The file with which it comes in. */
  readonly kubeconfig: string;
  readonly call: Call;
}

const TIMEOUT_MS = 10_000;

/** Comes in by a token that the server gives for that account. */
export async function createCaller(server: Pick<ApiServer, 'url' | 'kubeconfigOf'>, account: ServiceAccountName): Promise<Caller> {
  const kubeconfig = await server.kubeconfigOf(account);
  const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const ca = Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64');
  const authorization = `Bearer ${users[0].user.token}`;
  const call: Call = async (line, body) => {
    const [method = '', path = ''] = line.split(' ');
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const asked = request(new URL(path, server.url), { method, ca, signal, headers: { authorization, 'content-type': type } });
    asked.end(body && JSON.stringify(body));
    const [response]: IncomingMessage[] = await once(asked, 'response');
    asked.on('error', () => undefined).destroy(); // a watch would go on
    return response?.statusCode ?? 0;
  };
  return { kubeconfig, call };
}
