/** Why an image could not be read, in words of our own: nothing that a server said gets in, so no secret and no forged line does. */

import { MalformedError } from '../golden-images/json.ts';
import { AnswerTooLargeError } from '../http/answer.ts';

/** The message is for the chat: a clause after "unknown:". It names no host, no Secret and no ConfigMap of the CR. */
export class UnreadableError extends Error {
  override readonly name: string = 'UnreadableError';
}

/** There was no answer at all. */
export class NoConnectionError extends UnreadableError {
  override readonly name = 'NoConnectionError';
}

/** What the request to `who` threw, as an `UnreadableError`. Node's own messages hold addresses, so only codes are taken from it. */
export function unreadable(error: unknown, who: string): UnreadableError {
  if (error instanceof UnreadableError) return error;
  if (error instanceof MalformedError) return new UnreadableError(`what ${who} answers is malformed: ${error.message}`);
  if (error instanceof AnswerTooLargeError) return new UnreadableError(`what ${who} answers is too large`);
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code !== 'string') return new UnreadableError(`${who} could not be asked (${String(name)})`, { cause: error });
  return new NoConnectionError(
    `${who} ${WORDS[code] ?? (isOfCertificate(code) ? 'has a certificate that is not trusted' : OTHER)} (${code})`,
  );
}

const OTHER = 'could not be asked';
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'has a name that nobody knows',
  EAI_AGAIN: 'has a name that could not be looked up',
  ECONNREFUSED: 'refuses connections',
  ECONNRESET: 'ended the connection',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'cannot be reached',
  EPROTO: 'does not speak TLS',
};

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function isOfCertificate(code: string): boolean {
  return /CERT|^UNABLE_TO_|^ERR_TLS_|^HOSTNAME_MISMATCH$|^INVALID_(CA|PURPOSE)$/.test(code);
}
