/** A function as a process: configured or stopped with one message, listening until it is told to end. */
import { ConfigError } from './config.ts';
import { listen, type Route } from './http.ts';
import { createLog, type Logger, type LogSettings } from './log.ts';

export interface ServerConfig {
  readonly port: number;
  readonly logLevel: LogSettings['level'];
  readonly logFormat: LogSettings['format'];
}

export interface Service {
  readonly routes: readonly Route[];
  /** What is only done once somebody can call: it must not hold the start up. */
  readonly onListening?: () => Promise<void>;
}

/** Answers the routes, and ends on SIGTERM or SIGINT when what is in flight is finished. */
export async function serve({ port, logLevel, logFormat }: ServerConfig, createService: (log: Logger) => Service): Promise<void> {
  const log = createLog({ level: logLevel, format: logFormat });
  const { routes, onListening } = createService(log);
  const server = await listen(routes, { port, log });
  log.info({ port: server.port }, 'listening');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'closing');
      void server.close().then(() => process.exit(0));
    });
  }
  await onListening?.();
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
