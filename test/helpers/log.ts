/** Loggers for tests: one that says nothing, one that remembers. */
import type { Logger } from '../../shared/log.ts';

const ignore = () => undefined;
export const silentLog: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

export interface Line {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: object;
}

/** A logger whose lines can be read. */
export function recordingLog(): Logger & { readonly lines: readonly Line[] } {
  const lines: Line[] = [];
  const at = (level: keyof Logger) => (fields: object, message: string) => void lines.push({ level, message, fields });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
