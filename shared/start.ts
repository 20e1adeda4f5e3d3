/** What a function does once it listens: all that takes long to load is imported here, or from here. */
import type { RequestListener } from 'node:http';
import { createApp } from './http/express-app.ts';
import type { Opened } from './http/server.ts';
import { type Logger, openLog } from './log.ts';
import type { SpanExport } from './opentelemetry/export-spans.ts';
import type { LoadService, ServerConfig } from './service.ts';

export interface Started {
  readonly answer: RequestListener;
  readonly log: Logger;
  /** Once nothing is in flight any more. */
  readonly finish: () => Promise<void>;
}

export async function start<Config extends ServerConfig>(
  config: Config,
  load: LoadService<Config>,
  { port, closing }: Opened,
): Promise<Started> {
  const log = await openLog({ level: config.logLevel, format: config.logFormat });
  const spans = await openSpans(config, log);
  const { createService } = await load();
  const { routes, onListening, onClosing } = createService(config, { log, now: () => new Date() });
  log.info({ port }, 'listening');
  void onListening?.();
  return {
    answer: createApp(routes, { log, closing }),
    log,
    finish: async () => {
      await onClosing?.();
      await spans?.stop();
    },
  };
}

async function openSpans({ tracing }: ServerConfig, log: Logger): Promise<SpanExport | undefined> {
  if (tracing === undefined) return undefined;
  const { exportSpans } = await import('./opentelemetry/export-spans.ts');
  return exportSpans(tracing, log);
}
