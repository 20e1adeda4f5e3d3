/** One run at a time: what comes in meanwhile waits, and is handled together by the next run. */

/**
 * Returns a function that adds an item to the next run and resolves, or rejects, with that run. A run begins when `ready`, if it is
 * given, says so; until then items are added to it.
 */
export function batched<Item, Result>(
  run: (items: readonly Item[]) => Promise<Result>,
  ready?: () => Promise<void>,
): (item: Item) => Promise<Result> {
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
      next = (ready ? last.then(ready) : last).then(start);
      last = next.catch(() => undefined); // the callers hear of a failure; the next run starts all the same
    }
    return next;
  };
}
