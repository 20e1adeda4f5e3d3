/** Which cluster is meant, and how it is named: read at the start, without the Kubernetes client, which takes long to load. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { ConfigError, type Environment } from '../config.ts';
import { type JsonObject, listAt, objectAt, stringAt } from '../golden-images/json.ts';

/** Where requests go: the pod's own cluster, or the current context of some kubeconfigs, as they were at the start. */
export type Access =
  | { readonly kind: 'in-cluster' }
  | {
      readonly kind: 'kubeconfig';
      readonly files: readonly KubeconfigFile[];
      readonly context: string;
      /** The `tokenFile` of the context's user, which the client does not know; it comes before a `token`. */
      readonly tokenFile: string | undefined;
    };

export interface KubeconfigFile {
  /** What the paths in it begin from. */
  readonly folder: string;
  readonly text: string;
}

/** https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Looks where every client looks: `KUBECONFIG` (a list of files), `~/.kube/config`, in-cluster. Throws `ConfigError` where none of them can be used. */
export function findAccess({ KUBECONFIG = '' }: Environment): Access {
  const named = KUBECONFIG.split(delimiter).filter((file) => file !== '');
  const usual = named.length === 0 ? usualFile() : undefined;
  const paths = usual === undefined ? named : [usual];
  if (paths.length > 0) return currentContext(paths);
  if (existsSync(SERVICE_ACCOUNT_TOKEN)) return { kind: 'in-cluster' };
  throw new ConfigError('KUBECONFIG names no cluster, and this is not running in one');
}

/** Undefined where it is not there, or where the user has no home: a pod's is often one that its image does not know. */
function usualFile(): string | undefined {
  try {
    const file = join(homedir(), '.kube', 'config');
    return existsSync(file) ? file : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR') return undefined;
    throw error;
  }
}

function currentContext(paths: readonly string[]): Access {
  try {
    const files = paths.map((path) => ({ folder: dirname(path), text: readFileSync(path, 'utf8') }));
    const contents = files.map(({ text }): unknown => parse(text));
    const context = contents.map((content) => stringAt(content, 'current-context')).findLast(Boolean); // the client's own order
    const cluster = stringAt(entry(contents, 'contexts', context), 'context', 'cluster');
    const server = stringAt(entry(contents, 'clusters', cluster), 'cluster', 'server');
    const user = stringAt(entry(contents, 'contexts', context), 'context', 'user');
    const tokenFile = files.map(({ folder }, index) => tokenFileOf(folder, entry([contents[index]], 'users', user))).find(Boolean);
    if (context && server) return { kind: 'kubeconfig', files, context, tokenFile };
  } catch (error) {
    throw new ConfigError(`KUBECONFIG cannot be used: ${error instanceof Error ? error.message : error}`);
  }
  throw new ConfigError('KUBECONFIG names no cluster, and this is not running in one');
}

function tokenFileOf(folder: string, user: JsonObject | undefined): string | undefined {
  const path = stringAt(user, 'user', 'tokenFile');
  return path && resolve(folder, path);
}

function entry(contents: readonly unknown[], list: 'contexts' | 'clusters' | 'users', name: string | undefined): JsonObject | undefined {
  const entries = contents.flatMap((content) => listAt(content, list) ?? []);
  return entries.map((each) => objectAt(each)).find((each) => each?.name === name);
}
