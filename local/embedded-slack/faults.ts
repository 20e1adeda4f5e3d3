/** What can go wrong with Slack, switched on by tests and by the demo. */

/**
 * `down` answers HTTP 500, `hang` accepts and never answers, `rate-limited` answers 429, an `error` is refused with that code;
 * none of these does anything. `lost-reply` does it and breaks the connection within the answer; `no-reply` does it and never answers.
 */
export type Fault = 'down' | 'hang' | 'rate-limited' | 'lost-reply' | 'no-reply' | { readonly error: string };

/** Which calls a fault hits; by default all of them until it is taken away. */
export interface FaultScope {
  /** Only so many of the next calls. */
  readonly calls?: number;
  /** Only this method, for example `chat.update`. */
  readonly method?: string;
}

/** The one fault that is on, if any. */
export interface Faults {
  set(fault: Fault | undefined, scope?: FaultScope): void;
  /** The fault that hits this call; counts it. */
  take(method: string): Fault | undefined;
}

/** Nothing is wrong yet. */
export function createFaults(): Faults {
  let current: Fault | undefined;
  let only: string | undefined;
  let left = 0;
  return {
    set: (fault, { calls = Number.POSITIVE_INFINITY, method } = {}) => {
      current = fault;
      only = method;
      left = calls;
    },
    take: (method) => {
      if (current === undefined || left <= 0 || (only !== undefined && only !== method)) return undefined;
      left -= 1;
      return current;
    },
  };
}
