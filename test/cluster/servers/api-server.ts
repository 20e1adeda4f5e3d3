/** A real Kubernetes API server on its own etcd: everything that a cluster is, but kubelets and controllers. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ADMINISTRATOR_TOKEN,
  certificate,
  type KubernetesSettings,
  prepareKubernetes,
  startEtcd,
  startKubernetes,
} from './control-plane.ts';
import { applyCrds } from './crds.ts';
import { createClient, type Send } from './kubernetes-client.ts';
import { clusterProgram, clusterPrograms } from './paths.ts';
import { onFreePort } from './ports.ts';
import { type Finished, type Program, type RunOptions, run } from './process.ts';
import { temporaryFolder } from './running.ts';

export interface ApiServerSettings {
  /** Files of custom resource definitions that are served from the start. */
  readonly crds?: readonly string[];
  /** `AlwaysAllow` unless given; with `RBAC` the administrator may do everything, and others what roles say. */
  readonly authorization?: KubernetesSettings['authorization'];
}

export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

export interface ApiServer {
  readonly url: string;
  /** The file with which its administrator comes in. */
  readonly kubeconfig: string;
  /** A request of its administrator. */
  readonly send: Send;
  kubectl(args: readonly string[], options?: Pick<RunOptions, 'input'>): Promise<Finished>;
  /** Runs a command line exactly as it was printed, with kubectl at hand and this cluster as its context. */
  runShell(commandLine: string): Promise<Finished>;
  /** The file with which an existing service account comes in. */
  kubeconfigOf(account: ServiceAccountName): Promise<string>;
  /** The API server goes away, as in an outage; its data stay. */
  down(): Promise<void>;
  /** It comes back where it was. */
  up(): Promise<void>;
  output(): string;
  stop(): Promise<void>;
}

/** Starts etcd and kube-apiserver, and adds the definitions. */
export async function startApiServer({ crds = [], authorization = 'AlwaysAllow' }: ApiServerSettings = {}): Promise<ApiServer> {
  clusterPrograms();
  const folder = await temporaryFolder();
  const etcd = await onFreePort((port) => startEtcd(folder, port));
  const flags = await prepareKubernetes(folder, { etcdPort: etcd.port, authorization });
  const api = await onFreePort((port) => startKubernetes(folder, flags, port));
  const again = async () => (await startKubernetes(folder, flags, api.port)).program;
  const server = await openServer({ folder, etcd: etcd.program, api: api.program, port: api.port, again });
  await applyCrds(server, crds);
  return server;
}

interface Parts {
  readonly folder: string;
  readonly etcd: Program;
  readonly api: Program;
  readonly port: number;
  readonly again: () => Promise<Program>;
}

async function openServer({ folder, etcd, port, again, ...parts }: Parts): Promise<ApiServer> {
  let { api } = parts;
  const access = { url: `https://127.0.0.1:${port}`, authority: await certificate(folder), token: ADMINISTRATOR_TOKEN };
  const send = createClient(access);
  const writeKubeconfig = async (name: string, token: string) => {
    const file = join(folder, `${name}.kubeconfig`);
    await writeFile(file, kubeconfigText({ ...access, token }));
    return file;
  };
  const kubeconfig = await writeKubeconfig('administrator', ADMINISTRATOR_TOKEN);
  const env = shellEnvironment(folder, kubeconfig);
  return {
    url: access.url,
    kubeconfig,
    send,
    kubectl: (args, options = {}) => run(clusterProgram('kubectl'), args, { env, ...options }),
    runShell: (commandLine) => run('sh', ['-c', commandLine], { env }),
    kubeconfigOf: async (account) => writeKubeconfig(`${account.namespace}-${account.name}`, await requestToken(send, account)),
    down: async () => void (await api.stop('SIGKILL')),
    up: async () => {
      api = await again();
    },
    output: () => api.output(),
    stop: async () => {
      await api.stop();
      await etcd.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function shellEnvironment(folder: string, kubeconfig: string): NodeJS.ProcessEnv {
  // A cache of its own: another server may have had this port before, with other resources.
  const cache = join(folder, 'kubectl-cache');
  return { PATH: `${clusterPrograms()}:${process.env.PATH}`, HOME: folder, KUBECONFIG: kubeconfig, KUBECACHEDIR: cache };
}

async function requestToken(send: Send, { namespace, name }: ServiceAccountName): Promise<string> {
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { status } = await send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, request);
  return status.token;
}

interface Access {
  readonly url: string;
  readonly authority: string;
  readonly token: string;
}

/** A kubeconfig as JSON, which is YAML too. */
function kubeconfigText({ url, authority, token }: Access): string {
  const data = Buffer.from(authority).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority-data': data } }],
    users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test-cluster', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test-cluster',
  });
}
