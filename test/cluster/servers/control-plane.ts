/** etcd and kube-apiserver as programs, with keys, tokens and flags of their own. */
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from './kubernetes-client.ts';
import { clusterProgram } from './paths.ts';
import { type Program, startProgram } from './process.ts';
import { answersOk } from './wait.ts';

/** The bearer token that may do everything. */
export const ADMINISTRATOR_TOKEN = 'administrator';

/** A program and where it listens. */
export interface Serving {
  readonly program: Program;
  readonly port: number;
}

/** Starts an etcd that keeps its data in the folder. */
export async function startEtcd(folder: string, port: number): Promise<Serving> {
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram({
    name: 'etcd',
    command: clusterProgram('etcd'),
    args: [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      '--listen-peer-urls=http://127.0.0.1:0',
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    ready: () => answersOk(`${url}/health`),
  });
  return { program, port };
}

export interface KubernetesSettings {
  readonly etcdPort: number;
  readonly authorization: 'AlwaysAllow' | 'RBAC';
}

/** Writes what kube-apiserver reads, and gives the flags that say so. */
export async function prepareKubernetes(folder: string, { etcdPort, authorization }: KubernetesSettings): Promise<readonly string[]> {
  const [key, tokens] = [join(folder, 'service-accounts.key'), join(folder, 'tokens.csv')];
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(key, privateKey.export({ type: 'sec1', format: 'pem' }));
  await writeFile(tokens, `${ADMINISTRATOR_TOKEN},administrator,administrator,system:masters\n`);
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--cert-dir=${folder}`,
    `--token-auth-file=${tokens}`,
    `--authorization-mode=${authorization}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-cluster-ip-range=10.96.0.0/24',
    '--endpoint-reconciler-type=none',
    // Both count on controllers that are not here: one makes default accounts, the other takes "not ready" off new nodes.
    '--disable-admission-plugins=ServiceAccount,TaintNodesByCondition',
  ];
}

/** Starts a kube-apiserver with these flags. */
export async function startKubernetes(folder: string, flags: readonly string[], port: number): Promise<Serving> {
  const program = await startProgram({
    name: 'kube-apiserver',
    command: clusterProgram('kube-apiserver'),
    args: [...flags, `--secure-port=${port}`],
    ready: async () => {
      const send = createClient({ url: `https://127.0.0.1:${port}`, authority: await certificate(folder), token: ADMINISTRATOR_TOKEN });
      await send('GET', '/readyz');
    },
  });
  return { program, port };
}

/** The certificate that kube-apiserver made for itself; it is its own authority. */
export function certificate(folder: string): Promise<string> {
  return readFile(join(folder, 'apiserver.crt'), 'utf8');
}
