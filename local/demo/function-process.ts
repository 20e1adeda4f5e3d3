/** A function as its own process, as it would be deployed: started from source, configured by its environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface FunctionProcess {
  /** Where it listens. */
  readonly url: string;
  /** Ends it as the platform would, and waits until it has ended. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL, whatever it is doing, and waits until it has ended. */
  kill(): Promise<void>;
}

interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly port?: number;
}

/** pino's number for `warn`. */
const WARN = 40;

/** Starts `functions/NAME/index.ts` on a free port. Rejects where it ends before it listens. */
export async function startFunction(name: string, environment: Readonly<Record<string, string>>): Promise<FunctionProcess> {
  const entry = fileURLToPath(new URL(`../../functions/${name}/index.ts`, import.meta.url));
  const child = spawn(process.execPath, [entry], {
    env: { ...environment, PORT: '0', LOG_FORMAT: 'json' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // the Ctrl-C of a terminal is for us, and we end it
  });
  const terminate = () => void child.kill();
  process.once('exit', terminate);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  ended.then(() => process.off('exit', terminate));
  const port = await listeningPort(name, child);
  const mourn = () => void process.stderr.write(`${name} has ended by itself: start the demo again\n`);
  child.once('exit', mourn);
  const end = (signal: NodeJS.Signals) => {
    child.off('exit', mourn);
    child.kill(signal);
    return ended;
  };
  return { url: `http://localhost:${port}`, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

/** The port is in the line that the function logs when it listens; what it warns of is passed on to the terminal. */
function listeningPort(name: string, child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it listened`)));
    if (!child.stdout) return reject(new Error(`${name} has no output`));
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = parseLine(text);
      if (line.port !== undefined) resolve(line.port);
      if (line.level >= WARN) process.stderr.write(`${name}: ${line.msg}\n`);
    });
  });
}

function parseLine(text: string): LogLine {
  try {
    return JSON.parse(text);
  } catch {
    return { level: WARN, msg: text }; // not a log line of ours: worth showing
  }
}
