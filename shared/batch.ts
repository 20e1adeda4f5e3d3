/** One run at a time: what comes in meanwhile waits, and is handled together by the next run. */

/** Returns a function that adds an item to the next run and resolves, or rejects, with that run. */
export function batched<Item, Result>(run: (items: readonly Item[]) => Promise<Result>): (item: Item) => Promise<Result> {
  let waiting: Item[] = [];
  let next: Promise<Result> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const start = (): Promise<Result> => {
    const items = waiting;
    waiting = [];
    next = undefined;
    return run(items);
  };

  return (item) => {
    waiting.push(item);
    if (next === undefined) {
      next = last.then(start);
      last = next.catch(() => undefined); // the callers hear of a failure; the next run starts all the same
    }
    return next;
  };
}
