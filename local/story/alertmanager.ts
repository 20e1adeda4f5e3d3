/** An Alertmanager for the demo: groups, words and repeats its webhook deliveries as the real one does. */
import { setTimeout as wait } from 'node:timers/promises';
import { post } from './post.ts';
import { type Alert, webhookBody } from './webhook-body.ts';

/** What became of the latest delivery. */
export type Outcome =
  | { readonly kind: 'none-yet' }
  /** There was nothing to deliver: somebody silenced it. */
  | { readonly kind: 'silenced' }
  | { readonly kind: 'delivered'; readonly status: number; readonly tries: number }
  | { readonly kind: 'trying-again'; readonly because: string; readonly tries: number }
  | { readonly kind: 'gave-up'; readonly because: string; readonly tries: number };

/** Nobody took a delivery. What it was to say is kept. */
export class UndeliveredError extends Error {
  override readonly name = 'UndeliveredError';

  constructor(because: string, tries: number) {
    const after = `${tries} ${tries === 1 ? 'try' : 'tries'}`;
    super(`Alertmanager gave up after ${after}: ${because}. It comes again at its next group interval.`);
  }
}

export interface AlertmanagerOptions {
  /** The function's `/alerts`. */
  readonly url: string;
  /** For `Authorization: Bearer`. */
  readonly token: string;
  readonly now: () => Date;
  /** Whether somebody silenced an alert with these labels; nobody did where it is not said. */
  readonly isSilenced?: (labels: Alert['labels']) => boolean;
  /** Pauses between tries; their number bounds the tries. */
  readonly backOffMs?: readonly number[];
}

export interface Alertmanager {
  /** Delivers a group as it is now, after what was delivered before; rejects with `UndeliveredError` when it was refused or after the last try. */
  deliver(alerts: readonly Alert[]): Promise<void>;
  /** The group interval comes round: what waits to be tried again is tried now, and of each group the newest state that nobody took is delivered again. */
  deliverAgain(): Promise<void>;
  /** What waits to be tried again is tried now, for the last time. */
  stop(): void;
  lastOutcome(): Outcome;
  /** Called when the outcome changes; the answer ends it. */
  subscribe(listener: () => void): () => void;
}

/** The real one goes on until the group's next interval; a person at a page waits less. */
const BACK_OFF_MS = [500, 1_000, 2_000, 4_000, 8_000];

export function createAlertmanager(options: AlertmanagerOptions): Alertmanager {
  const { url, token, now, isSilenced = () => false, backOffMs = BACK_OFF_MS } = options;
  let outcome: Outcome = { kind: 'none-yet' };
  let previous: Promise<void> = Promise.resolve();
  /** The newest state of each group, until it was taken. */
  const undelivered = new Map<string, readonly Alert[]>();
  let pauses = backOffMs;
  let interval = new AbortController();
  const listeners = new Set<() => void>();
  const settle = (settled: Outcome) => {
    outcome = settled;
    for (const listener of listeners) listener();
  };
  const endPauses = () => {
    interval.abort();
    interval = new AbortController();
  };
  const attempt = async (body: string, tries: number): Promise<void> => {
    const result = await post(url, token, body);
    if (result.kind === 'taken') return settle({ kind: 'delivered', status: result.status, tries });
    const pause = result.isTransient ? pauses[tries - 1] : undefined;
    settle({ kind: pause === undefined ? 'gave-up' : 'trying-again', because: result.because, tries });
    if (pause === undefined) throw new UndeliveredError(result.because, tries);
    await wait(pause, undefined, { ref: false, signal: interval.signal }).catch(() => undefined); // over early when the interval is
    return attempt(body, tries + 1);
  };
  const send = async (alerts: readonly Alert[]) => {
    const told = alerts.filter(({ labels }) => !isSilenced(labels));
    if (told.length > 0) await attempt(JSON.stringify(webhookBody(told, now())), 1);
    else settle({ kind: 'silenced' });
    if (undelivered.get(groupOf(alerts)) !== alerts) return;
    const firing = told.length < alerts.length ? alerts.filter(({ endsAt }) => endsAt === undefined) : [];
    if (firing.length === 0) undelivered.delete(groupOf(alerts));
    else undelivered.set(groupOf(alerts), firing); // when the silence is over; what ended in it is never told
  };
  const inTurn = (delivery: () => Promise<void>) => {
    const delivered = previous.then(delivery);
    previous = delivered.catch(() => undefined);
    return delivered;
  };
  return {
    deliver: (alerts) => {
      undelivered.set(groupOf(alerts), alerts);
      return inTurn(() => send(alerts));
    },
    deliverAgain: () => {
      endPauses();
      return inTurn(async () => {
        for (const alerts of [...undelivered.values()]) await send(alerts);
      });
    },
    stop: () => {
      pauses = [];
      endPauses();
    },
    lastOutcome: () => outcome,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The alerts of a group have the same name. */
function groupOf([alert]: readonly Alert[]): string {
  return alert?.labels.alertname ?? '';
}
