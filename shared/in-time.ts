/** An answer within its time. */

/** Gives up waiting, not the work: what it does is recorded, and whoever sends again finds it done. Throws after `ms`. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error(`not done within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
