/** What is counted, and the page that a Prometheus scrapes. Names are given where a thing is counted, and explained in docs/operations.md. */
import { Counter, Gauge, Histogram, register } from 'prom-client';

/** A counter that starts at zero for each label set when it is first counted. */
export function counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
  return new Counter({ name, help, labelNames: [...labelNames] });
}

/** How long things take, in seconds; `buckets` are upper bounds. */
export function histogram<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[],
  buckets: readonly number[],
): Histogram<Label> {
  return new Histogram({ name, help, labelNames: [...labelNames], buckets: [...buckets] });
}

export interface Sample<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly value: number;
}

/** What is the case when it is scraped: `read` is asked each time, and what it does not name is not there. */
export function gauge<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[],
  read: () => readonly Sample<Label>[],
): void {
  const shown: Gauge<Label> = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    collect: () => {
      shown.reset();
      for (const { labels, value } of read()) shown.set(labels, value);
    },
  });
}

/** What `GET /metrics` shows, in Prometheus' text format. */
export async function metricsPage(): Promise<{ readonly type: string; readonly body: string }> {
  return { type: register.contentType, body: await register.metrics() };
}
