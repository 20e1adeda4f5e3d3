/** A function that is started again when it was killed, as its platform would; whoever sends does not know which process answers. */
import { type Answered, type Attempt, attempt } from '../senders/attempt.ts';
import { type RunningFunction, startFunction } from '../servers/function.ts';
import type { Exit } from '../servers/process.ts';
import { createSlots } from './in-parallel.ts';

export type FunctionName = 'alertmanager-webhook' | 'node-events';

export interface Replica {
  /** The path of a request is enough. */
  readonly send: Attempt;
  /** Where the process of now listens. */
  url(): string;
  /** SIGKILL; done when it is gone. Another process is on its way then. */
  kill(): Promise<void>;
  /** It is killed when it has answered next, before anybody hears of it. */
  killAtAnswer(): void;
  /** SIGTERM, for good; says how it ended. */
  stop(): Promise<Exit | undefined>;
  /** All that its processes have logged. */
  output(): string;
}

/** A process start is all computing: more at a time would only make each of them slow. */
const starting = createSlots(3);

export async function startReplica(name: FunctionName, environment: Readonly<Record<string, string>>): Promise<Replica> {
  const start = () => starting(() => startFunction(name, environment));
  const ended: string[] = [];
  let running: RunningFunction | undefined = await start();
  let next: Promise<void> = Promise.resolve();
  let isAnswerLost = false;
  const kill = async () => {
    const victim = running;
    running = undefined;
    await victim?.stop('SIGKILL');
    ended.push(victim?.output() ?? '');
    next = start().then((started) => {
      running = started;
    });
    next.catch(() => undefined); // told by `stop`
  };
  const send = async (outgoing: Parameters<Attempt>[0], withinMs: number): Promise<Answered> => {
    if (running === undefined) return { error: 'connection refused: nobody is there' };
    const answered = await attempt({ ...outgoing, url: `${running.url}${outgoing.url}` }, withinMs);
    if (!isAnswerLost) return answered;
    isAnswerLost = false;
    await kill();
    return { error: 'connection reset: killed before the answer' };
  };
  return {
    send,
    url: () => running?.url ?? '',
    kill,
    killAtAnswer: () => {
      isAnswerLost = true;
    },
    stop: async () => {
      await next;
      return running?.stop();
    },
    output: () => [...ended, running?.output() ?? ''].join('--- the next process ---\n'),
  };
}
