/** A function as a process: configured or stopped with one message, listening until it is told to end. */
import { ConfigError } from './config.ts';
import { openServer } from './http/server.ts';
import type { LoadService, ServerConfig } from './service.ts';
import type { Started } from './start.ts';

/**
 * Answers the routes, and ends on SIGTERM or SIGINT when what is in flight is finished.
 * All that takes long to load is loaded once it listens: docs/performance.md.
 */
export async function serve<Config extends ServerConfig>(read: () => Config, load: LoadService<Config>): Promise<void> {
  const told = toldToEnd();
  const config = configured(read);
  let starting: Promise<Started> | undefined;
  const server = await openServer(config, async (opened) => {
    starting = import('./start.ts').then(({ start }) => start(config, load, opened));
    return (await starting).answer;
  });
  const signal = await told;
  const started = await starting;
  started?.log.info({ signal }, 'closing');
  await server.close();
  await started?.finish();
  process.exit(0);
}

/** Heard from the very start: the kernel keeps from process 1 what it does not listen to, and a pod would wait to be killed. */
function toldToEnd(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
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
