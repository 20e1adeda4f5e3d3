/** Slack's answers over HTTP: nearly all of them are 200, and the body says how it went. */
import type { HttpAnswer } from '../../shared/http/route.ts';
import type { Refusal } from './refusal.ts';

/** It was done. */
export function accept(fields: Readonly<Record<string, unknown>>): HttpAnswer {
  return json(200, { ok: true, ...fields });
}

/** It was not done, and this is why. */
export function refuse({ message, details }: Refusal): HttpAnswer {
  const more = details.length > 0 ? { errors: details.map(withoutLevel), response_metadata: { messages: details } } : {};
  return json(200, { ok: false, error: message, ...more });
}

/** There is nothing at this address, or not any more. */
export function notFound(error: string): HttpAnswer {
  return json(404, { ok: false, error });
}

/** Come again after so many seconds. */
export function slowDown(seconds: number): HttpAnswer {
  return { ...json(429, { ok: false, error: 'ratelimited' }), headers: { 'retry-after': String(seconds) } };
}

/** Slack has troubles of its own. */
export const BROKEN: HttpAnswer = { status: 500, body: 'Internal Server Error' };

/** An answer that never comes. */
export const silence = (): Promise<HttpAnswer> => new Promise(() => undefined);

/** An answer that breaks off after its head, before it says anything. */
export function breakOff(): HttpAnswer {
  const body: AsyncIterable<string> = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('lost on purpose')) }) };
  return { status: 200, headers: JSON_TYPE, body };
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

function json(status: number, value: object): HttpAnswer {
  return { status, headers: JSON_TYPE, body: JSON.stringify(value) };
}

const withoutLevel = (detail: string) => detail.replace(/^\[ERROR\] /, '');
