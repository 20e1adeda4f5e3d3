/** The answer to a request of ours: waited for, and read up to a limit. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { unlessAborted } from '../in-time.ts';

export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/**
 * Sends the request. Redirects are not followed: they would carry credentials elsewhere. `signal` is the one that the request
 * was made with: while a proxy does not answer, Node does not hear it. Throws what the connection threw, or the signal's reason.
 */
export function answerTo(asked: ClientRequest, signal?: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // Node ends a connection without an error where the answer is to change the protocol
  const end = () => reject(Object.assign(new Error('the connection ended without an answer'), { code: 'ECONNRESET' }));
  asked.once('response', resolve).on('error', reject).on('close', end).end();
  return signal ? unlessAborted(signal, promise) : promise;
}

/** The whole body. Throws `AnswerTooLargeError` above `maxBytes`, and ends the connection then. */
export async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > maxBytes) throw new AnswerTooLargeError(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
