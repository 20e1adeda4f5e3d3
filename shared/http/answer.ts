/** The answer to a request of ours: waited for, and read up to a limit. */
import type { ClientRequest, IncomingMessage } from 'node:http';

export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/** Sends the request. Redirects are not followed: they would carry credentials elsewhere. Throws what the connection threw. */
export function answerTo(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // Node ends a connection without an error where the answer is to change the protocol
    const end = () => reject(Object.assign(new Error('the connection ended without an answer'), { code: 'ECONNRESET' }));
    asked.once('response', resolve).on('error', reject).on('close', end).end();
  });
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
