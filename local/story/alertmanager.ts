/** An Alertmanager for the demo: groups, words and repeats its webhook deliveries as the real one does. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Alert, webhookBody } from './webhook-body.ts';

/** What became of the latest delivery. */
export type Outcome =
  | { readonly kind: 'none-yet' }
  | { readonly kind: 'delivered'; readonly status: number; readonly tries: number }
  | { readonly kind: 'trying-again'; readonly because: string; readonly tries: number }
  | { readonly kind: 'gave-up'; readonly because: string; readonly tries: number };

export interface AlertmanagerOptions {
  /** The function's `/alerts`. */
  readonly url: string;
  /** For `Authorization: Bearer`. */
  readonly token: string;
  readonly now: () => Date;
  /** Pauses between tries; their number bounds the tries. */
  readonly backOffMs?: readonly number[];
}

export interface Alertmanager {
  /** Delivers one group, after what was delivered before; resolves when it was taken, rejects when it was refused or after the last try. */
  deliver(alerts: readonly Alert[]): Promise<void>;
  lastOutcome(): Outcome;
  /** Called when the outcome changes; the answer ends it. */
  subscribe(listener: () => void): () => void;
}

/** The real one goes on until the group's next interval; a person at a page waits less. */
const BACK_OFF_MS = [500, 1_000, 2_000, 4_000, 8_000];
const ANSWER_WITHIN_MS = 15_000;

export function createAlertmanager({ url, token, now, backOffMs = BACK_OFF_MS }: AlertmanagerOptions): Alertmanager {
  let outcome: Outcome = { kind: 'none-yet' };
  let previous: Promise<void> = Promise.resolve();
  const listeners = new Set<() => void>();
  const settle = (settled: Outcome) => {
    outcome = settled;
    for (const listener of listeners) listener();
  };
  const attempt = async (body: string, tries: number): Promise<void> => {
    const result = await post(url, token, body);
    if (result.kind === 'taken') return settle({ kind: 'delivered', status: result.status, tries });
    const pause = result.isTransient ? backOffMs[tries - 1] : undefined;
    settle({ kind: pause === undefined ? 'gave-up' : 'trying-again', because: result.because, tries });
    if (pause === undefined) throw new Error(`Alertmanager gave up after ${tries} ${tries === 1 ? 'try' : 'tries'}: ${result.because}`);
    await wait(pause, undefined, { ref: false });
    return attempt(body, tries + 1);
  };
  return {
    deliver: (alerts) => {
      const delivery = previous.then(() => attempt(JSON.stringify(webhookBody(alerts, now())), 1));
      previous = delivery.catch(() => undefined);
      return delivery;
    },
    lastOutcome: () => outcome,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

type Posted =
  | { readonly kind: 'taken'; readonly status: number }
  | { readonly kind: 'refused'; readonly isTransient: boolean; readonly because: string };

/** Every 2xx is taken; a 5xx and a broken connection are tried again, all else is not. */
async function post(url: string, token: string, body: string): Promise<Posted> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'User-Agent': 'Alertmanager/0.25.0', 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await answer.body?.cancel();
    if (answer.ok) return { kind: 'taken', status: answer.status };
    return { kind: 'refused', isTransient: answer.status >= 500, because: `the receiver answered ${answer.status}` };
  } catch (error) {
    return { kind: 'refused', isTransient: true, because: error instanceof Error ? error.message : String(error) };
  }
}
