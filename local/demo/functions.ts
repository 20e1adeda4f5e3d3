/** The functions of the demo, each its own process behind a path of the one port. They can be killed and started again. */
import type { Route } from '../../shared/http/route.ts';
import { forward } from './forward.ts';
import type { FunctionProcess, startFunction } from './function-process.ts';

export type FunctionName = 'alertmanager-webhook' | 'node-events' | 'slack-actions' | 'dead-letter';

export interface FunctionsOptions {
  readonly start: typeof startFunction;
  readonly environments: Readonly<Record<FunctionName, Readonly<Record<string, string>>>>;
}

export interface Functions {
  /** Their paths: 503 while one does not run. */
  readonly routes: readonly Route[];
  /** Those that do not run. */
  away(): readonly FunctionName[];
  /** Starts those that do not run, side by side, each on a new port. Rejects where one of them ends before it listens. */
  start(): Promise<void>;
  /** SIGKILL, whatever they are doing: to these, or to all. */
  kill(names?: readonly FunctionName[]): Promise<void>;
  /** Ends all as the platform would; none starts after that. */
  stop(): Promise<void>;
}

/** On the one port, and in the function. */
const PATHS: Readonly<Record<FunctionName, { readonly path: string; readonly to: string }>> = {
  'alertmanager-webhook': { path: '/alerts', to: '/alerts' },
  'node-events': { path: '/events', to: '/events' },
  'slack-actions': { path: '/slack/actions', to: '/slack/actions' },
  'dead-letter': { path: '/dead-letters', to: '/' },
};
const FUNCTIONS: readonly FunctionName[] = ['alertmanager-webhook', 'node-events', 'slack-actions', 'dead-letter'];

/** None runs at first. What is asked of them is done in turn. */
export function createFunctions({ start, environments }: FunctionsOptions): Functions {
  const forwards = new Map(FUNCTIONS.map((name) => [name, forward(PATHS[name])]));
  const running = new Map<FunctionName, FunctionProcess>();
  let isStopped = false;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  const startOne = async (name: FunctionName) => {
    const started = await start(name, environments[name]);
    running.set(name, started);
    forwards.get(name)?.setTarget(started.url);
  };
  const end = async (name: FunctionName, how: (one: FunctionProcess) => Promise<void>) => {
    const one = running.get(name);
    running.delete(name);
    forwards.get(name)?.setTarget(undefined);
    if (one) await how(one);
  };
  return {
    routes: [...forwards.values()].map(({ route }) => route),
    away: () => FUNCTIONS.filter((name) => !running.has(name)),
    start: () =>
      inTurn(async () => {
        if (isStopped) return;
        const started = await Promise.allSettled(FUNCTIONS.filter((name) => !running.has(name)).map(startOne));
        for (const result of started) if (result.status === 'rejected') throw result.reason;
      }),
    kill: (names = FUNCTIONS) => inTurn(async () => void (await Promise.all(names.map((name) => end(name, (one) => one.kill()))))),
    stop: () => {
      isStopped = true;
      return inTurn(async () => void (await Promise.all(FUNCTIONS.map((name) => end(name, (one) => one.stop())))));
    },
  };
}
