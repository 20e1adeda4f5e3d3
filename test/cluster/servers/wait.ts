/** Waiting for a fact instead of for an amount of time. */
import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 50;

export interface WaitOptions {
  /** Milliseconds; 30 seconds unless given. */
  readonly within?: number;
  /** Ends the wait early, with its reason. */
  readonly signal?: AbortSignal;
}

/** Asks again and again until the probe no longer throws, and gives what it found; the last reason is in the error. */
export async function waitUntil<T>(what: string, probe: () => T | Promise<T>, { within = 30_000, signal }: WaitOptions = {}): Promise<T> {
  const deadline = AbortSignal.timeout(within);
  for (;;) {
    try {
      return await beforeDeadline(probe, deadline);
    } catch (error) {
      signal?.throwIfAborted();
      if (deadline.aborted) throw new Error(`waited ${within / 1_000} s and still not: ${what} (${reason(error)})`, { cause: error });
    }
    await pause(EVERY_MS);
  }
}

/** A GET that must be answered 2xx, soon. */
export async function answersOk(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${text}`);
}

/** An error's own words, with those of its cause: `fetch failed` alone tells nobody anything. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reason(error.cause)}`;
}

function beforeDeadline<T>(probe: () => T | Promise<T>, deadline: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const late = () => reject(new Error('the last attempt got no answer'));
  deadline.addEventListener('abort', late, { once: true });
  (async () => probe())()
    .then(resolve, reject)
    .finally(() => deadline.removeEventListener('abort', late));
  return promise;
}
