/** The ways in which the embedded API server can fail, and what each does to a request. */
import type { HttpAnswer } from '../../shared/http/route.ts';
import { forbidden, noSuchPath, type Subject, unavailable } from './answers.ts';
import { GROUP, MACHINE_GROUPS } from './served-groups.ts';

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
  | 'no-such-kind'
  /** KubeVirt's and CDI's groups are not served. */
  | 'no-virtual-machines'
  /** No rights on KubeVirt's and CDI's kinds, and on all else as ever. */
  | 'forbidden-virtual-machines';

/** What a request wants, for the outages that tell requests apart. */
export interface Wanted {
  /** Missing where the request is about discovery. */
  readonly access?: { readonly subject: Subject; readonly verb: string; readonly scope: string };
  /** The API group that its path is about; undefined for Kubernetes' own. */
  readonly group: string | undefined;
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
    answerInstead: async ({ access, group = '' }) => {
      if (outage === 'refused-503') return unavailable();
      const isRefused = outage === 'forbidden' || (outage === 'forbidden-virtual-machines' && MACHINE_GROUPS.includes(group));
      if (isRefused && access) return forbidden(access.subject, access.verb, access.scope);
      if (isGone(group, outage)) return noSuchPath();
      if (outage !== 'hang') return undefined;
      await changed.promise;
      return unavailable();
    },
  };
}

/** Whether the outage takes an API group away. */
export function isGone(group: string, outage: Outage | undefined): boolean {
  return (outage === 'no-such-kind' && group === GROUP) || (outage === 'no-virtual-machines' && MACHINE_GROUPS.includes(group));
}
