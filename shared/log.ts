/** One structured line per fact worth keeping. */
import pino, { type DestinationStream } from 'pino';
import { currentTrace } from './tracing.ts';

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

/** Logs to standard output, as JSON or for a person to read. What is said while a request is answered has its trace. */
export async function openLog({ level, format }: LogSettings): Promise<Logger> {
  const log: Logger = pino({ level, mixin: traceFields }, format === 'pretty' ? await prettyOutput() : pino.destination());
  return log;
}

/** Writes by itself: pino would start a thread for it, which finds no packages where everything is in one bundle. */
async function prettyOutput(): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({ sync: true });
}

function traceFields(): object {
  const trace = currentTrace();
  return trace ? { trace_id: trace.traceId } : {};
}
