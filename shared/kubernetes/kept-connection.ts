/** One connection for many requests: opened when it is needed, and again when it is old or has failed. */
import { unlessAborted } from '../in-time.ts';
import type { ApiConnection, Connect } from './api-connection.ts';
import { ApiStatusError } from './api-status-error.ts';

/** Credentials are read when a connection is opened, and they rotate. */
const MAX_AGE_MS = 60_000;

/** Does some work with the connection. Throws what opening it or the work threw, or the signal's reason. */
export type UseConnection = <T>(signal: AbortSignal, work: (api: ApiConnection) => Promise<T>) => Promise<T>;

interface Kept {
  readonly opening: Promise<ApiConnection>;
  readonly openedAt: number;
  users: number;
}

/** Opens nothing yet. `now` is in ms. */
export function keepConnection(connect: Connect, now: () => number = Date.now): UseConnection {
  let latest: Kept | undefined;
  /** Closed once nobody uses it: closing ends the requests of others too. */
  const closeWhenUnused = (kept: Kept) => {
    if (kept !== latest && kept.users === 0) kept.opening.then((api) => api.close()).catch(() => undefined); // nobody waits for it any more
  };
  const retire = (kept: Kept) => {
    if (kept === latest) latest = undefined;
    closeWhenUnused(kept);
  };
  const take = (): Kept => {
    if (latest && now() - latest.openedAt >= MAX_AGE_MS) retire(latest);
    latest ??= { opening: connect(), openedAt: now(), users: 0 };
    return latest;
  };
  return async (signal, work) => {
    const kept = take();
    kept.users += 1;
    try {
      return await work(await unlessAborted(signal, kept.opening)); // a plugin or an identity provider may hang
    } catch (error) {
      if (isFaultOfConnection(error)) retire(kept);
      throw error;
    } finally {
      kept.users -= 1;
      closeWhenUnused(kept);
    }
  };
}

/** Whether another connection may do better: the credentials are not taken any more, or there was no answer. */
export function isFaultOfConnection(error: unknown): boolean {
  if (error instanceof ApiStatusError) return error.status === 401;
  return !(error instanceof SyntaxError);
}
