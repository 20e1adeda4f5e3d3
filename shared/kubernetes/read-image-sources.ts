/** What reading images needs of the cluster: credentials, certificates and image streams that the CR's templates name. */
import { MalformedError, stringMapAt } from '../golden-images/json.ts';
import type { Read } from '../golden-images/read.ts';
import type { RegistryAccess } from '../registry/read-source.ts';
import type { ApiConnection } from './api-connection.ts';
import { ApiStatusError } from './api-status-error.ts';
import { attempt } from './failure.ts';
import { ofKind } from './kinds.ts';

const STREAMS = '/apis/image.openshift.io/v1';

/** Each reads one object when it is called. What is not there is undefined; nothing throws. */
export function createRegistryAccess(api: Pick<ApiConnection, 'get'>, signal: AbortSignal): RegistryAccess {
  return {
    credentials: (namespace, name) =>
      readIfThere('secrets', `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`, (answer) =>
        toCredentials(stringMapAt(ofKind('Secret', answer), 'data')),
      ),
    certificates: (namespace, name) =>
      readIfThere('configmaps', `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`, (answer) =>
        Object.values(stringMapAt(ofKind('ConfigMap', answer), 'data')),
      ),
    imageStreamTag: (namespace, tag) =>
      readIfThere(
        'imagestreamtags.image.openshift.io',
        `${STREAMS}/namespaces/${encodeURIComponent(namespace)}/imagestreamtags/${encodeURIComponent(tag)}`,
        (answer) => ofKind('ImageStreamTag', answer),
      ),
  };

  function readIfThere<T>(resource: string, path: string, parse: (answer: unknown) => T): Promise<Read<T | undefined>> {
    return attempt(resource, async () => {
      try {
        return parse(await api.get(path, signal));
      } catch (error) {
        if (error instanceof ApiStatusError && error.status === 404) return undefined;
        throw error;
      }
    });
  }
}

/** The keys that CDI reads. https://github.com/kubevirt/containerized-data-importer/blob/main/doc/datavolumes.md */
function toCredentials(data: Readonly<Record<string, string>>) {
  const { accessKeyId, secretKey } = data;
  if (accessKeyId === undefined || secretKey === undefined) throw new MalformedError('the Secret has no accessKeyId and secretKey');
  return { username: decode(accessKeyId), password: decode(secretKey) };
}

function decode(value: string): string {
  return Buffer.from(value, 'base64').toString('utf8');
}
