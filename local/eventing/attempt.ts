/** One attempt to hand an event to a subscriber, and whether a broker of Knative would make another. */
import type { EventRequest } from '../story/node-event.ts';

/** The answer, or why there was none. */
export type Answered =
  | { readonly status: number; readonly body: string; readonly error?: undefined }
  | { readonly status?: undefined; readonly body?: undefined; readonly error: string };

/** `delivery.timeout` of our Trigger. */
const ANSWER_WITHIN_MS = 60_000;

/** Never throws: what went wrong is in the answer. */
export async function attempt(url: string, { headers, body }: EventRequest, stop: AbortSignal): Promise<Answered> {
  try {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const answer = await fetch(url, { method: 'POST', headers, body, signal });
    return { status: answer.status, body: await answer.text() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** A body would be an event in reply; one that is none is a failure (knative/eventing `pkg/broker/filter/filter_handler.go`). */
export function isTaken({ status, body }: Answered): boolean {
  return status !== undefined && status >= 200 && status < 300 && body === '';
}

/** Knative's `SelectiveRetry` (knative/eventing `pkg/kncloudevents/retries.go`). */
export function isTriedAgain({ status, body }: Answered): boolean {
  if (status === undefined || status >= 500 || [404, 408, 409, 429].includes(status)) return true;
  return status < 300 && body !== '';
}
