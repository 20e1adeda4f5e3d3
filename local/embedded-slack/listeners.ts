/** Who wants to know that something changed. */

export interface Listeners {
  /** Returns how to be left alone again. */
  add(listener: () => void): () => void;
  call(): void;
}

/** Nobody listens yet. */
export function createListeners(): Listeners {
  const listeners = new Set<() => void>();
  return {
    add: (listener) => {
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    call: () => {
      for (const listener of [...listeners]) listener();
    },
  };
}
