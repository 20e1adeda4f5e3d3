/** A cluster that signs tokens of its service accounts, with keys that can be rotated. */
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { Issuer } from '../../shared/oidc/issuer-keys.ts';

export const ISSUER = 'https://kubernetes.default.svc';
export const AUDIENCE = 'archwatch-node-events';
export const SUBJECT = 'system:serviceaccount:archwatch:changes-oidc-eventing.knative.dev-trigger';

export interface TestIssuer {
  /** What the API server publishes now. */
  published(): Issuer;
  /** A token of this issuer, good for an hour from `now`, but for what is said otherwise; an undefined claim is left out. */
  token(now: Date, claims?: Readonly<Record<string, unknown>>, header?: { readonly kid?: string; readonly alg?: string }): Promise<string>;
  /** Another key signs from now on; it is published with the next `publish`. */
  rotate(): Promise<void>;
  publish(): void;
}

export async function createTestIssuer(alg: 'RS256' | 'ES256' = 'ES256', name = ISSUER): Promise<TestIssuer> {
  let generation = 0;
  const newKey = async () => {
    generation += 1;
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const kid = `key-${generation}`;
    return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
  };
  let signing = await newKey();
  let keys = [signing.jwk];
  return {
    published: () => ({ name, keySet: { keys } }),
    token: (now, claims = {}, header = {}) => {
      const seconds = Math.floor(now.getTime() / 1_000);
      const usual = { iss: name, aud: [AUDIENCE], sub: SUBJECT, iat: seconds, nbf: seconds, exp: seconds + 3_600 };
      const payload = Object.fromEntries(Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined)) as JWTPayload;
      return new SignJWT(payload).setProtectedHeader({ alg, kid: signing.kid, ...header }).sign(signing.privateKey);
    },
    rotate: async () => {
      signing = await newKey();
    },
    publish: () => {
      keys = [...keys, signing.jwk];
    },
  };
}
