/** One of our functions as its own process, as it is deployed. */
import { REPOSITORY } from './paths.ts';
import { onFreePort } from './ports.ts';
import { type Exit, startProgram } from './process.ts';
import { answersOk } from './wait.ts';

export interface RunningFunction {
  readonly url: string;
  readonly port: number;
  readonly exited: Promise<Exit>;
  /** All that it has logged. */
  output(): string;
  /** SIGTERM unless given, as the platform does; says how it ended. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

/** Runs `functions/<name>/index.ts` with this environment and nothing else, on a free port unless it has a `PORT`. */
export function startFunction(name: string, env: Readonly<Record<string, string>>): Promise<RunningFunction> {
  return env.PORT === undefined ? onFreePort((port) => start(name, env, port)) : start(name, env, Number(env.PORT));
}

async function start(name: string, env: Readonly<Record<string, string>>, port: number): Promise<RunningFunction> {
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram({
    name: `function ${name}`,
    command: process.execPath,
    args: [`functions/${name}/index.ts`],
    cwd: REPOSITORY,
    env: { PATH: process.env.PATH, ...env, PORT: String(port) },
    ready: () => answersOk(`${url}/health/readiness`),
  });
  return { url, port, exited: program.exited, output: program.output, stop: program.stop };
}
