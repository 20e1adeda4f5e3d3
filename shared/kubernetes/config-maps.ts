/** ConfigMaps as records: read whole, and changed only by whoever has seen their latest version. */
import { booleanAt, MalformedError, stringAt, stringMapAt } from '../golden-images/json.ts';
import type { ApiConnection, Connect } from './api-connection.ts';
import { ApiStatusError } from './api-status-error.ts';
import { ReadError } from './failure.ts';
import { isFaultOfConnection, keepConnection } from './kept-connection.ts';
import { ofKind } from './kinds.ts';
import type { NamespacedName } from './read-hyperconverged.ts';

export interface ConfigMap {
  readonly data: Readonly<Record<string, string>>;
  readonly resourceVersion: string;
}

/** Each throws what the API server or the connection said, or a `TimeoutError`; what came of a write is not known then. */
export interface ConfigMaps {
  /** Undefined where it is missing. */
  readonly read: (name: NamespacedName) => Promise<ConfigMap | undefined>;
  /** Throws `ChangedMeanwhileError` where it is there already. */
  readonly create: (name: NamespacedName, data: Readonly<Record<string, string>>) => Promise<ConfigMap>;
  /**
   * Sets these entries, or removes those that are undefined, if the map is still of that version. All else in it stays.
   * Throws `ChangedMeanwhileError` where it is not of that version, or not there any more.
   */
  readonly patch: (
    name: NamespacedName,
    entries: Readonly<Record<string, string | undefined>>,
    resourceVersion: string,
  ) => Promise<ConfigMap>;
}

/** Another writer was faster. Rooms that may not import it know it by its name. */
export class ChangedMeanwhileError extends Error {
  override readonly name = 'ChangedMeanwhileError';
}

export interface ConfigMapsOptions {
  readonly connect: Connect;
  /** Of one request, in ms. */
  readonly timeMs?: number;
}

const TIME_MS = 3_000;

export function createConfigMaps({ connect, timeMs = TIME_MS }: ConfigMapsOptions): ConfigMaps {
  const use = keepConnection(connect);
  const ask = (work: (api: ApiConnection, signal: AbortSignal) => Promise<unknown>, signal = AbortSignal.timeout(timeMs)) =>
    use(signal, (api) => work(api, signal));
  return {
    read: async (name) => {
      const signal = AbortSignal.timeout(timeMs);
      const get = () => ask((api) => api.get(pathOf(name), signal), signal);
      const answer = await get()
        .catch((error: unknown) => (isFaultOfConnection(error) && !signal.aborted ? get() : Promise.reject(error)))
        .catch(whenStatus([404], () => undefined));
      return answer === undefined ? undefined : toConfigMap(name, answer);
    },
    create: async (name, data) => {
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: name, data };
      const answer = await ask((api, signal) => api.send('POST', collectionOf(name), body, signal)).catch(
        whenStatus([409], (cause) => changedMeanwhile(name, 'was created', cause)),
      );
      return toConfigMap(name, answer);
    },
    patch: async (name, entries, resourceVersion) => {
      const data = Object.fromEntries(Object.entries(entries).map(([key, text]) => [key, text ?? null]));
      // https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply: with its resourceVersion, a patch of another version is 409
      const body = { metadata: { resourceVersion }, data };
      const answer = await ask((api, signal) => api.send('PATCH', pathOf(name), body, signal)).catch(
        whenStatus([404, 409], (cause) => changedMeanwhile(name, cause.status === 404 ? 'was deleted' : 'was changed', cause)),
      );
      return toConfigMap(name, answer);
    },
  };
}

function whenStatus<T>(statuses: readonly number[], handle: (error: ApiStatusError) => T): (error: unknown) => T {
  return (error) => {
    if (error instanceof ApiStatusError && statuses.includes(error.status)) return handle(error);
    throw error;
  };
}

function changedMeanwhile({ namespace, name }: NamespacedName, what: string, cause: unknown): never {
  throw new ChangedMeanwhileError(`the ConfigMap ${namespace}/${name} ${what} by another writer`, { cause });
}

function collectionOf({ namespace }: NamespacedName): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`;
}

function pathOf(name: NamespacedName): string {
  return `${collectionOf(name)}/${encodeURIComponent(name.name)}`;
}

function toConfigMap({ namespace, name }: NamespacedName, answer: unknown): ConfigMap {
  const object = ofKind('ConfigMap', answer);
  if (booleanAt(object, 'immutable')) {
    throw new ReadError('malformed', `the ConfigMap ${namespace}/${name} is immutable: delete it, or name another one`);
  }
  const resourceVersion = stringAt(object, 'metadata', 'resourceVersion');
  if (resourceVersion === undefined) throw new MalformedError(`the ConfigMap ${namespace}/${name} has no resourceVersion`);
  return { data: stringMapAt(object, 'data'), resourceVersion };
}
