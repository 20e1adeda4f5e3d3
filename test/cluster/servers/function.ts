/** One of our functions as its own process, as it is deployed. */
import { REPOSITORY } from './paths.ts';
import { type Exit, type ProgramSettings, startProgram } from './process.ts';
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

/** Runs `functions/<name>/index.ts` with this environment and nothing else, on a port that the system chooses unless it has a `PORT`. */
export function startFunction(name: string, env: Readonly<Record<string, string>>): Promise<RunningFunction> {
  const args = [`functions/${name}/index.ts`];
  return startListening({
    name: `function ${name}`,
    command: process.execPath,
    args,
    cwd: REPOSITORY,
    env: { PATH: process.env.PATH, ...env },
  });
}

/** Runs a function in whatever form it is, on a port that the system chooses unless it has a `PORT`; comes back when it is ready. */
export async function startListening(settings: Omit<ProgramSettings, 'ready'>): Promise<RunningFunction> {
  let port = 0;
  const urlOf = () => `http://127.0.0.1:${port}`;
  const program = await startProgram({
    ...settings,
    env: { PORT: '0', ...settings.env },
    ready: async (output) => {
      port = portIn(output);
      await answersOk(`${urlOf()}/health/readiness`);
    },
  });
  return { url: urlOf(), port, exited: program.exited, output: program.output, stop: program.stop };
}

/** Its own word for it: on a port that was free a moment ago another function may answer. */
function portIn(output: string): number {
  const [, port] = /"port":(\d+),"msg":"listening"/.exec(output) ?? [];
  if (port === undefined) throw new Error('it is not listening yet');
  return Number(port);
}
