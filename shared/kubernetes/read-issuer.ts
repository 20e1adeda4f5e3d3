/** Who issues the tokens of this cluster's service accounts, and the keys that they are signed with. */
import { listAt, MalformedError, stringAt } from '../golden-images/json.ts';
import type { Issuer, KeySet } from '../oidc/issuer-keys.ts';
import type { Connect } from './api-connection.ts';
import { keepConnection } from './kept-connection.ts';

/** https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery */
const DISCOVERY = '/.well-known/openid-configuration';
/**
 * The API server has its keys at this path, whatever address `jwks_uri` says: that is for those who come from outside, and may be a host of
 * somebody else, which must not get our token.
 */
const KEYS = '/openid/v1/jwks';
const TIME_MS = 3_000;

/** Reads both for each call; three seconds together. Throws where the API server did not answer, or not with these. */
export function createIssuerReader(connect: Connect): () => Promise<Issuer> {
  const use = keepConnection(connect);
  return async () => {
    const signal = AbortSignal.timeout(TIME_MS);
    try {
      return await use(signal, async (api) => {
        const [discovery, keySet] = await Promise.all([api.get(DISCOVERY, signal), api.get(KEYS, signal)]);
        return toIssuer(stringAt(discovery, 'issuer'), keySet);
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot read who issues the tokens of this cluster: ${why}`, { cause: error });
    }
  };
}

function toIssuer(name: string | undefined, keySet: unknown): Issuer {
  if (name === undefined) throw new MalformedError(`${DISCOVERY} names no issuer`);
  if (!isKeySet(keySet)) throw new MalformedError(`${KEYS} has no keys`);
  return { name, keySet };
}

function isKeySet(answer: unknown): answer is KeySet {
  const keys = listAt(answer, 'keys') ?? [];
  return keys.length > 0 && keys.every((key) => stringAt(key, 'kty') !== undefined);
}
