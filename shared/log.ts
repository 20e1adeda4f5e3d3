/** One structured line per fact worth keeping. */
import pino from 'pino';

/** What our code asks of a logger; tests pass a recording one. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface LogSettings {
  readonly level: string;
  readonly format: 'json' | 'pretty';
}

/** Logs to standard output, as JSON or for a person to read. */
export function createLog({ level, format }: LogSettings): Logger {
  return pino({ level, ...(format === 'pretty' ? { transport: { target: 'pino-pretty' } } : {}) });
}
