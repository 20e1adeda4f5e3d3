/** Who called too often. */
import { type Burst, RATES, type Window } from './limits.ts';

/** Lets a call through, or says after how many seconds to come again. Calls that it turned away do not count. */
export type RateLimit = (method: string) => number | undefined;

/** Counts calls by method, as far as `RATES` limits them. */
export function createRateLimit(now: () => Date): RateLimit {
  const limits = new Map(Object.entries(RATES).map(([method, rate]) => [method, 'burst' in rate ? limitBursts(rate) : limitWindow(rate)]));
  return (method) => limits.get(method)?.(now().getTime() / 1_000);
}

type Limit = (time: number) => number | undefined;

/** Each call fills one slot for as long as the average says; a burst may fill them all. */
function limitBursts({ burst, seconds }: Burst): Limit {
  let busyUntil = 0;
  return (time) => {
    const next = Math.max(busyUntil, time) + seconds;
    const tooEarly = next - time - burst * seconds;
    if (tooEarly > 0) return Math.ceil(tooEarly);
    busyUntil = next;
    return undefined;
  };
}

/** So many calls in any stretch of time. */
function limitWindow({ calls, seconds }: Window): Limit {
  let taken: readonly number[] = [];
  return (time) => {
    const recent = taken.filter((at) => at > time - seconds);
    const oldest = recent.at(-calls);
    if (oldest !== undefined) return Math.ceil(oldest + seconds - time);
    taken = [...recent, time];
    return undefined;
  };
}
