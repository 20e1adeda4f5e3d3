/** The keys that a cluster's tokens are signed with, kept for a while. */
import type { JSONWebKeySet } from 'jose';
import { NotKnownYetError } from '../http/route.ts';

/** RFC 7517, section 5. */
export type KeySet = JSONWebKeySet;

export interface Issuer {
  /** As tokens name it: `iss`. */
  readonly name: string;
  readonly keySet: KeySet;
}

/** What was read at one time. */
export interface KeptIssuer<Keys> {
  readonly name: string;
  readonly keys: Keys;
  /** When it was asked for, in ms. */
  readonly readAt: number;
}

export interface IssuerKeys<Keys> {
  /** Throws where they cannot be read, or cannot be used. */
  readonly current: () => Promise<KeptIssuer<Keys>>;
  /** What is published by now. Throws as `current`, and a `NotKnownYetError` where those were read a moment ago: nobody asks again yet. */
  readonly newerThan: (known: KeptIssuer<Keys>) => Promise<KeptIssuer<Keys>>;
}

export interface IssuerKeysOptions<Keys> {
  readonly read: () => Promise<Issuer>;
  /** Of a key set what finds a key in it. */
  readonly parse: (keySet: KeySet) => Promise<Keys>;
  readonly now: () => Date;
}

/** A key that was withdrawn is trusted no longer than this. */
const MAX_AGE_MS = 10 * 60_000;
/** Anybody can name a key that does not exist; the API server is not asked for each. */
const MIN_AGE_MS = 10_000;
/** Nor for each token while it does not answer. */
const RETRY_MS = 1_000;

const TOO_SOON = 'the token names a key, or an issuer, that the cluster did not have a moment ago';

interface Reading<Keys> {
  readonly issuer: Promise<KeptIssuer<Keys>>;
  readonly startedAt: number;
  isDone: boolean;
}

/** Keys that were read stay good for their time, also where reading them again fails. */
export function createIssuerKeys<Keys>({ read, parse, now }: IssuerKeysOptions<Keys>): IssuerKeys<Keys> {
  let kept: KeptIssuer<Keys> | undefined;
  let reading: Reading<Keys> | undefined;
  const tooSoon = new WeakMap<KeptIssuer<Keys>, NotKnownYetError>();
  const isPast = (time: number, ms: number) => now().getTime() - time >= ms;
  const start = (startedAt: number): Reading<Keys> => {
    const issuer = read().then(async ({ name, keySet }) => {
      kept = { name, keys: await parse(keySet), readAt: startedAt };
      return kept;
    });
    const started = { issuer, startedAt, isDone: false };
    const end = () => {
      started.isDone = true;
    };
    issuer.then(end, end);
    return started;
  };
  const readAgain = (): Promise<KeptIssuer<Keys>> => {
    if (!reading || (reading.isDone && isPast(reading.startedAt, RETRY_MS))) reading = start(now().getTime());
    return reading.issuer;
  };
  return {
    current: async () => (kept && !isPast(kept.readAt, MAX_AGE_MS) ? kept : readAgain()),
    newerThan: async (known) => {
      if (!isPast(known.readAt, MIN_AGE_MS)) {
        const error = tooSoon.get(known) ?? new NotKnownYetError(TOO_SOON);
        tooSoon.set(known, error);
        throw error;
      }
      return readAgain();
    },
  };
}
