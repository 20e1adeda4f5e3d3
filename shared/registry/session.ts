/** One image's registry for the time of one reading: found on https, or on http where the CR says so, and entered when it asks. */
import { authorize, type Credentials } from './authorize.ts';
import { readChallenge } from './challenge.ts';
import type { ImageReference } from './reference.ts';
import type { Answer, Transport } from './transport.ts';
import { NoConnectionError, UnreadableError } from './unreadable.ts';

export interface SessionOptions {
  readonly image: ImageReference;
  readonly transport: Transport;
  readonly isInsecure: (url: URL) => boolean;
  /** Asked for only when the registry wants them. */
  readonly credentials: () => Promise<Credentials | undefined>;
}

export interface Session {
  /** What is at that path of the image's repository. Throws `UnreadableError`. */
  readonly get: (path: string, accept: string) => Promise<Buffer>;
}

const WHO = 'the registry';

export function createSession({ image, transport, isInsecure, credentials }: SessionOptions): Session {
  const secure = new URL(`https://${image.host}`);
  let bases = isInsecure(secure) ? [secure, new URL(`http://${image.host}`)] : [secure];
  let authorization: string | undefined;

  const askAt = async (base: URL, path: string, accept: string): Promise<Answer> => {
    const answer = await transport.ask({ who: WHO, url: new URL(`/v2/${image.repository}/${path}`, base), accept, authorization });
    bases = [base];
    return answer;
  };
  const ask = async (path: string, accept: string): Promise<Answer> => {
    const [first = secure, fallback] = bases;
    if (fallback === undefined) return askAt(first, path, accept);
    try {
      return await askAt(first, path, accept);
    } catch (error) {
      if (error instanceof NoConnectionError) return askAt(fallback, path, accept);
      throw error;
    }
  };
  const enter = async (answer: Answer): Promise<void> => {
    const [registry = secure] = bases;
    if (answer.url.origin !== registry.origin) throw new UnreadableError(`where ${WHO} sends us wants credentials, and gets none`);
    const challenge = readChallenge(answer.headers['www-authenticate']);
    const entrance = { registry, repository: image.repository, credentials: await credentials(), ask: transport.ask, isInsecure };
    authorization = await authorize(challenge, entrance);
  };
  return {
    get: async (path, accept) => {
      const answer = await ask(path, accept);
      if (answer.status !== 401) return contentOf(answer);
      await enter(answer);
      return contentOf(await ask(path, accept));
    },
  };
}

const REFUSALS: Readonly<Record<number, string>> = {
  401: 'does not let us in',
  403: 'does not let us in',
  404: 'does not have this image',
  429: 'has had too many requests',
};

function contentOf({ status, body }: Answer): Buffer {
  if (status === 200) return body;
  throw new UnreadableError(`${WHO} ${REFUSALS[status] ?? 'does not answer as it should'} (${status})`);
}
