/** The way to an API server for a proxy in front of it: a function behind it can be watched, and needs no credentials of its own. */
import { readFile } from 'node:fs/promises';
import type { ApiServer } from './api-server.ts';
import { ADMINISTRATOR_TOKEN } from './control-plane.ts';
import type { Backend } from './proxy.ts';

/** As its administrator. */
export async function accessTo({ url, kubeconfig }: Pick<ApiServer, 'url' | 'kubeconfig'>): Promise<Backend> {
  const { clusters } = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const authority = Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64').toString();
  return { url, authority, token: ADMINISTRATOR_TOKEN };
}
