/** What a function is to the process that serves it. */
import type { Route } from './http/route.ts';
import type { Logger, LogSettings } from './log.ts';
import type { TracingSettings } from './opentelemetry/tracing-settings.ts';

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
