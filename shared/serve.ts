/** A function as a process: configured or stopped with one message, listening until it is told to end. */
import { ConfigError } from './config.ts';
import type { Route } from './http.ts';
import type { Logger, LogSettings } from './log.ts';
import type { TracingSettings } from './opentelemetry/tracing-settings.ts';
import { openServer } from './server.ts';
import type { Started } from './start.ts';

export interface ServerConfig {
  readonly port: number;
  readonly logLevel: LogSettings['level'];
  readonly logFormat: LogSettings['format'];
  /** Undefined where nobody wants traces. */
  readonly tracing: TracingSettings | undefined;
}

export interface Service {
  readonly routes: readonly Route[];
  /** What nobody waits for. */
  readonly onListening?: () => Promise<void>;
  /** What is still at work behind answers that were given, when nobody can call any more. */
  readonly onClosing?: () => Promise<void>;
}

export interface Surroundings {
  readonly log: Logger;
  readonly now: () => Date;
}

/** Imports the file that makes a function of its configuration. */
export type LoadService<Config> = () => Promise<{ readonly createService: (config: Config, surroundings: Surroundings) => Service }>;

/**
 * Answers the routes, and ends on SIGTERM or SIGINT when what is in flight is finished.
 * All that takes long to load is loaded once it listens: docs/performance.md.
 */
export async function serve<Config extends ServerConfig>(read: () => Config, load: LoadService<Config>): Promise<void> {
  const config = configured(read);
  let starting: Promise<Started> | undefined;
  const server = await openServer(config, async (opened) => {
    starting = import('./start.ts').then(({ start }) => start(config, load, opened));
    return (await starting).answer;
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, async () => {
      const started = await starting;
      started?.log.info({ signal }, 'closing');
      await server.close();
      await started?.finish();
      process.exit(0);
    });
  }
}

/** EX_CONFIG of sysexits.h. */
const EXIT_CONFIG = 78;

/** The configuration; where it is not usable, the process ends and says all that is wrong. */
export function configured<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(EXIT_CONFIG);
  }
}
