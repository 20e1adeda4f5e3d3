/** Runs programs for the tests: waits until one is ready, keeps what it prints, and stops it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { remember } from './running.ts';
import { reason, waitUntil } from './wait.ts';

const START_MS = 60_000;
const STOP_MS = 10_000;
const TAIL_LINES = 30;

/** A server that did not become ready; its message ends with the last lines that it printed. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly output: string;

  constructor(name: string, output: string, cause: unknown) {
    const tail = output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
    super(`${name} did not start: ${reason(cause)}\n--- the end of its output ---\n${tail}`, { cause });
    this.output = output;
  }
}

export interface ProgramSettings {
  /** What messages call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing of the person's own leaks in. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Who gets the signals, where it is not the command itself; false where nobody is there yet. */
  readonly kill?: Kill;
  /** Throws, with the reason, until the program can be used. Is given all that it has printed so far. */
  readonly ready: (output: string) => Promise<void>;
}

/** How a program ended: by itself with a status, or by a signal. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it was never run. */
  readonly error?: Error;
}

export interface Program {
  readonly exited: Promise<Exit>;
  /** All that it has printed so far, on both streams. */
  output(): string;
  /** Asks it to end (SIGTERM unless given), insists after ten seconds, and says how it ended. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

/** Starts a server and comes back when it is ready. */
export async function startProgram(settings: ProgramSettings): Promise<Program> {
  const program = launch(settings);
  const gone = new AbortController();
  program.exited.then((exit) => gone.abort(new Error(howItEnded(exit))));
  try {
    await waitUntil(`${settings.name} is ready`, () => settings.ready(program.output()), { within: START_MS, signal: gone.signal });
    // Whoever answered on its port was somebody else if it has ended.
    gone.signal.throwIfAborted();
    return program;
  } catch (error) {
    await program.stop('SIGKILL');
    throw new StartError(settings.name, program.output(), error);
  }
}

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

/** Runs a program to its end, a minute at most. */
export async function run(command: string, args: readonly string[], { env = {}, input = '' }: RunOptions = {}): Promise<Finished> {
  const child = spawn(command, args, { env, timeout: START_MS, killSignal: 'SIGKILL' });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  child.stdin.on('error', () => undefined); // It may end without having read its input.
  child.stdin.end(input);
  const [code, signal] = await once(child, 'close');
  if (signal) throw new Error(`${command} ${args.join(' ')} was ended by ${signal}: ${stderr()}`);
  return { status: code, stdout: stdout(), stderr: stderr() };
}

function launch({ name, command, args, env = {}, cwd, kill = () => false }: ProgramSettings): Program {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }) });
  const output = collect(child.stdout, child.stderr);
  const exited = exitOf(child);
  const killed = (signal: NodeJS.Signals) => kill(signal) || child.kill(signal);
  const forget = remember(name, () => {
    killed('SIGKILL');
    return exited;
  });
  exited.then(forget);
  return { exited, output, stop: (signal) => stop(killed, exited, signal) };
}

function exitOf(child: ChildProcess): Promise<Exit> {
  const { promise, resolve } = Promise.withResolvers<Exit>();
  // A program that cannot be run has no exit, only an error.
  child.on('error', (error) => resolve({ code: null, signal: null, error })).on('close', (code, signal) => resolve({ code, signal }));
  return promise;
}

function howItEnded({ code, signal, error }: Exit): string {
  if (error) return error.message;
  return signal ? `it was ended by ${signal}` : `it ended with status ${code}`;
}

type Kill = (signal: NodeJS.Signals) => boolean;

async function stop(kill: Kill, exited: Promise<Exit>, signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
  kill(signal);
  const insist = setTimeout(() => kill('SIGKILL'), STOP_MS);
  try {
    return await exited;
  } finally {
    clearTimeout(insist);
  }
}

function collect(...streams: readonly NodeJS.ReadableStream[]): () => string {
  const chunks: string[] = [];
  for (const stream of streams) stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  return () => chunks.join('');
}
