/** The demo as `npm start` runs it: its own process, one port. */
import { REPOSITORY } from './paths.ts';
import { onFreePort } from './ports.ts';
import { startProgram } from './process.ts';
import { answersOk, waitUntil } from './wait.ts';

export interface Demo {
  /** The page. */
  readonly url: string;
  output(): string;
  stop(): Promise<void>;
}

/** Runs `local/start.ts` and comes back when it has printed its address: from then on it takes alerts. */
export function startDemo(): Promise<Demo> {
  return onFreePort(async (port) => {
    const url = `http://localhost:${port}`;
    const program = await startProgram({
      name: 'the demo',
      command: process.execPath,
      args: ['local/start.ts'],
      cwd: REPOSITORY,
      env: { PATH: process.env.PATH, PORT: String(port) },
      ready: () => answersOk(url),
    });
    await waitUntil('the demo has printed its address', () => {
      if (!program.output().includes(`${url}\n`)) throw new Error(program.output());
    });
    const stop = async () => void (await program.stop());
    return { url, output: program.output, stop };
  });
}
