/** Rule 9 for clicks: however many there are, looks start at most every 5 s. */
import { batched } from '../../shared/batch.ts';
import type { Asked } from '../../shared/look-again/signal.ts';

export interface ClickLooksDependencies {
  /** One look, for all who asked. */
  readonly look: (asked: readonly Asked[]) => Promise<unknown>;
  readonly now: () => Date;
  /** Resolves after so many ms. */
  readonly pause: (ms: number) => Promise<unknown>;
}

const EVERY_MS = 5_000;

/** Resolves, or rejects, with a look that began after the click. */
export function createClickLooks({ look, now, pause }: ClickLooksDependencies): (asked: Asked) => Promise<unknown> {
  let lastStart = Number.NEGATIVE_INFINITY;
  const nextTurn = async () => {
    const wait = lastStart + EVERY_MS - now().getTime();
    if (wait > 0) await pause(Math.min(wait, EVERY_MS)); // a clock that is set back makes no wait longer
  };
  return batched(async (asked: readonly Asked[]) => {
    lastStart = now().getTime();
    return look(asked);
  }, nextTurn);
}
