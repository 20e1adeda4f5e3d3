/** What went wrong with a read, as a fact of the snapshot. */
import { MalformedError } from '../golden-images/json.ts';
import type { FailedRead, FailureReason, Read } from '../golden-images/read.ts';
import { AnswerTooLargeError } from '../http/answer.ts';
import { ApiStatusError } from './api-status-error.ts';

/** A read that failed for a reason of its own, not the server's. */
export class ReadError extends Error {
  override readonly name = 'ReadError';
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Runs a read and turns whatever it throws into a failed read with its reason. */
export async function attempt<T>(resource: string, read: () => Promise<T>): Promise<Read<T>> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    return { ok: false, failure: failureOf(resource, error) };
  }
}

/** What a read threw, as a fact. */
export function failureOf(resource: string, error: unknown): FailedRead {
  const { reason, detail } = classify(error);
  return { resource, reason, detail };
}

function classify(error: unknown): { readonly reason: FailureReason; readonly detail: string } {
  if (error instanceof ReadError) return { reason: error.reason, detail: error.message };
  if (error instanceof MalformedError) return { reason: 'malformed', detail: error.message };
  if (error instanceof ApiStatusError) return { reason: reasonOfStatus(error.status), detail: error.message };
  if (error instanceof AnswerTooLargeError) return { reason: 'server-error', detail: error.message };
  if (error instanceof SyntaxError) return { reason: 'server-error', detail: `the answer is not JSON: ${error.message}` };
  const { name, message, cause, code: ownCode }: Coded = error instanceof Error ? error : new Error(String(error));
  if (name === 'TimeoutError' || name === 'AbortError') return { reason: 'timeout', detail: 'the API server did not answer in time' };
  const { code, message: why } = (cause ?? {}) as Partial<Coded>;
  return { reason: 'unreachable', detail: [message || ownCode, why || code].filter(Boolean).join(': ') };
}

/** Where every address of a name fails, Node says a code and no message. */
interface Coded extends Error {
  readonly code?: string;
}

const REASONS: Readonly<Record<number, FailureReason>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-served',
  408: 'timeout',
  504: 'timeout',
};

function reasonOfStatus(status: number): FailureReason {
  return REASONS[status] ?? 'server-error';
}
