/** What is counted, and the page that a Prometheus scrapes. Names are given where a thing is counted. */
import { Counter, register } from 'prom-client';

/** A counter that starts at zero for each label set when it is first counted. */
export function counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
  return new Counter({ name, help, labelNames: [...labelNames] });
}

/** What `GET /metrics` shows, in Prometheus' text format. */
export async function metricsPage(): Promise<{ readonly type: string; readonly body: string }> {
  return { type: register.contentType, body: await register.metrics() };
}
