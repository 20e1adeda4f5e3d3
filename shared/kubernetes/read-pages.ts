/** A list of the API server, page by page: of each object only what is in use is kept, so memory hardly grows with the cluster. */
import { isObject, MalformedError, stringAt } from '../golden-images/json.ts';
import type { ApiConnection } from './api-connection.ts';
import { ApiStatusError } from './api-status-error.ts';
import { ReadError } from './failure.ts';
import { itemsOf, type Listed } from './kinds.ts';

/** A list that expires more often than this while it is read is not going to end. */
const MAX_RESTARTS = 3;

export interface PagedList<T> {
  readonly path: string;
  /** Of one object: `Node`. */
  readonly kind: string;
  /** Objects in a page: so few that a page stays at a few MB. */
  readonly limit: number;
  /** What is kept of an object; throws `MalformedError` where it is not one. */
  readonly read: (object: unknown) => T;
}

/** Every object. A list whose continue token has expired is read again from its start: two halves of different times are no list. */
export async function readPages<T>(
  api: Pick<ApiConnection, 'get'>,
  list: PagedList<T>,
  signal: AbortSignal,
): Promise<Listed<readonly T[]>> {
  for (let restarts = 0; restarts <= MAX_RESTARTS; restarts++) {
    const whole = await readOnce(api, list, signal);
    if (whole !== 'expired') return whole;
  }
  throw new ReadError('server-error', `the list expired ${MAX_RESTARTS + 1} times while it was read`);
}

/** What is kept of the object. Throws `MalformedError` where it is not one, with its kind and name: there are thousands of others. */
export function readNamed<T>({ kind, read }: Pick<PagedList<T>, 'kind' | 'read'>, object: unknown): T {
  try {
    return read(object);
  } catch (error) {
    const id = idOf(object);
    if (!(error instanceof MalformedError) || id === undefined) throw error;
    throw new MalformedError(`a ${kind} ${id}: ${error.message}`, { cause: error });
  }
}

/** As far as it says so: its metadata may be what is malformed. */
function idOf(object: unknown): string | undefined {
  const metadata = isObject(object) && isObject(object.metadata) ? object.metadata : {};
  const { namespace, name } = metadata;
  if (typeof name !== 'string' || name === '') return undefined;
  return typeof namespace === 'string' && namespace !== '' ? `${namespace}/${name}` : name;
}

async function readOnce<T>(
  api: Pick<ApiConnection, 'get'>,
  list: PagedList<T>,
  signal: AbortSignal,
): Promise<Listed<readonly T[]> | 'expired'> {
  const kept: T[] = [];
  let version: string | undefined;
  let next: string | undefined;
  do {
    const page = await readPage(api, list, next, signal);
    if (page === 'expired') return 'expired';
    for (const item of itemsOf(`${list.kind}List`, page)) kept.push(readNamed(list, item));
    version = stringAt(page, 'metadata', 'resourceVersion');
    next = stringAt(page, 'metadata', 'continue');
  } while (next);
  return { value: kept, version };
}

async function readPage<T>(
  api: Pick<ApiConnection, 'get'>,
  { path, limit }: PagedList<T>,
  next: string | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const query = new URLSearchParams({ limit: String(limit), ...(next ? { continue: next } : {}) });
  try {
    return await api.get(`${path}?${query}`, signal);
  } catch (error) {
    // https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
    if (next && error instanceof ApiStatusError && error.status === 410) return 'expired';
    throw error;
  }
}
