/** Time that passes as fast as nothing else happens: hours in a moment, and in the same order every time. */

export interface VirtualTime {
  readonly now: () => Date;
  readonly pause: (ms: number) => Promise<void>;
  /** Lets time pass until the work is done; fails where nothing that could end it is left to happen. */
  readonly pass: <T>(work: Promise<T>) => Promise<T>;
}

export function createVirtualTime(start: number = Date.UTC(2026, 10, 22, 17)): VirtualTime {
  let time = start;
  const sleeping: { readonly until: number; readonly wake: () => void }[] = [];
  const pause = (ms: number) =>
    new Promise<void>((wake) => {
      sleeping.push({ until: time + ms, wake });
      sleeping.sort((a, b) => a.until - b.until); // stable: who went to sleep first wakes first
    });
  const pass = async <T>(work: Promise<T>): Promise<T> => {
    let isDone = false;
    const ended = work.finally(() => {
      isDone = true;
    });
    ended.catch(() => undefined); // the caller hears of it below
    for (;;) {
      await new Promise(setImmediate); // everything that needs no time has happened
      if (isDone) return ended;
      const next = sleeping.shift();
      if (next === undefined) throw new Error('nothing is left that could happen');
      time = next.until;
      next.wake();
    }
  };
  return { now: () => new Date(time), pause, pass };
}
