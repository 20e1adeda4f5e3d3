/** A mismatch that comes and goes, and its alert with it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { StepParts } from './parts.ts';
import { applyRemedy } from './remedies.ts';

const TIMES = 3;

/** Ends with the mismatch there and the alert firing. Rejects as the alert and the API server do. */
export async function flap({ alert, cluster, kubernetesUrl, flapPauseMs }: StepParts): Promise<void> {
  const change = (remedy: 'enable-import' | 'undo') => applyRemedy(remedy, { cluster, kubernetesUrl });
  if (cluster.metric() !== 0) await change('undo');
  await alert.fire();
  for (let times = 0; times < TIMES; times++) {
    await wait(flapPauseMs);
    await change('enable-import');
    await alert.resolve();
    await wait(flapPauseMs);
    await change('undo');
    await alert.fire();
  }
}
