/** Server-sent events that say only that something changed; the page then asks what. */

/** Proxies and browsers close what is silent for long. */
const KEEP_ALIVE_MS = 15_000;

const CHANGED = 'event: changed\ndata:\n\n';
const STILL_HERE = ':\n\n';

/** One event at once and one after each change. Many changes between two reads are one event. */
export function createEvents(subscribe: (listener: () => void) => () => void): AsyncIterable<string> {
  return { [Symbol.asyncIterator]: () => iterate(subscribe) };
}

/** Written by hand: a generator that waits cannot be told that its reader has left. */
function iterate(subscribe: (listener: () => void) => () => void): AsyncIterator<string> {
  let pending: string | undefined = `retry: 1000\n\n${CHANGED}`;
  let hand: ((result: IteratorResult<string>) => void) | undefined;
  const send = (event: string) => {
    if (hand === undefined) pending = CHANGED;
    else hand({ value: event, done: false });
    hand = undefined;
  };
  const leave = subscribe(() => send(CHANGED));
  const timer = setInterval(() => hand && send(STILL_HERE), KEEP_ALIVE_MS).unref();
  return {
    next: () => {
      const value = pending;
      pending = undefined;
      if (value !== undefined) return Promise.resolve({ value, done: false });
      return new Promise((resolve) => {
        hand = resolve;
      });
    },
    return: () => {
      leave();
      clearInterval(timer);
      hand?.({ value: undefined, done: true });
      return Promise.resolve({ value: undefined, done: true });
    },
  };
}
