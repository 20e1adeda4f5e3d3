/** The ways in which the embedded API server can fail, and what each does to a request. */
import type { HttpAnswer } from '../../shared/http.ts';
import { forbidden, noSuchPath, type Subject, unavailable } from './answers.ts';

export type Outage =
  /** Answers nothing but 503. */
  | 'refused-503'
  /** Takes requests and does not answer until the outage changes. */
  | 'hang'
  /** No rights on any resource; discovery is open to everyone, as in a real cluster. */
  | 'forbidden'
  /** The first page of the nodes comes, at most half of them; the second fails. */
  | 'half-a-list'
  /** HyperConverged's group is not served. */
  | 'no-such-kind';

/** What a request wants, for the outages that tell requests apart. */
export interface Wanted {
  /** Missing where the request is about discovery. */
  readonly access?: { readonly subject: Subject; readonly verb: string; readonly scope: string };
  readonly isHyperConvergeds: boolean;
}

export interface OutageSwitch {
  get(): Outage | undefined;
  set(outage: Outage | undefined): void;
  /** The answer that the outage gives instead of the real one; undefined lets the request through. */
  answerInstead(wanted: Wanted): Promise<HttpAnswer | undefined>;
}

/** No outage at first. */
export function createOutageSwitch(): OutageSwitch {
  let outage: Outage | undefined;
  let changed = Promise.withResolvers<void>();
  return {
    get: () => outage,
    set: (next) => {
      outage = next;
      changed.resolve();
      changed = Promise.withResolvers<void>();
    },
    answerInstead: async ({ access, isHyperConvergeds }) => {
      if (outage === 'refused-503') return unavailable();
      if (outage === 'forbidden' && access) return forbidden(access.subject, access.verb, access.scope);
      if (outage === 'no-such-kind' && isHyperConvergeds) return noSuchPath();
      if (outage !== 'hang') return undefined;
      await changed.promise;
      return unavailable();
    },
  };
}
