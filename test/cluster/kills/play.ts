/** One run of a scenario, in which the function may be killed once. */
import type { ApiServer } from '../servers/api-server.ts';
import { type Assessment, assess, isRight } from '../world/assess.ts';
import { describePoint, type KillPoint } from '../world/gate.ts';
import { ping } from '../world/signals.ts';
import type { Step } from '../world/steps.ts';
import { openWorld, type World } from '../world/world.ts';
import type { Scenario } from './scenarios.ts';

/** Where the function is killed: at a request of its own, or when its answer is not yet sent. */
export type Death = KillPoint | 'before the answer is sent';

export interface Run extends Assessment {
  readonly death: string;
  /** The steps that were taken, until the sender was through. */
  readonly steps: readonly Step[];
  /** Whether it came as far as its death. */
  readonly isReached: boolean;
  /** Whether only the ping has put it right. */
  readonly neededPing: boolean;
  /** What the function said, for whoever has to find out. */
  readonly output: string;
}

/** Plays it once; without a death it is the plain story. */
export async function play(scenario: Scenario, server: ApiServer, death?: Death): Promise<Run> {
  const world = await openWorld(server);
  try {
    const replica = await world.start(scenario.function);
    await scenario.prepare(world, replica);
    world.gate.watch(typeof death === 'object' ? death : undefined);
    if (typeof death === 'string') replica.killAtAnswer();
    await scenario.play(world, replica);
    const steps = world.gate.steps();
    const isReached = typeof death !== 'object' || world.gate.hasKilled();
    const first = await assessWorld(world, scenario);
    const neededPing = !isRight(first);
    if (neededPing || death === undefined) await ping(scenario.function === 'node-events' ? replica : await world.start('node-events'));
    // Where nobody was killed, the ping must spoil nothing.
    const last = neededPing || death === undefined ? await assessWorld(world, scenario) : first;
    return { ...last, death: nameOf(death), steps, isReached, neededPing, output: world.output() };
  } finally {
    await world.stop();
  }
}

async function assessWorld(world: World, { expected }: Scenario): Promise<Assessment> {
  return assess(world.slack.messages(), await world.incidents(), expected);
}

function nameOf(death: Death | undefined): string {
  if (death === undefined) return 'nobody was killed';
  return typeof death === 'string' ? death : describePoint(death);
}
