/** Writers that race for one object: those of other processes are given way to. */
import { setTimeout as pause } from 'node:timers/promises';

const MAX_PAUSE_MS = 100;

/** Tries again, after a random while, for as long as others change the map in between. */
export async function whileOthersWrite<T>(attempt: () => Promise<T>, retryMs: number, where: string): Promise<T> {
  const giveUpAt = performance.now() + retryMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isChangedMeanwhile(error)) throw error;
      if (performance.now() > giveUpAt) throw new Error(`the ConfigMap ${where} kept changing for ${retryMs} ms`, { cause: error });
    }
    await pause(Math.random() * MAX_PAUSE_MS);
  }
}

/** `ChangedMeanwhileError` of the room that knows ConfigMaps. */
function isChangedMeanwhile(error: unknown): boolean {
  return error instanceof Error && error.name === 'ChangedMeanwhileError';
}
