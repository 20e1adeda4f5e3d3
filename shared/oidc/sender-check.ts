/** Who sends an event, by the token that Knative gives it: a service account's, made for our audience. */
import { bearerToken } from '../auth.ts';
import { ForbiddenError, type Route, UnauthorizedError } from '../http/route.ts';
import { plainStart } from '../plain.ts';
import { createIssuerKeys, type Issuer, type KeptIssuer, type KeySet } from './issuer-keys.ts';

export interface SenderCheckOptions {
  /** For whom tokens must be made. */
  readonly audience: string;
  /** Of whom they must be: `system:serviceaccount:NAMESPACE:NAME`. Undefined lets in every account of the cluster that has a token for us. */
  readonly subjects: readonly string[] | undefined;
  /** The cluster's issuer and its keys as they are now. */
  readonly readIssuer: () => Promise<Issuer>;
  readonly now: () => Date;
}

type Sdk = typeof import('./sdk.ts');
type Keys = ReturnType<Sdk['createLocalJWKSet']>;

/** With what Kubernetes signs: a shared secret or no signature at all is not among them. */
const ALGORITHMS = ['RS256', 'ES256', 'ES384', 'ES512'];
/** By which clocks of a cluster may differ. */
const LEEWAY_S = 30;
/** A service account's name with its namespace is not longer. */
const MAX_SUBJECT = 340;

/**
 * Lets in senders whose token the cluster signed for this audience. Throws `UnauthorizedError` where there is no such token, `ForbiddenError`
 * where it is of somebody else, and what reading the keys threw where they cannot be had: then nobody knows, and the sender is to come again.
 * https://knative.dev/docs/eventing/features/sender-identity/
 */
export function createSenderCheck({ audience, subjects, readIssuer, now }: SenderCheckOptions): NonNullable<Route['authenticate']> {
  const parse = async (keySet: KeySet) => (await import('./sdk.ts')).createLocalJWKSet(keySet);
  const issuers = createIssuerKeys<Keys>({ read: readIssuer, parse, now });
  return async (headers) => {
    const token = bearerToken(headers);
    const arrivedAt = now().getTime();
    const sdk = await import('./sdk.ts');
    const verify = (issuer: KeptIssuer<Keys>) => subjectOf(sdk, token, { issuer, audience, now: now() });
    refuseOtherTexts(sdk, token);
    const known = await issuers.current();
    const subject = await verify(known)
      .catch(async (error: unknown) => {
        if (isNewsOfIssuer(error) && known.readAt < arrivedAt) return verify(await issuers.newerThan(known));
        throw error;
      })
      .catch(refused(sdk));
    if (subjects && !subjects.includes(subject)) {
      throw new ForbiddenError(`the token is of ${plainStart(subject, MAX_SUBJECT)}, who may not send here`);
    }
  };
}

/** What is no token at all is not worth a question to the API server. */
function refuseOtherTexts({ decodeProtectedHeader }: Sdk, token: string): void {
  try {
    decodeProtectedHeader(token);
  } catch {
    throw new UnauthorizedError(SENTENCES.ERR_JWT_INVALID);
  }
}

interface Expected {
  readonly issuer: KeptIssuer<Keys>;
  readonly audience: string;
  readonly now: Date;
}

async function subjectOf(sdk: Sdk, token: string, expected: Expected): Promise<string> {
  const { keys } = expected.issuer;
  const { sub } = await claimsOf(sdk, token, keys, expected).catch((error: unknown) => {
    if (error instanceof sdk.errors.JWKSMultipleMatchingKeys) return claimsByOneOf(error, sdk, token, expected);
    throw error;
  });
  if (typeof sub === 'string') return sub;
  throw new UnauthorizedError('the token says whose it is, but not as text');
}

type OneKey = Awaited<ReturnType<Keys>>;

async function claimsOf({ jwtVerify }: Sdk, token: string, key: Keys | OneKey, { issuer, audience, now }: Expected): Promise<Claims> {
  const options = {
    issuer: issuer.name,
    audience,
    algorithms: ALGORITHMS,
    clockTolerance: LEEWAY_S,
    currentDate: now,
    requiredClaims: ['sub', 'exp'],
  };
  const { payload } = typeof key === 'function' ? await jwtVerify(token, key, options) : await jwtVerify(token, key, options);
  return payload;
}

/** As jose reads them: what they are is not checked. */
interface Claims {
  readonly sub?: unknown;
}

/** Several keys are published by one name, or the same one twice: the token is good if one of them signed it. */
async function claimsByOneOf(several: AsyncIterable<OneKey> & Error, sdk: Sdk, token: string, expected: Expected): Promise<Claims> {
  let failure: Error = several;
  for await (const key of several) {
    try {
      return await claimsOf(sdk, token, key, expected);
    } catch (error) {
      if (!(error instanceof sdk.errors.JWSSignatureVerificationFailed)) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** The key or the issuer may be new: both are told apart only after what is published was read again. */
function isNewsOfIssuer(error: unknown): boolean {
  const { code, claim } = error as { code?: string; claim?: string };
  return code === 'ERR_JWKS_NO_MATCHING_KEY' || (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' && claim === 'iss');
}

/** By jose's codes: what is wrong with a token. All else is wrong with the keys. */
const SENTENCES: Readonly<Record<string, string>> & { readonly ERR_JWT_INVALID: string } = {
  ERR_JWT_INVALID: 'the bearer token is not a JSON Web Token',
  ERR_JWS_INVALID: 'the bearer token is not a JSON Web Token',
  ERR_JOSE_NOT_SUPPORTED: 'the token asks for something that is not supported',
  ERR_JOSE_ALG_NOT_ALLOWED: 'the token is not signed as this cluster signs',
  ERR_JWKS_NO_MATCHING_KEY: 'the token is signed with a key that this cluster does not have',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'the token has a wrong signature',
  ERR_JWT_EXPIRED: 'the token has expired',
};
const CLAIMS: Readonly<Record<string, string>> = {
  iss: 'the token is of another issuer',
  aud: 'the token is for another audience',
  nbf: 'the token is not valid yet',
};

/** A sentence of our own: the library's may quote the token. */
function refused({ errors }: Sdk): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof errors.JOSEError)) throw error;
    const claim = error instanceof errors.JWTClaimValidationFailed ? (CLAIMS[error.claim] ?? 'the token lacks a claim') : undefined;
    const sentence = claim ?? SENTENCES[error.code];
    throw sentence === undefined ? error : new UnauthorizedError(sentence);
  };
}
