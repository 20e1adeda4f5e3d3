/** What is counted, and the page that a Prometheus scrapes. Names are given where a thing is counted. */
import { Counter, register } from 'prom-client';
import type { HttpAnswer } from './http.ts';

/** A counter that starts at zero for each label set when it is first counted. */
export function counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
  return new Counter({ name, help, labelNames: [...labelNames] });
}

/** The answer to `GET /metrics`. */
export async function metricsPage(): Promise<HttpAnswer> {
  return { status: 200, headers: { 'content-type': register.contentType }, body: await register.metrics() };
}
