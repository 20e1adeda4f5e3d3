/** One attempt of a sender, and what it can see of what became of it. */
import { reason } from '../servers/wait.ts';

export interface Outgoing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer's status and body, or why there was none. */
export type Answered =
  | { readonly status: number; readonly body: string; readonly error?: undefined }
  | { readonly status?: undefined; readonly error: string };

/** Sends once; no answer within so many ms is an error. */
export type Attempt = (outgoing: Outgoing, withinMs: number) => Promise<Answered>;

export function isSuccess(answered: Answered): answered is Extract<Answered, { readonly status: number }> {
  return answered.status !== undefined && answered.status >= 200 && answered.status < 300;
}

export const attempt: Attempt = async ({ url, headers, body }, withinMs) => {
  try {
    // Not kept alive: the process that would answer next may be another one.
    const options = { method: 'POST', headers: { ...headers, connection: 'close' }, body, redirect: 'manual' } as const;
    const response = await fetch(url, { ...options, signal: AbortSignal.timeout(withinMs) });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    return { error: reason(error) };
  }
};
