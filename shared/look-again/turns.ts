/** One at a time: what comes second begins when the first has ended, however that ended. */

export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined); // whoever asked for it hears of it
    return next;
  };
}
